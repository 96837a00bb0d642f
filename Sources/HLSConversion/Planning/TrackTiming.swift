import HLSKit

/// When an access unit is decoded and presented, as far as a container tells.
struct UnitTiming: Hashable, Sendable {
    var pts: MediaTime?
    var dts: MediaTime?
    var duration: MediaTime?
    /// Whether a segment can begin with it when it is copied.
    var isRandomAccess = true
    /// Whether another format begins with it, such as another size of pictures.
    var changesFormat = false
    /// Whether a decoder can begin with it.
    var isKey = true
    /// Whether an edit list hides it: it is decoded and not presented.
    var isHidden = false

    /// The presentation time, or what comes nearest.
    var time: MediaTime? { pts ?? dts }
    /// Where the presentation ends.
    var end: MediaTime? { time.flatMap { start in duration.map { start + $0 } } }
}

/// When the access units of a track are presented, known before the track is converted.
enum TrackTiming: Hashable, Sendable {
    /// Unit by unit, in decoding order.
    case listed([UnitTiming])
    /// From the first presentation time to the last, one a step, and the end of the last.
    case steady(first: MediaTime, last: MediaTime, end: MediaTime, step: MediaTime)

    /// Where the presentation of the last unit ends; nil when that is not known.
    var end: MediaTime? {
        switch self {
        case .listed(let units): units.compactMap(\.end).max()
        case .steady(_, _, let end, _): end
        }
    }

    /// The presentation times in order, from the first at which a decoder can begin, and the end of the last.
    ///
    /// Nil when there are none.
    func presentation() -> (times: [MediaTime], end: MediaTime?)? {
        switch self {
        case .listed(let units):
            guard let start = units.firstIndex(where: \.isKey), let first = units[start].time else { return nil }
            // Pictures in front of the first that can be decoded need others that are not there.
            let decodable = units[start...].filter { !$0.isHidden && $0.time.map { $0 >= first } ?? false }
            return (decodable.compactMap(\.time).sorted(), decodable.compactMap(\.end).max())
        case .steady(let first, let last, let end, let step):
            guard step > .zero, last >= first else { return nil }
            let count = Int(min(1e8, (Double((last - first).ticks) / Double(step.ticks)).rounded()))
            // The last one is known, those between are counted.
            let share = count > 0 ? Double((last - first).ticks) / Double(count) : 0
            let times = (0...count).map { first + MediaTime(ticks: Int64((Double($0) * share).rounded())) }
            return (times, end)
        }
    }
}
