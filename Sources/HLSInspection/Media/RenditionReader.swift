import HLSKit

/// Reads the segments of one rendition, one behind the other, through one demuxer.
struct RenditionReader {
    let plans: [SegmentPlan]
    let loader: any ResourceLoader
    /// Whether segments are looked into at all, or only counted.
    let looksInside: Bool
    private(set) var analysis = TransportAnalysis()
    /// The findings about files; what is inside them is in the analysis.
    private(set) var found = MediaFindings()
    /// The bytes of each segment, nil for those that could not be read.
    private(set) var sizes: [Int?] = []
    private var demuxer: TransportStreamDemuxer
    /// Whether the segment before was not looked into, so that nothing is known of where it ended.
    private var isInterrupted = false

    init(plans: [SegmentPlan], loader: any ResourceLoader, looksInside: Bool) {
        self.plans = plans
        self.loader = loader
        self.looksInside = looksInside
        var configuration = TransportStreamDemuxer.Configuration()
        configuration.program = .first
        demuxer = TransportStreamDemuxer(configuration: configuration)
    }

    /// Reads every segment.
    ///
    /// - Parameter progress: Called behind each chunk with the number of segments and bytes that are done.
    /// - Throws: `notSupported` for segments of a kind that is not read yet; what is wrong with a single segment is a finding.
    mutating func read(
        progress: (_ segments: Int, _ bytes: Int) -> Void
    ) async throws(InspectionError) {
        var bytes = 0
        for index in plans.indices {
            progress(index, bytes)
            let plan = plans[index]
            let startsAnew = plan.isDiscontinuity || isInterrupted || index == 0
            if startsAnew, index > 0 { Self.startAnew(&demuxer, &analysis) }
            analysis.beginSegment(at: demuxer.byteCount, startsAnew: startsAnew)
            analysis.segments[index].fileOffset = plan.range?.start ?? 0
            isInterrupted = true
            guard !plan.isGap else {
                sizes.append(0)
                continue
            }
            let before = bytes
            let size = try await readSegment(index) { progress(index, before + $0) }
            sizes.append(size)
            bytes += size ?? 0
            isInterrupted = !analysis.segments[index].isRead
        }
        Self.finish(&demuxer, &analysis)
        progress(plans.count, bytes)
    }

    // The demuxer and the analysis that takes from it are two places of this value: as parameters, neither is in the way
    // of the other.

    private static func startAnew(_ demuxer: inout TransportStreamDemuxer, _ analysis: inout TransportAnalysis) {
        demuxer.startDiscontinuity { analysis.take($0) }
    }

    private static func finish(_ demuxer: inout TransportStreamDemuxer, _ analysis: inout TransportAnalysis) {
        demuxer.finish { analysis.take($0) }
    }

    /// Reads one segment.
    ///
    /// - Returns: The number of its bytes; nil when it could not be read.
    private mutating func readSegment(
        _ index: Int,
        progress: (_ bytes: Int) -> Void
    ) async throws(InspectionError) -> Int? {
        let plan = plans[index]
        let looksInside = looksInside && plan.keys.isEmpty
        if !plan.keys.isEmpty { reportKeys(of: index) }
        var count = 0
        var start: [UInt8]? = []
        var content = SegmentStart.Content.transportStream
        var stride = TransportPacket.byteCount
        var demuxer = self.demuxer
        // The only owner changes in place.
        self.demuxer = TransportStreamDemuxer()
        var analysis = self.analysis
        self.analysis = TransportAnalysis()
        func push(_ bytes: Span<UInt8>) {
            guard content == .transportStream, looksInside else { return }
            demuxer.push(bytes) { analysis.take($0) }
        }
        func judge(_ bytes: [UInt8]) {
            start = nil
            let begin = SegmentStart(bytes)
            content = begin.content
            stride = begin.stride
            analysis.segments[index].tables = begin.tables
            analysis.segments[index].isRead = content == .transportStream && looksInside
        }
        var failure: InspectionError?
        do throws(InspectionError) {
            try await loader.load(plan.url, range: plan.range) { chunk in
                count += chunk.count
                progress(count)
                guard var bytes = start else {
                    push(chunk)
                    return true
                }
                // Small pieces wait until there is enough to judge; large ones are not copied.
                let missing = min(chunk.count, SegmentStart.byteCount - bytes.count)
                for place in 0..<missing { bytes.append(chunk[place]) }
                start = bytes
                if bytes.count >= SegmentStart.byteCount {
                    judge(bytes)
                    push(bytes.span)
                    push(chunk.extracting(missing..<chunk.count))
                }
                return true
            }
        } catch {
            failure = error
        }
        if let bytes = start, !bytes.isEmpty, failure == nil {
            judge(bytes)
            push(bytes.span)
        }
        analysis.segments[index].byteCount = count
        self.demuxer = demuxer
        self.analysis = analysis
        if let failure {
            try report(failure, of: index)
            return nil
        }
        if self.analysis.segments[index].isRead, count % stride != 0 {
            found.add(
                .incompletePacket,
                segment: index,
                position: self.analysis.segments[index].position + count - count % stride,
                "the segment is no whole number of packets of \(stride) bytes: it was cut off or damaged, write it again"
            )
        }
        try report(size: count, content: looksInside ? content : .transportStream, of: index)
        return count
    }

    // MARK: What is wrong with a file

    private mutating func report(_ failure: InspectionError, of index: Int) throws(InspectionError) {
        let advice = "the playlist names it: put the file there, or take the segment out"
        switch failure.code {
        case .notFound:
            found.add(.missingSegment, segment: index, "the segment does not exist or may not be read: \(advice)")
        case .notUsable, .inputOutput:
            found.add(.unreadableSegment, segment: index, failure.message)
        default: throw failure
        }
    }

    private mutating func report(
        size: Int,
        content: SegmentStart.Content,
        of index: Int
    ) throws(InspectionError) {
        let plan = plans[index]
        if let range = plan.range, size < range.length {
            found.add(
                .rangeBeyondEnd,
                segment: index,
                line: plan.lines.uri,
                "the file ends \(range.length - size) bytes before the range: correct EXT-X-BYTERANGE"
            )
        } else if size == 0 {
            found.add(.emptySegment, segment: index, "the segment is empty: write it again")
        }
        guard size > 0 else { return }
        switch content {
        case .transportStream: break
        case .fragmentedMP4:
            throw InspectionError(
                .notSupported,
                "'\(plan.file)' is fragmented MP4, which is not supported yet: give a stream of MPEG-TS segments"
            )
        case .webVTT, .packedAudio:
            found.add(.notInspected, segment: index, "\(content.description) is not looked into yet")
        default:
            found.add(
                .notATransportStream,
                segment: index,
                "the segment is \(content.description) instead of a transport stream: fetch or write it again"
            )
        }
    }

    private mutating func reportKeys(of index: Int) {
        let methods = plans[index].keys.map(\.method.rawValue).joined(separator: ", ")
        guard index == 0 || plans[index].keys != plans[index - 1].keys else { return }
        found.add(
            .encryptedSegment,
            segment: index,
            "from here on segments are encrypted with \(methods) and not looked into: inspect the stream before it is encrypted"
        )
    }
}
