extension TransportStreamEvent {
    /// A sentence for people, with the place.
    public var description: String {
        let place = pid.map { "byte \(offset), PID \($0)" } ?? "byte \(offset)"
        return "\(place): \(message)\(indicator.map { " [TR 101 290 \($0)]" } ?? "")"
    }

    /// A sentence for people.
    public var message: String {
        switch kind {
        case .packets(let stride): "packets of \(stride) bytes"
        case .programs(let numbers): "programs: \(numbers.map(String.init).joined(separator: ", "))"
        case .program(let program): "program \(program.number) has \(program.streams.count) streams"
        case .service(let service): "program \(service.programNumber) is called \(service.name)"
        case .format(let format): "the stream is \(format.codecString)"
        case .clock(let clock): "the clock is at \(Self.seconds(clock.time))"
        case .announcedDiscontinuity: "a discontinuity is announced"
        default: packetMessage ?? tableMessage ?? clockMessage ?? contentMessage
        }
    }

    private var packetMessage: String? {
        switch kind {
        case .syncLoss(let count): "\(count) bytes belong to no packet"
        case .syncByteError: "a packet does not begin with 0x47"
        case .transportError: "a packet was received broken"
        case .continuityError(let expected, let found): "packets are missing: counter \(found) instead of \(expected)"
        case .duplicatePacket: "a packet came twice"
        case .invalidAdaptationField: "an adaptation field is longer than its packet"
        case .scrambled: "packets are scrambled"
        case .descrambled: "packets are clear again"
        default: nil
        }
    }

    private var tableMessage: String? {
        switch kind {
        case .tableLate(let table, let interval):
            "the \(table.name) came \(Self.seconds(interval)) after the one before"
        case .tableMissing(let table): "there is no \(table.name)"
        case .unexpectedSection(let table, let id): "a section of table \(id) stands where the \(table.name) belongs"
        case .checksumError(let table): "a section of the \(table.name) does not fit its CRC"
        case .invalidSection(let table): "a section of the \(table.name) breaks off"
        case .conflictingPID: "the PID is used twice or reserved"
        default: nil
        }
    }

    private var clockMessage: String? {
        switch kind {
        case .missingPID(let interval): "the stream did not come for \(Self.seconds(interval))"
        case .clockMissing: "the program tells no clock"
        case .clockLate(let interval): "the clock reference came \(Self.seconds(interval)) after the one before"
        case .clockJump(let step): "the clock jumps by \(Self.seconds(step))"
        case .clockInaccuracy(let ticks): "the clock deviates from the bit rate by \(ticks) ticks of 27 MHz"
        case .timestampLate(let interval): "the timestamp comes \(Self.seconds(interval)) after the one before"
        case .decodingTimeNotRising(let from, let to):
            "the DTS goes from \(Self.seconds(from)) to \(Self.seconds(to))"
        case .timestampJump(let from, let to): "timestamps jump from \(Self.seconds(from)) to \(Self.seconds(to))"
        case .presentationBeforeDecoding(let time): "the PTS lies \(Self.seconds(time)) before the DTS"
        case .dataAfterDecodingTime(let time): "the data comes \(Self.seconds(time)) after its DTS"
        default: nil
        }
    }

    private var contentMessage: String {
        switch kind {
        case .packetLengthMismatch(let expected, let found): "a PES packet has \(found) bytes instead of \(expected)"
        case .otherCodec(let codec): "the frames are \(codec.name), which the program map does not say"
        case .skippedData(let count): "\(count) bytes belong to no access unit"
        case .unitTooLong(let count): "an access unit was cut at \(count) bytes"
        default: "no PES packet begins where one has to"
        }
    }

    private static func seconds(_ time: MediaTime) -> String {
        let milliseconds = (time.seconds * 1_000).rounded() / 1_000
        return "\(milliseconds) s"
    }
}

extension TransportStreamEvent.Table {
    fileprivate var name: String {
        switch self {
        case .programAssociation: "program association table"
        case .programMap: "program map table"
        case .conditionalAccess: "conditional access table"
        case .serviceDescription: "service description table"
        case .spliceInformation: "splice information table"
        }
    }
}
