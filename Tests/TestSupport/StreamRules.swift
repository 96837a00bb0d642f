/// The rules for the H.264 and the timing inside a transport stream that players of HLS rely on.
package enum StreamRules {
    /// The types of the NAL units in an access unit with start codes.
    package static func nalTypes(_ unit: [UInt8]) -> [UInt8] {
        var types: [UInt8] = []
        var index = 0
        while index + 3 < unit.count {
            if unit[index] == 0, unit[index + 1] == 0, unit[index + 2] == 1 {
                types.append(unit[index + 3] & 31)
                index += 3
            } else {
                index += 1
            }
        }
        return types
    }

    /// Every rule that the stream breaks, as sentences.
    package static func problems(of reader: TransportStreamReader, segments: Int) -> [String] {
        var problems = reader.problems
        // 100 ms is the law; 40 ms is what is promised. One tick of rounding.
        if reader.greatestClockGap > 3_601 {
            problems.append("clock references \(reader.greatestClockGap) ticks apart")
        }
        for (first, second) in zip(reader.tableTimes, reader.tableTimes.dropFirst())
        where TransportStreamReader.forward(from: first, to: second) > 45_000 {
            problems.append("tables more than 500 ms apart")
        }
        for stream in reader.streams where stream.type == 0x1B {
            let units = reader.packets(pid: stream.pid)
            var started: Set<Int> = []
            for unit in units {
                let types = nalTypes(unit.payload)
                if types.first != 9 || types.filter({ $0 == 9 }).count != 1 {
                    problems.append("access unit at \(unit.pts) does not have exactly one AUD in front")
                }
                let isKey = types.contains(5)
                if isKey != unit.isRandomAccess { problems.append("random access flag at \(unit.pts)") }
                if isKey, !(types.contains(7) && types.contains(8)) {
                    problems.append("IDR without parameter sets at \(unit.pts)")
                }
                if started.insert(unit.segment).inserted, !isKey {
                    problems.append("segment \(unit.segment) does not start with an IDR picture")
                }
            }
            if started.count != segments { problems.append("\(segments - started.count) segments without a picture") }
        }
        return problems
    }
}
