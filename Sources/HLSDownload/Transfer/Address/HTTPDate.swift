/// Dates of header fields and cookies, read leniently in every form that is in use (RFC 9110 5.6.7, RFC 6265 5.1.1).
enum HTTPDate {
    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// Seconds since 1970 in UTC; nil when it is no date.
    static func seconds(_ text: String) -> Int? {
        var day: Int?
        var month: Int?
        var year: Int?
        var time: Int?
        let words = text.split { $0 == " " || $0 == "-" || $0 == "," || $0 == "\t" }
        for word in words.prefix(8) {
            if word.utf8.contains(0x3A) {
                time = time ?? secondsOfDay(word)
            } else if let number = number(word) {
                if day == nil, word.utf8.count <= 2 {
                    day = number
                } else if year == nil {
                    year = word.utf8.count > 2 ? number : number + (number < 70 ? 2_000 : 1_900)
                }
            } else if month == nil, let index = months.firstIndex(of: word.prefix(3).lowercased()) {
                month = index + 1
            }
        }
        guard let day, let month, let year, let time, (1...31).contains(day), (1601...9999).contains(year) else {
            return nil
        }
        return days(year: year, month: month, day: day) * 86_400 + time
    }

    private static func number(_ word: Substring) -> Int? {
        guard word.utf8.count <= 4, word.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(word)
    }

    private static func secondsOfDay(_ word: Substring) -> Int? {
        let parts = word.split(separator: ":").map(number)
        guard parts.count == 3, let hour = parts[0], let minute = parts[1], let second = parts[2] else { return nil }
        guard hour < 24, minute < 60, second <= 60 else { return nil }
        return hour * 3_600 + minute * 60 + second
    }

    /// Days since 1970 in the Gregorian calendar: years are counted from March, so that leap days come last.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
