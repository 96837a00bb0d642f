import Foundation
import HLSKit
import TestSupport

/// A small stream of H.264 and AAC in fragmented MP4 with its playlist, right unless something is changed.
struct SampleFragments {
    private typealias Make = BoxBuilder

    var segments = 4
    /// Pictures of a segment, 25 a second; every tenth picture is a random access point.
    var pictures = 50
    var fragmentsPerSegment = 1
    var hasVideo = true
    var hasAudio = true
    /// The decoding time of the first picture, in ticks of 90 kHz.
    var start = 90_000
    /// Ticks by which composition is later than decoding, and by which the edit list takes it back.
    var delay = 0
    /// What is added to the composition offset of a picture, in ticks of 90 kHz.
    var composition: (_ picture: Int) -> Int = { _ in 0 }
    var brands = ["iso6"]
    var videoEntry = BoxBuilder.avc1()
    var width = 320
    var audioTrack = 2
    /// What is added to the decoding time of a fragment, in ticks of 90 kHz.
    var videoShift: (_ fragment: Int) -> Int = { _ in 0 }
    var audioShift: (_ fragment: Int) -> Int = { _ in 0 }
    /// The number of a fragment; nil leaves the decoding times out.
    var number: (_ fragment: Int) -> Int = { $0 + 1 }
    var hasDecodeTimes: (_ fragment: Int) -> Bool = { _ in true }
    /// Whether a picture is marked as a random access point, and whether it is one.
    var isMarked: (_ picture: Int) -> Bool = { $0 % 10 == 0 }
    var isKey: (_ picture: Int) -> Bool = { $0 % 10 == 0 }
    /// Changes the bytes of a sample of pictures.
    var sample: (_ picture: Int, _ bytes: [UInt8]) -> [UInt8] = { $1 }
    /// Whether a fragment finds its samples by their place in the file.
    var isAbsolute: (_ fragment: Int) -> Bool = { _ in false }
    /// What is added to the data offsets of a fragment.
    var dataShift: (_ fragment: Int) -> Int = { _ in 0 }

    var segmentSeconds: Double { Double(pictures) / 25 }

    // MARK: Files

    func initialization() -> [UInt8] {
        var tracks: [[UInt8]] = []
        let edits: [[Int]] = delay > 0 ? [[0, delay, 1 << 16]] : []
        if hasVideo { tracks.append(Make.trak(1, entry: videoEntry, edits: edits)) }
        if hasAudio {
            tracks.append(Make.trak(audioTrack, handler: "soun", timescale: 48_000, entry: Make.mp4a()))
        }
        let ids: [Int] = (hasVideo ? [1] : []) + (hasAudio ? [audioTrack] : [])
        return Make.ftyp(brands) + Make.moov(tracks.flatMap(\.self) + Make.mvex(ids))
    }

    private func picture(_ number: Int) -> [UInt8] {
        let slice = SampleUnits.h264Slice(.init(refreshID: isKey(number) ? 0 : nil), length: 300)
        return sample(number, Make.u32(slice.count) + slice)
    }

    /// A fragment with the samples from one time to another, in pictures.
    private func fragment(_ number: Int, _ range: Range<Int>) -> [UInt8] {
        let pictures = hasVideo ? range.map(picture) : []
        // Frames of sound that begin before the next fragment does.
        let frames =
            hasAudio ? (range.lowerBound * 1_920 + 1_023) / 1_024..<(range.upperBound * 1_920 + 1_023) / 1_024 : 0..<0
        func make(_ offset: Int) -> [UInt8] {
            var tracks: [[UInt8]] = []
            var at = offset + dataShift(number) + (isAbsolute(number) ? Self.stypBytes : 0)
            let (flags, fields) = isAbsolute(number) ? (1, [0, 0]) : (Make.moofIsBase, [])
            if hasVideo {
                let samples = zip(range, pictures).flatMap { picture, bytes in
                    [3_600, bytes.count, isMarked(picture) ? 0x200_0000 : 0x101_0000, delay + composition(picture)]
                }
                let run = Make.full("trun", flags: 0xF01, Make.words([pictures.count, at] + samples))
                let time = start + range.lowerBound * 3_600 + videoShift(number)
                tracks.append(
                    Make.traf(1, flags: flags, fields: fields, time: hasDecodeTimes(number) ? time : nil, run)
                )
                at += pictures.reduce(0) { $0 + $1.count }
            }
            if hasAudio {
                let run = Make.full(
                    "trun",
                    flags: 0x301,
                    Make.words([frames.count, at] + frames.flatMap { _ in [1_024, 60] })
                )
                let time = (start + audioShift(number)) * 48 / 90 + frames.lowerBound * 1_024
                tracks.append(
                    Make.traf(audioTrack, flags: flags, fields: fields, time: hasDecodeTimes(number) ? time : nil, run)
                )
            }
            return Make.moof(self.number(number), tracks.flatMap(\.self))
        }
        let data = pictures.flatMap(\.self) + [UInt8](repeating: 0x21, count: frames.count * 60)
        return make(make(0).count + 8) + Make.box("mdat", data)
    }

    private static let stypBytes = 24

    func segment(_ index: Int) -> [UInt8] {
        let length = pictures / fragmentsPerSegment
        let fragments = (0..<fragmentsPerSegment).map { place in
            let first = index * pictures + place * length
            return fragment(index * fragmentsPerSegment + place, first..<first + length)
        }
        return Make.box("styp", Array("msdh".utf8) + Make.u32(0) + Array("msdhmsix".utf8)) + fragments.flatMap(\.self)
    }

    // MARK: Playlist

    /// The playlist: lines 1 to 7 are of the playlist, 8 and 9 of the first segment.
    func playlist(
        tags: [Int: String] = [:],
        durations: [Int: Double] = [:],
        map: String? = "#EXT-X-MAP:URI=\"init.mp4\""
    ) -> String {
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-TARGETDURATION:\(Int(segmentSeconds.rounded()))",
            "#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-INDEPENDENT-SEGMENTS",
        ]
        if let map { lines.append(map) }
        for segment in 0..<segments {
            if let tag = tags[segment] { lines.append(tag) }
            lines += [String(format: "#EXTINF:%.6f,", durations[segment] ?? segmentSeconds), "s\(segment).m4s"]
        }
        return (lines + ["#EXT-X-ENDLIST", ""]).joined(separator: "\n")
    }

    /// The segments, the init segment and the playlist by their names.
    func files(
        tags: [Int: String] = [:],
        durations: [Int: Double] = [:],
        map: String? = "#EXT-X-MAP:URI=\"init.mp4\"",
        _ change: (inout [[UInt8]]) -> Void = { _ in }
    ) -> Files {
        var media = (0..<segments).map(segment)
        change(&media)
        var files: Files = [
            "film.m3u8": Array(playlist(tags: tags, durations: durations, map: map).utf8),
            "init.mp4": initialization(),
        ]
        for (index, segment) in media.enumerated() { files["s\(index).m4s"] = segment }
        return files
    }

    /// Init segment and segments as one file.
    func file() -> [UInt8] {
        initialization() + (0..<segments).flatMap(segment)
    }
}
