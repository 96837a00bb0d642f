import HLSKit

/// What is wrong with a file.
extension RenditionReader {
    mutating func report(_ failure: InspectionError, of index: Int) throws(InspectionError) {
        let advice = "the playlist names it: put the file there, or take the segment out"
        switch failure.code {
        case .notFound:
            found.add(.missingSegment, segment: index, "the segment does not exist or may not be read: \(advice)")
        case .notUsable, .inputOutput, .unreachable:
            found.add(.unreadableSegment, segment: index, failure.message)
        default: throw failure
        }
    }

    mutating func report(_ feed: SegmentFeed, of index: Int) {
        let plan = plans[index]
        if let range = plan.range, feed.count < range.length {
            found.add(
                .rangeBeyondEnd,
                segment: index,
                line: plan.lines.uri,
                "the file ends \(range.length - feed.count) bytes before the range: correct EXT-X-BYTERANGE"
            )
        } else if feed.count == 0, !hasHeaderOfSubtitles {
            found.add(.emptySegment, segment: index, "the segment is empty: write it again")
        }
        guard feed.count > 0, let start = feed.start else { return }
        let isLocked = reportDecryption(of: feed, index)
        self.isLocked = isLocked
        guard !isLocked else {
            analysis.segments[index].container = nil
            return
        }
        guard let container = start.content.container else {
            found.add(
                .notAMediaSegment,
                segment: index,
                "the segment is \(start.content.description) instead of media: "
                    + (start.content.advice ?? "fetch or write it again")
            )
            return
        }
        switch container {
        case .transportStream:
            // Of an I-frame the last packet may be of another stream, and a range may end with the picture.
            guard depth == .all, feed.plainCount % start.stride != 0 else { return }
            found.add(
                .incompletePacket,
                segment: index,
                position: analysis.segments[index].position + feed.plainCount - feed.plainCount % start.stride,
                "the segment is no whole number of packets of \(start.stride) bytes: "
                    + "it was cut off or damaged, write it again"
            )
        case .fragmentedMP4:
            if !hasPlaylist { reportTimes(of: index) }
            guard hasPlaylist, plan.map == nil else { return }
            found.add(
                .initializationMissing,
                segment: index,
                line: plan.lines.uri,
                "segments of fragmented MP4 need EXT-X-MAP: set it in front of the first one"
            )
        case .mp4, .packedAudio, .webVTT: break
        }
    }

    /// Whether segments have their header elsewhere: one without cues is empty.
    var hasHeaderOfSubtitles: Bool {
        if case .subtitleHeader = initialization { true } else { false }
    }

    /// Without tracks nothing tells what the numbers of fragments mean.
    private mutating func reportTimes(of index: Int) {
        guard let boxes, boxes.fragments > 0, boxes.movie == nil else { return }
        found.add(
            .notInspected,
            segment: index,
            "the tracks of these fragments are in an init segment, without which their times and samples are not read: "
                + "give the playlist"
        )
    }

    // MARK: Decryption

    /// Tells keys and vectors that do not fit.
    ///
    /// - Returns: Whether what comes out is of no use.
    private mutating func reportDecryption(of feed: SegmentFeed, _ index: Int) -> Bool {
        guard feed.isEncrypted, let start = feed.start else { return false }
        let plan = plans[index]
        let isMedia = start.content.container != nil
        if isMedia {
            switch feed.ending {
            case .good: break
            case .incomplete:
                found.add(
                    .badPadding,
                    segment: index,
                    line: plan.lines.uri,
                    "\(plan.file) has \(feed.count) bytes, no multiple of 16: it was cut off or is not encrypted whole, "
                        + "write it again"
                )
            case .wrongPadding:
                found.add(
                    .badPadding,
                    segment: index,
                    line: plan.lines.uri,
                    "the last block of \(plan.file) has no PKCS7 padding: pad each segment when it is encrypted"
                )
            }
            // Only the first block depends on the vector.
            if start.content == .transportStream, !Self.isSound(feed.head) { reportVector(of: feed, index) }
            return false
        }
        if SegmentStart(feed.encryptedHead).content.container != nil {
            found.add(
                .notEncrypted,
                segment: index,
                line: plan.lines.uri,
                "\(plan.file) is not encrypted, though the key of line \(plan.lines.key) applies to it: encrypt it, "
                    + "or set EXT-X-KEY with METHOD=NONE in front of it"
            )
            return true
        }
        if fittingVector(feed, index) != nil || feed.ending == .good {
            reportVector(of: feed, index)
        } else if !isLocked || plans[index - 1].keys != plan.keys {
            found.add(
                .wrongKey,
                segment: index,
                line: plan.lines.uri,
                "from \(plan.file) on what comes out of the decryption is no media: the segment is encrypted with another "
                    + "key than that of line \(plan.lines.key), set EXT-X-KEY where the key changes"
            )
        }
        return true
    }

    private mutating func reportVector(of feed: SegmentFeed, _ index: Int) {
        let plan = plans[index]
        // One tag is told of once.
        guard toldVectorLine != plan.lines.key else { return }
        toldVectorLine = plan.lines.key
        let advice = fittingVector(feed, index).map { ", that of \($0) fits" } ?? ""
        found.add(
            .wrongVector,
            segment: index,
            line: plan.lines.key,
            "the first block of \(plan.file) is not decrypted right: the initialization vector is another one\(advice), "
                + "correct IV"
        )
    }

    /// The name of a vector with which the segment begins as media does.
    private func fittingVector(_ feed: SegmentFeed, _ index: Int) -> String? {
        let plan = plans[index]
        var candidates: [(String, [UInt8])] = [("zero", [UInt8](repeating: 0, count: SegmentDecryptor.blockBytes))]
        let numbers = [plan.mediaSequence, index, index + 1, plan.mediaSequence + 1, plan.mediaSequence - 1]
        for number in numbers {
            let bytes = (0..<16).map { UInt8(truncatingIfNeeded: $0 < 8 ? 0 : number >> (8 * (15 - $0))) }
            candidates.append(("the number \(number)", bytes))
        }
        for (name, vector) in candidates where vector != plan.vector {
            var head = feed.head
            guard head.count >= vector.count, plan.vector.count == vector.count else { return nil }
            // The vector is added to the first block.
            for place in vector.indices { head[place] ^= plan.vector[place] ^ vector[place] }
            if Self.isSound(head) { return name }
        }
        return nil
    }

    /// Whether a segment begins as media does from its first byte on, as far as its first block tells.
    private static func isSound(_ head: [UInt8]) -> Bool {
        let start = SegmentStart(head)
        guard start.content.container != nil, start.firstPacket == 0 else { return false }
        guard start.content == .transportStream else { return true }
        guard head.first == TransportPacket.syncByte else { return false }
        // The block ends within the first table, whose checksum tells.
        var isSound = true
        var demuxer = TransportStreamDemuxer()
        func take(_ output: TransportStreamOutput) {
            guard case .event(let event) = output, event.offset == 0 else { return }
            switch event.kind {
            case .checksumError, .invalidSection, .unexpectedSection, .transportError, .scrambled: isSound = false
            default: break
            }
        }
        demuxer.push(Array(head.prefix(start.stride * 8)), take)
        demuxer.finish(take)
        return isSound
    }
}
