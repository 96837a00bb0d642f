/// Why a transport stream could not be written.
public struct TransportStreamError: Error, Sendable, Hashable, CustomStringConvertible {
    private enum Kind: Sendable, Hashable {
        case noStreams
        case tooManyStreams(Int)
        case invalidPID(UInt16)
        case unitTooLong(Int)
        case unwritableCodec(UInt16)
    }

    private let kind: Kind

    static var noStreams: Self { Self(kind: .noStreams) }
    static func tooManyStreams(_ count: Int) -> Self { Self(kind: .tooManyStreams(count)) }
    static func invalidPID(_ pid: UInt16) -> Self { Self(kind: .invalidPID(pid)) }
    static func unitTooLong(bytes: Int) -> Self { Self(kind: .unitTooLong(bytes)) }

    static func unwritableCodec(_ pid: UInt16) -> Self { Self(kind: .unwritableCodec(pid)) }

    /// A sentence for people.
    public var description: String {
        switch kind {
        case .noStreams: "a transport stream needs at least one stream"
        case .tooManyStreams(let count): "\(count) streams are more than one program map packet holds"
        case .invalidPID(let pid): "PID \(pid) is reserved or used twice"
        case .unitTooLong(let bytes): "an audio frame of \(bytes) bytes does not fit into a PES packet (65,522)"
        case .unwritableCodec(let pid): "the stream of PID \(pid) has a codec that can be read only"
        }
    }
}
