import Foundation
import HLSInspection
import HLSKit
import TestSupport

/// A small stream of H.264 and AAC with its playlist, right unless something is changed.
struct SampleStream {
    var segments = 4
    /// Pictures of a segment; every tenth picture is a random access point.
    var pictures = 50
    /// Ticks from picture to picture.
    var pictureTicks: Int64 = 3_600
    var hasVideo = true
    var hasAudio = true
    /// The first timestamp.
    var start: Int64 = 90_000
    var intervals = TransportStreamMuxer.Configuration()
    /// The segments in front of which a new muxer begins: counters start at zero.
    var restarts: Set<Int> = []
    /// The segments, from these on, whose program has no sound.
    var silentFrom = Int.max
    /// Changes the bytes of a picture.
    var picture: (_ number: Int, _ bytes: [UInt8]) -> [UInt8] = { $1 }
    /// Changes the times of a picture: what is added to PTS and DTS; nil leaves it out.
    var pictureShift: (_ number: Int) -> (pts: Int64, dts: Int64)? = { _ in (0, 0) }
    /// Changes the time of a frame of sound; nil leaves it out.
    var soundShift: (_ number: Int) -> Int64? = { _ in 0 }

    var segmentSeconds: Double { Double(pictures) * Double(pictureTicks) / 90_000 }

    /// A picture with one delimiter, or another number of them.
    static func picture(_ number: Int, delimiters: Int) -> [UInt8] {
        let delimiter: [UInt8] = [0, 0, 0, 1, 9, 0xF0]
        let unit = SampleUnits.h264(number: number, isKey: number % 10 == 0, length: 300)
        return (0..<delimiters).flatMap { _ in delimiter } + unit.dropFirst(delimiter.count)
    }

    // MARK: Segments

    private func muxer(_ segment: Int) throws -> TransportStreamMuxer {
        var streams: [ElementaryStream] = []
        if hasVideo { streams.append(ElementaryStream(codec: .h264, pid: 0x100)) }
        if hasAudio, segment < silentFrom { streams.append(ElementaryStream(codec: .aac, pid: 0x101)) }
        return try TransportStreamMuxer(streams: streams, configuration: intervals)
    }

    /// The bytes of each segment.
    func media() throws -> [[UInt8]] {
        var result: [[UInt8]] = []
        var muxer = try muxer(0)
        var sound = 0
        for segment in 0..<segments {
            if restarts.contains(segment) { muxer = try self.muxer(segment) }
            muxer.startSegment()
            for number in segment * pictures..<(segment + 1) * pictures {
                let time = start + Int64(number) * pictureTicks
                if hasAudio, segment < silentFrom { try writeSound(upTo: time, &sound, to: &muxer) }
                guard hasVideo, let shift = pictureShift(number) else { continue }
                let unit = SampleUnits.h264(number: number, isKey: number % 10 == 0, length: 300)
                try muxer.write(
                    picture(number, unit).span,
                    stream: 0,
                    pts: MediaTime(ticks: time + shift.pts),
                    dts: MediaTime(ticks: time + shift.dts),
                    isRandomAccess: number % 10 == 0
                )
            }
            if hasAudio, segment < silentFrom {
                try writeSound(upTo: start + Int64((segment + 1) * pictures) * pictureTicks, &sound, to: &muxer)
            }
            muxer.flush()
            result.append(muxer.takeOutput())
        }
        return result
    }

    private func writeSound(upTo time: Int64, _ sound: inout Int, to muxer: inout TransportStreamMuxer) throws {
        while start + Int64(sound) * 1_920 < time {
            defer { sound += 1 }
            guard let shift = soundShift(sound) else { continue }
            let pts = MediaTime(ticks: start + Int64(sound) * 1_920 + shift)
            try muxer.write(
                SampleUnits.adts(length: 60).span,
                stream: hasVideo ? 1 : 0,
                pts: pts,
                dts: pts,
                isRandomAccess: true
            )
        }
    }

    // MARK: Playlist

    /// The playlist: lines 1 to 6 are of the playlist, 7 and 8 of the first segment.
    func playlist(tags: [Int: String] = [:], durations: [Int: Double] = [:], target: Int? = nil) -> String {
        let target = target ?? MediaDuration(seconds: segmentSeconds).roundedSeconds
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:\(target)", "#EXT-X-MEDIA-SEQUENCE:0",
            "#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-INDEPENDENT-SEGMENTS",
        ]
        for segment in 0..<segments {
            if let tag = tags[segment] { lines.append(tag) }
            let micros = Int((durations[segment] ?? segmentSeconds) * 1_000_000 + 0.5)
            let decimals = String(format: "%06d", micros % 1_000_000)
            lines += ["#EXTINF:\(micros / 1_000_000).\(decimals),", "s\(segment).ts"]
        }
        return (lines + ["#EXT-X-ENDLIST", ""]).joined(separator: "\n")
    }

    /// The segments and the playlist by their names.
    func files(
        tags: [Int: String] = [:],
        durations: [Int: Double] = [:],
        target: Int? = nil,
        _ change: (inout [[UInt8]]) -> Void = { _ in }
    ) throws -> Files {
        var media = try media()
        change(&media)
        var files: Files = ["film.m3u8": Array(playlist(tags: tags, durations: durations, target: target).utf8)]
        for (index, segment) in media.enumerated() { files["s\(index).ts"] = segment }
        return files
    }
}

/// The files of a folder, by their paths.
typealias Files = [String: [UInt8]]

extension Files {
    /// Every file in a folder below.
    func placed(in folder: String) -> Files {
        Files(uniqueKeysWithValues: map { (folder + "/" + $0.key, $0.value) })
    }

    /// Both.
    func with(_ other: Files) -> Files {
        merging(other) { $1 }
    }

    func with(_ name: String, _ text: String) -> Files {
        with([name: Array(text.utf8)])
    }

    func without(_ name: String) -> Files {
        filter { $0.key != name }
    }
}

/// A folder for one test, removed when the test lets go of it.
final class InspectedFolder {
    let url = FileManager.default.temporaryDirectory.appending(path: "inspection-\(UUID().uuidString)/film")

    init(_ files: Files) throws {
        for (name, bytes) in files {
            let file = url.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(bytes).write(to: file)
        }
    }

    deinit {
        try? FileManager.default.removeItem(at: url.deletingLastPathComponent())
    }

    /// Inspects the folder, or a file in it.
    func inspect(
        _ name: String = "",
        configuration: HLSInspector.Configuration = .init()
    ) async throws -> InspectionReport {
        try await HLSInspector(configuration: configuration).inspect(url.appending(path: name).path)
    }
}
