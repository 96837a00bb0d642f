import Foundation
import HLSKit
import TestSupport

/// A small stream of packed audio with its playlist.
struct SampleSound {
    var codec = ElementaryStream.Codec.aac
    var segments = 4
    /// Seconds.
    var start = 10.0
    /// Whether a segment tells its time.
    var hasTimestamp: (_ segment: Int) -> Bool = { _ in true }
    /// What is added to the time of a segment, in ticks of 90 kHz.
    var shift: (_ segment: Int) -> Int = { _ in 0 }

    /// Frames of a segment.
    private let frames = 64

    private var frameSeconds: Double {
        switch codec {
        case .aac: 1_024.0 / 48_000
        case .mpeg1Audio: 1_152.0 / 44_100
        default: 1_536.0 / 48_000
        }
    }

    static func tag(_ ticks: Int) -> [UInt8] {
        let owner = Array("com.apple.streaming.transportStreamTimestamp".utf8) + [0]
        let content = owner + BoxBuilder.u64(ticks)
        let frame = Array("PRIV".utf8) + [0, 0, 0, UInt8(content.count), 0, 0] + content
        return Array("ID3".utf8) + [4, 0, 0, 0, 0, 0, UInt8(frame.count)] + frame
    }

    func segment(_ index: Int) -> [UInt8] {
        let time = Int(((start + Double(index * frames) * frameSeconds) * 90_000).rounded()) + shift(index)
        let tag = hasTimestamp(index) ? Self.tag(time & 0x1_FFFF_FFFF) : []
        return tag + (0..<frames).flatMap { SampleUnits.unit(codec, number: $0, length: 120) }
    }

    /// Lines 6 and 7 are of the first segment.
    func files(_ change: (inout [[UInt8]]) -> Void = { _ in }) -> Files {
        var media = (0..<segments).map(segment)
        change(&media)
        let seconds = Double(frames) * frameSeconds
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:\(Int(seconds.rounded()))", "#EXT-X-MEDIA-SEQUENCE:0",
            "#EXT-X-PLAYLIST-TYPE:VOD",
        ]
        var files: Files = [:]
        for (index, bytes) in media.enumerated() {
            lines += [String(format: "#EXTINF:%.6f,", seconds), "s\(index).aac"]
            files["s\(index).aac"] = bytes
        }
        files["film.m3u8"] = Array((lines + ["#EXT-X-ENDLIST", ""]).joined(separator: "\n").utf8)
        return files
    }
}
