/// Something that a demuxer found beside access units: what the stream is, and what is wrong with it.
public struct TransportStreamEvent: Sendable, Hashable, CustomStringConvertible {
    /// What was found.
    public var kind: Kind
    /// Where the packet begins that it was found in: bytes from the start of the stream.
    public var offset: Int
    /// The PID that it is about, nil when it is about the whole stream.
    public var pid: UInt16?

    /// Creates an event.
    public init(kind: Kind, offset: Int, pid: UInt16?) {
        self.kind = kind
        self.offset = offset
        self.pid = pid
    }

    /// The tables that are supervised.
    public enum Table: String, Sendable, Hashable {
        /// The program association table (PAT).
        case programAssociation
        /// A program map table (PMT).
        case programMap
        /// The conditional access table (CAT).
        case conditionalAccess
        /// The service description table (SDT).
        case serviceDescription
        /// Splice information (SCTE 35).
        case spliceInformation
    }

    /// What can be found.
    ///
    /// Later versions may add kinds.
    public enum Kind: Sendable, Hashable {
        // What the stream is

        /// Packets were found, that many bytes apart: 188, 192 or 204.
        case packets(stride: Int)
        /// The programs that there are, by their numbers.
        case programs([UInt16])
        /// A program map was read for the first time, or changed.
        case program(TransportStreamProgram)
        /// A program's name was read.
        case service(TransportStreamService)
        /// The headers inside a stream were read for the first time, or changed.
        case format(StreamFormat)
        /// A clock reference; told only when the configuration asks for it.
        case clock(ClockReference)
        /// `discontinuity_indicator`: the counter, and the clock when the PID carries it, may begin anew.
        case announcedDiscontinuity

        // Packets

        /// Synchronisation was lost or not yet found: bytes that belong to no packet.
        case syncLoss(skippedBytes: Int)
        /// One packet begins with another byte than 0x47; it is left out.
        case syncByteError
        /// `transport_error_indicator`: the packet was received broken; it is left out.
        case transportError
        /// Packets are missing or out of order.
        case continuityError(expected: UInt8, found: UInt8)
        /// A packet came twice, which is allowed; the second one is left out.
        case duplicatePacket
        /// An adaptation field is longer than its packet.
        case invalidAdaptationField
        /// From here on packets are scrambled; they are left out.
        case scrambled
        /// From here on packets are clear again.
        case descrambled

        // Tables

        /// A table was not repeated within half a second.
        case tableLate(Table, interval: MediaTime)
        /// A table is not there at all.
        case tableMissing(Table)
        /// A section of another table stands where this one belongs.
        case unexpectedSection(Table, tableID: UInt8)
        /// A section does not fit its CRC.
        case checksumError(Table)
        /// A section breaks off, or its lengths do not fit.
        case invalidSection(Table)
        /// A program uses a PID twice, or one that is reserved.
        case conflictingPID

        // Streams and clocks

        /// A stream of the program map does not come for five seconds.
        case missingPID(interval: MediaTime)
        /// A program tells no clock, or stopped to tell it.
        case clockMissing
        /// A clock reference came more than 100 ms behind the one before.
        case clockLate(interval: MediaTime)
        /// A clock jumps, and no discontinuity was announced.
        case clockJump(by: MediaTime)
        /// A clock reference deviates from the constant bit rate by so many ticks of 27 MHz.
        case clockInaccuracy(ticks: Int64)
        /// No PTS came for more than 700 ms.
        case timestampLate(interval: MediaTime)
        /// A DTS is not behind that of the unit before.
        case decodingTimeNotRising(from: MediaTime, to: MediaTime)
        /// Timestamps jump by more than ten seconds, and no discontinuity was announced.
        case timestampJump(from: MediaTime, to: MediaTime)
        /// A PTS lies before its DTS.
        case presentationBeforeDecoding(by: MediaTime)
        /// Data came after its DTS.
        case dataAfterDecodingTime(by: MediaTime)

        // PES and what is inside

        /// No PES packet begins where one has to.
        case invalidPacket
        /// A PES packet has another length than it says.
        case packetLengthMismatch(expected: Int, found: Int)
        /// Bytes of a stream that belong to no access unit.
        case skippedData(bytes: Int)
        /// The frames of a stream of sound are those of another codec than the program map says.
        case otherCodec(ElementaryStream.Codec)
        /// A unit was cut for being longer than the configuration allows.
        case unitTooLong(bytes: Int)
    }
}

extension TransportStreamEvent {
    /// How bad it is.
    public enum Severity: Int, Sendable, Hashable, Comparable {
        /// It tells what the stream is.
        case information
        /// It is allowed or harmless, but somebody may wonder.
        case warning
        /// A rule is broken.
        case error

        /// Orders severities from information to error.
        public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
    }

    /// How bad it is.
    public var severity: Severity {
        switch kind {
        case .packets, .programs, .program, .service, .format, .clock, .announcedDiscontinuity, .descrambled:
            .information
        case .duplicatePacket, .scrambled, .tableLate, .dataAfterDecodingTime: .warning
        default: .error
        }
    }

    /// The number of the indicator of ETSI TR 101 290 (5.2.1, 5.2.2) that this belongs to, such as "1.4"; nil for others.
    public var indicator: String? {
        switch kind {
        case .syncLoss: "1.1"
        case .syncByteError: "1.2"
        case .continuityError: "1.4"
        case .missingPID: "1.6"
        case .transportError: "2.1"
        case .checksumError: "2.2"
        case .clockMissing, .clockLate: "2.3a"
        case .clockJump: "2.3b"
        case .clockInaccuracy: "2.4"
        case .timestampLate: "2.5"
        case .tableLate(let table, _), .tableMissing(let table), .unexpectedSection(let table, _):
            Self.indicator(of: table)
        default: nil
        }
    }

    private static func indicator(of table: Table) -> String? {
        switch table {
        case .programAssociation: "1.3"
        case .programMap: "1.5"
        case .conditionalAccess: "2.6"
        case .serviceDescription, .spliceInformation: nil
        }
    }
}
