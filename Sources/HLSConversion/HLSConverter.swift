import Dispatch
import HLSKit

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Converts video files to HLS folders, with FFmpeg's libraries and in this process.
///
/// ```swift
/// let converter = HLSConverter()
/// let result = try await converter.convert(film, to: folder) { event in
///     if case .progress(let progress) = event { print(progress.fraction ?? 0) }
/// }
/// print(result.playlist, result.duration.seconds)
/// ```
public struct HLSConverter: Sendable {
    /// How conversions are done.
    public var options: ConversionOptions

    /// Creates a converter.
    public init(options: ConversionOptions = ConversionOptions()) {
        self.options = options
    }

    /// Converts a file.
    ///
    /// The work is done on threads of its own. Cancelling the task stops it within a second and removes what was made,
    /// unless it is an event that people may be watching.
    /// - Parameters:
    ///   - input: A file on this machine. Nothing that it names is opened.
    ///   - directory: The folder to write; made when it does not exist. Its name becomes the playlist's.
    ///   - onEvent: Called from other threads with what is worth knowing, one call at a time. It should return soon and must
    ///     not begin or wait for a conversion: what FFmpeg says waits for it.
    /// - Returns: What was made.
    /// - Throws: ``ConversionError``.
    public func convert(
        _ input: URL,
        to directory: URL,
        onEvent: @escaping @Sendable (ConversionEvent) -> Void = { _ in }
    ) async throws -> ConversionResult {
        let cancellation = Cancellation()
        let run = ConversionRun(
            options: options,
            input: Self.path(input),
            directory: Self.path(directory),
            cancellation: cancellation,
            onEvent: onEvent
        )
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                DispatchQueue(label: "w2g.convert", qos: .userInitiated).async {
                    continuation.resume(with: Result { try run.run() })
                }
            }
        } onCancel: {
            cancellation.cancel()
        }
    }

    /// Decides what would be made of a file, and makes nothing.
    ///
    /// - Throws: ``ConversionError``, as ``convert(_:to:onEvent:)`` would before it writes.
    public func plan(_ input: URL, to directory: URL) async throws -> ConversionPlan {
        try await perform(input, directory) { try $0.plan() }
    }

    /// Finds out whether a file can be converted, as far as that shows without decoding it, and makes nothing.
    ///
    /// - Throws: ``ConversionError``, as ``convert(_:to:onEvent:)`` would.
    public func check(_ input: URL, to directory: URL) async throws {
        try await perform(input, directory) { try $0.check() }
    }

    /// Does work on a thread of its own, without events.
    private func perform<Result: Sendable>(
        _ input: URL,
        _ directory: URL,
        _ work: @escaping @Sendable (ConversionRun) throws -> Result
    ) async throws -> Result {
        let cancellation = Cancellation()
        let run = ConversionRun(
            options: options,
            input: Self.path(input),
            directory: Self.path(directory),
            cancellation: cancellation
        ) { _ in }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                DispatchQueue(label: "w2g.plan", qos: .userInitiated).async {
                    continuation.resume(with: Swift.Result { try work(run) })
                }
            }
        } onCancel: {
            cancellation.cancel()
        }
    }

    /// Converts a file, and tells how it goes as a sequence that ends when the conversion does.
    ///
    /// Ending the iteration early cancels the conversion.
    /// - Throws: ``ConversionError``, from the iteration.
    public func events(converting input: URL, to directory: URL) -> AsyncThrowingStream<ConversionEvent, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    let result = try await convert(input, to: directory) { continuation.yield($0) }
                    continuation.yield(.finished(result))
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// The playlist of a finished earlier result of the same input; nil when there is none in the folder.
    ///
    /// The input must be as it was; one that is not there any more is taken for the same at the same place.
    /// - Parameter options: What the result must have been made with; an option at its default asks for nothing.
    public static func finishedPlaylist(
        of input: URL,
        in directory: URL,
        madeWith options: ConversionOptions = ConversionOptions()
    ) -> URL? {
        let folder = FileSystem.realPath(path(directory))
        let film = ConversionRecord.Input(path(input))
        let asked = ConversionRecord.Options(options)
        guard let record = ConversionRecord.read(in: folder), record.isFinished, record.file.hasSuffix(".m3u8"),
            FileSystem.status(path(input)) == nil
                ? record.input.path == film.path : record.input.isUnchanged(from: film),
            (record.options ?? ConversionRecord.Options(ConversionOptions())).satisfies(asked),
            FileSystem.status(folder + "/" + record.file) != nil
        else { return nil }
        return URL(filePath: folder + "/" + record.file)
    }

    /// A file URL's path as the system wants it.
    ///
    /// Joined by hand: what URLs call standard takes '..' for the folder above, also behind a link to elsewhere.
    private static func path(_ url: URL) -> String {
        var path = url.relativePath
        if !path.hasPrefix("/"), let base = url.baseURL { path = Self.path(base) + "/" + path }
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }
}
