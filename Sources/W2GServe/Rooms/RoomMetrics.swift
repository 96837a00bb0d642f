import Metrics
import NIOCore

/// The counters and gauges of the rooms.
struct RoomMetrics: Sendable {
    /// Why a message, or one of its deliveries, was dropped.
    enum Drop: String, CaseIterable {
        /// A binary message.
        case binary
        /// Text that is no JSON object.
        case invalid
        /// A chat or player message over its limit.
        case size
        /// `data.user.clientID` was another's.
        case impersonation
        /// A chat message of a member that has not told the room who it is.
        case unintroduced
        /// A unicast to somebody who is not in the room.
        case absent
        /// Player state that a later one replaced while it waited.
        case superseded
        /// No room was left in a member's queue.
        case full
    }

    private let rooms: Gauge
    private let members: Gauge
    private let broadcasts: Counter
    private let unicasts: Counter
    private let bytes: Counter
    private let deliveries: Counter
    private let throttled: Counter
    private let takeovers: Counter
    private let delay: Timer
    private let drops: [Drop: Counter]

    /// Makes the metrics with this factory.
    init(factory: any MetricsFactory) {
        rooms = Gauge(label: "w2g_rooms", factory: factory)
        members = Gauge(label: "w2g_room_members", factory: factory)
        broadcasts = Counter(label: "w2g_room_messages_total", dimensions: [("kind", "broadcast")], factory: factory)
        unicasts = Counter(label: "w2g_room_messages_total", dimensions: [("kind", "unicast")], factory: factory)
        bytes = Counter(label: "w2g_room_message_bytes_total", factory: factory)
        deliveries = Counter(label: "w2g_room_deliveries_total", factory: factory)
        throttled = Counter(label: "w2g_room_throttled_total", factory: factory)
        takeovers = Counter(label: "w2g_room_takeovers_total", factory: factory)
        delay = Timer(label: "w2g_room_delivery_duration_seconds", factory: factory)
        drops = Dictionary(
            uniqueKeysWithValues: Drop.allCases.map { reason in
                let dimensions = [("reason", reason.rawValue)]
                return (reason, Counter(label: "w2g_room_drops_total", dimensions: dimensions, factory: factory))
            }
        )
    }

    func population(rooms: Int, members: Int) {
        self.rooms.record(rooms)
        self.members.record(members)
    }

    func received(_ envelope: Envelope, bytes: Int) {
        if case .others = envelope.address { broadcasts.increment() } else { unicasts.increment() }
        self.bytes.increment(by: bytes)
    }

    func delivered(_ count: Int) {
        if count > 0 { deliveries.increment(by: count) }
    }

    /// Everything that an event loop had to deliver is written, this long after the first of it was noted.
    func delivered(after time: TimeAmount) { delay.recordNanoseconds(time.nanoseconds) }

    func dropped(_ reason: Drop, _ count: Int = 1) {
        if count > 0 { drops[reason]?.increment(by: count) }
    }

    func throttledOnce() { throttled.increment() }

    func tookOver() { takeovers.increment() }
}
