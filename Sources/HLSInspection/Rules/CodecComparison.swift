/// Compares formats that were found with those that a playlist declares (RFC 6381): another spelling is no other format.
struct CodecComparison {
    /// Whether the streams have no sample entries, so that the names of these say nothing.
    let isTransportStream: Bool

    private static let mp3 = ["mp4a.40.34", "mp4a.69", "mp4a.6b"]

    /// Whether a declaration fits what was found: the profile and the level of pictures, the object type of sound.
    func isSame(_ found: String, _ declared: String) -> Bool {
        let (found, declared) = (found.lowercased(), declared.lowercased())
        if found == declared { return true }
        if Self.mp3.contains(found), Self.mp3.contains(declared) { return true }
        let left = found.split(separator: ".")
        let right = declared.split(separator: ".")
        guard let name = left.first.map(String.init), let other = right.first.map(String.init),
            name == other || isTransportStream && Self.family(name) == Self.family(other)
        else { return false }
        switch Self.family(name) {
        case "avc": return left.count > 1 && Self.profileAndLevel(ofAVC: left) == Self.profileAndLevel(ofAVC: right)
        case "hevc": return left.count > 3 && Self.profileAndLevel(ofHEVC: left) == Self.profileAndLevel(ofHEVC: right)
        case "mp4a":
            let numbers = [left, right].map { $0.dropFirst().map { Int($0, radix: 16) } }
            if numbers[0] == numbers[1] { return true }
            // AAC-LC may hide HE-AAC.
            return found == "mp4a.40.2" && (declared == "mp4a.40.5" || declared == "mp4a.40.29")
        default: return false
        }
    }

    private static func family(_ name: String) -> String {
        switch name {
        case "avc1", "avc3": "avc"
        case "hvc1", "hev1": "hevc"
        default: name
        }
    }

    /// Six hexadecimal digits, of which the middle ones are constraints; or two decimal numbers, as it was in the first
    /// years.
    private static func profileAndLevel(ofAVC parts: [Substring]) -> [Int?] {
        switch parts.count {
        case 2 where parts[1].count == 6: [Int(parts[1].prefix(2), radix: 16), Int(parts[1].suffix(2), radix: 16)]
        case 3: [Int(parts[1]), Int(parts[2])]
        default: []
        }
    }

    /// Behind the profile come flags of compatibility, behind the level those of constraints.
    private static func profileAndLevel(ofHEVC parts: [Substring]) -> [Substring] {
        parts.count >= 4 ? [parts[1], parts[3]] : []
    }
}
