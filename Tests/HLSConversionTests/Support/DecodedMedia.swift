import CFFmpeg
import Foundation
import HLSKit
import TestSupport

@testable import HLSConversion

/// What is seen and heard when a file is played: every picture's time and brightness, and the sound as one channel.
struct DecodedMedia {
    struct Picture {
        var time: Double
        /// Mean of the luma samples, 0 to 1.
        var brightness: Double
        var width: Int
        var height: Int
        var format: AVPixelFormat
        var isInterlaced: Bool
        /// The greatest sample of luma, of the blue and of the red difference, 0 to 1; of pictures with 8 bits.
        var greatest: [Double]
        /// Range, primaries, transfer and matrix, as the stream tells them (ITU-T H.273).
        var colour: [UInt32]
        /// The width of a sample to its height; nil when the stream does not tell.
        var sampleAspect: Double?
    }

    private(set) var pictures: [Picture] = []
    /// The sum of all channels.
    private(set) var sound: [Float] = []
    /// The time of the first sample.
    private(set) var soundStart: Double?
    private(set) var sampleRate = 0
    private(set) var channels = 0
    /// Packets that a decoder complained about.
    private(set) var faults = 0
    /// Times at which the sound does not go on where it ended, in seconds.
    private(set) var soundGaps: [Double] = []

    /// Decodes a file, or the segments of an HLS folder one behind the other.
    init(_ url: URL) throws {
        if url.pathExtension == "m3u8" {
            let folder = try TestFolder()
            let whole = folder.file("whole")
            let hls = try HLSFolder(url)
            let initialization = hls.initializations.first ?? []
            try Data(initialization + hls.segments.joined()).write(to: whole)
            try self.init(file: whole)
            guard !initialization.isEmpty, let first = pictures.map(\.time).min(),
                let start = CMAFReader(hls).presentationStart(ofVideo: true)
            else { return }
            // FFmpeg 5 shifts frames that are reordered without an edit list by their delay.
            for index in pictures.indices { pictures[index].time += start - first }
        } else {
            try self.init(file: url)
        }
    }

    private init(file: URL) throws {
        try FFmpegLibraries.load(.formatsAndCodecs)
        let input = try InputFile(path: file.path(percentEncoded: false)) { false }
        let selection = try TrackSelection(input)
        input.select(Set(selection.streams.map(\.index)))
        var decoders: [Int: Decoder] = [:]
        for stream in selection.streams { decoders[stream.index] = try Decoder(stream: stream) }
        let packet = Packet()
        while try input.read(into: packet) {
            guard let decoder = decoders[packet.streamIndex] else { continue }
            try decode(packet, decoder)
        }
        for decoder in decoders.values { try decode(nil, decoder) }
    }

    private mutating func decode(_ packet: Packet?, _ decoder: Decoder) throws {
        var frames: [Frame] = []
        if decoder.decode(packet, { frames.append($0) }).damage != nil { faults += 1 }
        for frame in frames {
            let time = Double(frame.pointer.pointee.pts) * decoder.timeBase.value
            if frame.pointer.pointee.width > 0 { add(picture: frame, at: time) } else { add(sound: frame, at: time) }
        }
    }

    private mutating func add(picture frame: Frame, at time: Double) {
        let picture = frame.pointer.pointee
        if frame.pointer.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0 { faults += 1 }
        var sum = 0
        let (width, height) = (Int(picture.width), Int(picture.height))
        // One line in four, a sample in four: enough to tell a flash.
        if let luma = picture.data.0 {
            for y in stride(from: 0, to: height, by: 4) {
                for x in stride(from: 0, to: width, by: 4) { sum += Int(luma[y * Int(picture.linesize.0) + x]) }
            }
        }
        let count = ((height + 3) / 4) * ((width + 3) / 4)
        pictures.append(
            Picture(
                time: time,
                brightness: Double(sum) / Double(count) / 255,
                width: width,
                height: height,
                format: AVPixelFormat(rawValue: picture.format),
                isInterlaced: frame.isInterlaced,
                greatest: Self.greatestSamples(of: picture),
                colour: [
                    picture.color_range.rawValue, picture.color_primaries.rawValue, picture.color_trc.rawValue,
                    picture.colorspace.rawValue,
                ],
                sampleAspect: picture.sample_aspect_ratio.isPositive ? picture.sample_aspect_ratio.value : nil
            )
        )
    }

    private static func greatestSamples(of picture: AVFrame) -> [Double] {
        let planes = [
            (picture.data.0, picture.linesize.0, 0), (picture.data.1, picture.linesize.1, 1),
            (picture.data.2, picture.linesize.2, 1),
        ]
        guard picture.format == AV_PIX_FMT_YUV420P.rawValue else { return [] }
        return planes.map { data, lineSize, shift in
            var greatest: UInt8 = 0
            for y in 0..<Int(picture.height) >> shift {
                for x in 0..<Int(picture.width) >> shift {
                    greatest = max(greatest, data?[y * Int(lineSize) + x] ?? 0)
                }
            }
            return Double(greatest) / 255
        }
    }

    private mutating func add(sound frame: Frame, at time: Double) {
        let block = frame.pointer.pointee
        sampleRate = Int(block.sample_rate)
        channels = Int(block.ch_layout.nb_channels)
        if let start = soundStart {
            let expected = start + Double(sound.count) / Double(sampleRate)
            // MP3's and Matroska's times are rounded to whole milliseconds and ticks.
            if abs(time - expected) > 0.002 {
                soundGaps.append(expected)
                let missing = Int(((time - expected) * Double(sampleRate)).rounded())
                if missing > 0 { sound += repeatElement(0, count: missing) }
            }
        } else {
            soundStart = time
        }
        let count = Int(block.nb_samples)
        let format = AVSampleFormat(rawValue: block.format)
        let isPlanar = av_sample_fmt_is_planar(format) == 1
        var sums = [Float](repeating: 0, count: count)
        for plane in 0..<(isPlanar ? channels : 1) {
            guard let data = block.extended_data?[plane] else { continue }
            let step = isPlanar ? 1 : channels
            switch av_get_packed_sample_fmt(format) {
            case AV_SAMPLE_FMT_FLT:
                data.withMemoryRebound(to: Float.self, capacity: count * step) { samples in
                    for index in 0..<count * step { sums[index / step] += samples[index] }
                }
            case AV_SAMPLE_FMT_S16:
                data.withMemoryRebound(to: Int16.self, capacity: count * step) { samples in
                    for index in 0..<count * step { sums[index / step] += Float(samples[index]) / 32_768 }
                }
            default:
                faults += 1
            }
        }
        sound += sums
    }

    // MARK: Sync

    /// The times at which a flash begins.
    var flashes: [Double] {
        var times: [Double] = []
        var wasBright = false
        for picture in pictures {
            let isBright = picture.brightness > 0.45
            if isBright, !wasBright { times.append(picture.time) }
            wasBright = isBright
        }
        return times
    }

    /// The times at which a tone begins: where the energy of a millisecond passes a quarter of the greatest.
    var beeps: [Double] {
        guard let soundStart, sampleRate > 0 else { return [] }
        let window = sampleRate / 1_000
        var energies: [Float] = []
        energies.reserveCapacity(sound.count)
        var energy: Float = 0
        for index in sound.indices {
            energy += sound[index] * sound[index]
            if index >= window { energy -= sound[index - window] * sound[index - window] }
            energies.append(energy)
        }
        let threshold = (energies.max() ?? 0) / 4
        var times: [Double] = []
        var quietSince = -sampleRate
        for (index, energy) in energies.enumerated() {
            if energy > threshold {
                if index - quietSince > sampleRate / 4 {
                    times.append(soundStart + Double(index) / Double(sampleRate))
                }
                quietSince = index
            }
        }
        return times
    }

    /// How far each tone is behind its flash, in seconds.
    var offsets: [Double] {
        flashes.compactMap { flash in beeps.map { $0 - flash }.min { abs($0) < abs($1) } }
    }

    /// From the first picture or sample to the end of the last.
    var duration: Double {
        let frame = pictures.count > 1 ? (pictures.last?.time ?? 0) - pictures[pictures.count - 2].time : 0
        let ends = [
            pictures.last.map { $0.time + frame },
            soundStart.map { $0 + Double(sound.count) / Double(max(sampleRate, 1)) },
        ]
        let starts = [pictures.first?.time, soundStart]
        return (ends.compactMap(\.self).max() ?? 0) - (starts.compactMap(\.self).min() ?? 0)
    }
}
