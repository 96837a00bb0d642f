/// What the rooms of a server allow, and how patient they are.
public struct RoomConfiguration: Sendable {
    /// Origins of pages that may open a WebSocket, such as `https://watch.example`; `*` is any.
    ///
    /// Default: none but this host.
    public var origins: [String] = []
    /// Whether other origins are refused with 403.
    ///
    /// Default: false, they are let in with a line in the log.
    public var refusesOtherOrigins = false

    /// How many messages a second a member may send in the long run; zero is no limit.
    ///
    /// Default: 20.
    ///
    /// Who sends faster is read more slowly: nothing is lost, and the sender's own connection fills. Messages that are
    /// dropped count too. Pings, Pongs and fragments under 1 KiB have a rate of their own, of the same height.
    public var messagesPerSecond: Double = 20
    /// How many messages a member may send at once before `messagesPerSecond` holds.
    ///
    /// Default: 40.
    public var messageBurst = 40

    /// The most bytes of a message; a longer one closes its sender with 1009.
    ///
    /// Default: 16 MiB.
    public var maximumMessageSize = 16 * 1024 * 1024
    /// The most bytes of a chat or player message; a longer one is dropped.
    ///
    /// Default: 64 KiB.
    public var maximumChatSize = 64 * 1024

    /// The most members of a room; others are closed with 1013.
    ///
    /// Default: 1,000.
    public var maximumMembersPerRoom = 1000
    /// The most rooms of the server; members of others are closed with 1013.
    ///
    /// Default: 10,000.
    public var maximumRooms = 10_000

    /// The most bytes that wait for a member who does not read.
    ///
    /// Default: 32 MiB.
    ///
    /// One message may be longer when nothing else waits. Waiting messages are shared by all whom they wait for.
    public var maximumQueuedBytes = 32 * 1024 * 1024
    /// The most messages that wait for a member who does not read.
    ///
    /// Default: 1,024.
    public var maximumQueuedMessages = 1024
    /// How long a member whose queue is full may take nothing before it is closed with 1013.
    ///
    /// Default: 10 s.
    public var fullPatience: Duration = .seconds(10)

    /// The time between pings to a member.
    ///
    /// Default: 20 s.
    public var pingInterval: Duration = .seconds(20)
    /// How long after an unanswered ping a member counts as dead.
    ///
    /// Default: 20 s.
    public var pongPatience: Duration = .seconds(20)
    /// How long a member is asked for a sign of life when another comes with its id.
    ///
    /// Default: 1 s.
    public var probePatience: Duration = .seconds(1)
    /// How long the server waits for the other side's Close frame.
    ///
    /// Default: 3 s.
    public var closePatience: Duration = .seconds(3)

    /// Makes a configuration of the defaults.
    public init() {}
}
