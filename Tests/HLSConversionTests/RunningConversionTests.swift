import Dispatch
import Foundation
import HLSConversion
import HLSKit
import Synchronization
import TestSupport
import Testing

@Suite("Running conversion")
struct RunningConversionTests {
    /// A film and options that keep the encoder busy for half a minute.
    private func slowFilm(in folder: TestFolder, duration: Double = 6) throws -> (URL, ConversionOptions) {
        var media = TestMedia(duration: duration)
        media.video = TestMedia.Video(width: 1_280, height: 720, filters: ["noise=alls=30:allf=t"])
        media.video?.options = [("preset", "ultrafast"), ("crf", "30")]
        let film = folder.file("film.mp4")
        try media.write(to: film)
        var options = ConversionOptions.encoded
        options.preset = .veryslow
        return (film, options)
    }

    /// Converts until `moment` comes and cancels there; returns what was told until then and after it.
    ///
    /// Cancelled by the thread that tells, so that it does not matter when a busy machine runs the test's own task.
    private func convertAndCancel(
        _ film: URL,
        to folder: URL,
        _ options: ConversionOptions,
        at moment: @escaping @Sendable (ConversionEvent) -> Bool
    ) async throws -> (before: [ConversionEvent], after: [ConversionEvent]) {
        let task = Mutex<Task<ConversionResult, any Error>?>(nil)
        let hasTask = DispatchSemaphore(value: 0)
        let events = Mutex<(before: [ConversionEvent], after: [ConversionEvent], isCancelled: Bool)>(([], [], false))
        let conversion = Task {
            try await HLSConverter(options: options).convert(film, to: folder) { event in
                let isTheMoment = events.withLock { events in
                    guard !events.isCancelled else {
                        events.after.append(event)
                        return false
                    }
                    events.before.append(event)
                    events.isCancelled = moment(event)
                    return events.isCancelled
                }
                guard isTheMoment else { return }
                hasTask.wait()
                task.withLock { $0?.cancel() }
            }
        }
        task.withLock { $0 = conversion }
        hasTask.signal()
        let error = await #expect(throws: ConversionError.self) { try await conversion.value }
        #expect(error?.code == .cancelled)
        return events.withLock { ($0.before, $0.after) }
    }

    private static func pictures(_ events: [ConversionEvent]) -> Int {
        events.reduce(0) { if case .progress(let progress) = $1 { progress.frames } else { $0 } }
    }

    @Test("a cancelled conversion soon stops and leaves nothing")
    func cancellation() async throws {
        let folder = try TestFolder()
        let (film, options) = try slowFilm(in: folder)
        let (before, after) = try await convertAndCancel(film, to: folder.file("out"), options) { event in
            Self.pictures([event]) > 0
        }
        // However late the cancellation was known: behind it there is half a minute of work, which nobody does.
        #expect(Self.pictures(before) < 150 && Self.pictures(after) < 150)
        #expect(try folder.names() == ["film.mp4"])
    }

    @Test("a finished result stays and plays until another takes its place, also when that one is stopped")
    func cancelledReplacement() async throws {
        let folder = try TestFolder()
        let (film, options) = try slowFilm(in: folder)
        let out = folder.file("out")
        let playlist = try await HLSConverter().convert(film, to: out).playlist
        let before = try folder.names(in: "out")
        let text = try String(contentsOf: playlist, encoding: .utf8)
        let meanwhile = Mutex<[String]>([])
        _ = try await convertAndCancel(film, to: out, options) { event in
            guard Self.pictures([event]) > 0 else { return false }
            meanwhile.withLock { $0 = (try? folder.names(in: "out")) ?? [] }
            return true
        }
        #expect(meanwhile.withLock { $0 } == [".w2g.json", ".w2g.new"] + before.dropFirst())
        #expect(try folder.names(in: "out") == before)
        #expect(try String(contentsOf: playlist, encoding: .utf8) == text)
        #expect(try DecodedMedia(playlist).faults == 0)
    }

    @Test("an event's playlist grows by rename, keeps its target duration, and ends")
    func event() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder, duration: 9)
        for (index, base) in [ConversionOptions(), .encoded].enumerated() {
            var options = base
            options.hlsPlaylistType = .event
            let playlist = folder.file("out\(index)/out\(index).m3u8")
            let versions = Mutex<[String]>([])
            let availableAt = Mutex<Int?>(nil)
            let result = try await HLSConverter(options: options).convert(film, to: folder.file("out\(index)")) {
                event in
                let text = (try? String(contentsOf: playlist, encoding: .utf8)) ?? ""
                versions.withLock { $0.append(text) }
                if case .playlistAvailable = event {
                    availableAt.withLock { $0 = text.components(separatedBy: "#EXTINF").count - 1 }
                }
            }
            let final = try HLSFolder(result.playlist)
            #expect(final.kind == "EVENT" && final.isEnded)
            #expect(availableAt.withLock { $0 } == 1)
            for text in versions.withLock({ $0 }) where !text.isEmpty {
                // Whatever a player saw is the beginning of what there is now.
                #expect(final.text.hasPrefix(text))
            }
            #expect(final.durations.allSatisfy { Int($0.rounded()) <= final.targetDuration })
        }
    }

    @Test("an event can end as a film, and is found again when the same input is asked for")
    func eventEndsAsFilm() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder, duration: 5)
        var options = ConversionOptions()
        options.hlsPlaylistType = .event
        options.finishesEventAsVOD = true
        let out = folder.file("out")
        #expect(HLSConverter.finishedPlaylist(of: film, in: out) == nil)
        let grown = Mutex("")
        let result = try await HLSConverter(options: options).convert(film, to: out) { event in
            guard case .playlistAvailable = event else { return }
            grown.withLock { $0 = (try? String(contentsOf: folder.file("out/out.m3u8"), encoding: .utf8)) ?? "" }
        }
        let final = try HLSFolder(result.playlist)
        #expect(final.kind == "VOD" && final.isEnded && final.segments.count > 1)
        let event = grown.withLock { $0 }
        #expect(event.contains("#EXT-X-PLAYLIST-TYPE:EVENT\n"))
        let asFilm = event.replacing("TYPE:EVENT", with: "TYPE:VOD").replacing("#EXT-X-START:TIME-OFFSET=0\n", with: "")
        #expect(event.contains("#EXT-X-START:") && final.text.hasPrefix(asFilm))
        #expect(HLSConverter.finishedPlaylist(of: film, in: out)?.path() == result.playlist.path())
        let other = try smallFilm(in: folder, name: "other.mp4", duration: 1)
        #expect(HLSConverter.finishedPlaylist(of: other, in: out) == nil)
        // What is asked for must be what it was made with; what is not asked for does not matter.
        #expect(HLSConverter.finishedPlaylist(of: film, in: out, madeWith: options) != nil)
        options.crf = 30
        #expect(HLSConverter.finishedPlaylist(of: film, in: out, madeWith: options) == nil)
        // Another film at the same place is another film; one that is gone is not.
        try FileManager.default.moveItem(at: film, to: folder.file("moved.mp4"))
        #expect(HLSConverter.finishedPlaylist(of: film, in: out) != nil)
        #expect(HLSConverter.finishedPlaylist(of: folder.file("moved.mp4"), in: out) != nil)
        try FileManager.default.copyItem(at: other, to: film)
        #expect(HLSConverter.finishedPlaylist(of: film, in: out) == nil)
        try FileManager.default.removeItem(at: film)
        try FileManager.default.removeItem(at: result.playlist)
        #expect(HLSConverter.finishedPlaylist(of: film, in: out) == nil)
    }

    @Test("a cancelled event keeps what people may be watching")
    func cancelledEvent() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder, duration: 8)
        var options = ConversionOptions.encoded
        options.hlsPlaylistType = .event
        // The packager tells this itself: it goes on when the cancellation is known.
        _ = try await convertAndCancel(film, to: folder.file("out"), options) { event in
            if case .playlistAvailable = event { true } else { false }
        }
        let hls = try HLSFolder(folder.file("out/out.m3u8"))
        #expect(!hls.segments.isEmpty && !hls.isEnded)
        #expect(try !folder.names(in: "out").contains(".w2g.part"))
    }

    @Test("progress comes as a sequence: time, pictures, bytes and segments rise to their end")
    func progress() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder, duration: 6)
        var steps: [ConversionProgress] = []
        var routes = 0
        var result: ConversionResult?
        for try await event in HLSConverter(options: .encoded).events(converting: film, to: folder.file("out")) {
            switch event {
            case .progress(let progress): steps.append(progress)
            case .route: routes += 1
            case .finished(let finished): result = finished
            default: break
            }
        }
        #expect(routes == 1)
        for (first, second) in zip(steps, steps.dropFirst()) {
            #expect(first.mediaTime <= second.mediaTime && first.frames <= second.frames && first.bytes <= second.bytes)
            #expect(first.segments <= second.segments && first.elapsed <= second.elapsed)
        }
        let last = try #require(steps.last)
        #expect(last.frames == 150)
        #expect(last.segments == 3)
        #expect(last.bytes == result?.bytes)
        #expect(last.totalTime.map { abs($0.seconds - 6) < 0.1 } == true)
        #expect(last.fraction ?? 0 > 0.99)
        #expect(last.speed > 0)
    }

    @Test("ending the sequence early cancels the conversion")
    func abandonedSequence() async throws {
        let folder = try TestFolder()
        // Minutes of work, so that it is not over when a busy machine at last runs what ends the sequence.
        let (film, options) = try slowFilm(in: folder, duration: 30)
        let out = folder.file("out")
        for try await event in HLSConverter(options: options).events(converting: film, to: out) {
            if case .progress = event { break }
        }
        // The folder is gone as soon as the conversion has stopped and cleaned up; finished, it would stay.
        let playlist = out.appending(path: "out.m3u8")
        while FileManager.default.fileExists(atPath: out.path), !FileManager.default.fileExists(atPath: playlist.path) {
            await Task.yield()
        }
        #expect(try folder.names() == ["film.mp4"])
    }
}
