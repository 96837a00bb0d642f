import HLSConversion
import HLSDownload
import HLSKit
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Shows on standard error how something that takes long goes.
final class ProgressReporter: Sendable {
    private struct State {
        var barIsShown = false
        var lastLine: ContinuousClock.Instant?
        /// Progress that no line told yet.
        var untold: ProgressStatus?
    }

    private let mode: ProgressMode
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    private static let lineInterval = Duration.seconds(5)

    init(_ mode: ProgressMode) {
        self.mode = mode == .auto ? (Standard.error.isTerminal ? .bar : .plain) : mode
    }

    func handle(_ event: ConversionEvent) {
        switch event {
        case .route(let route):
            say(ConversionText.route(route))
            if let line = ConversionText.omitted(route.omitted) { say(line) }
        case .warning(let warning):
            say(ConversionText.warning(warning))
        case .log(let line):
            say(line)
        case .progress(let progress):
            show(ProgressText.status(progress))
        case .playlistPlanned, .segmentAvailable, .playlistAvailable, .finished:
            break
        }
    }

    func handle(_ event: DownloadEvent) {
        switch event {
        case .warning(let warning):
            say(DownloadText.warning(warning))
        case .progress(let progress):
            show(DownloadText.status(progress))
        case .plan, .playlistAvailable, .finished:
            break
        }
    }

    /// Tells the last progress, leaves the bar as it is and goes to the next line.
    func finish() {
        state.withLock {
            if mode == .plain, let progress = $0.untold { Standard.error.print(ProgressText.line(progress)) }
            $0.untold = nil
            if $0.barIsShown { Standard.error.write("\n") }
            $0.barIsShown = false
        }
    }

    /// Ends the report after a failure; in the form of the report when programs read it.
    ///
    /// - Returns: The failure, without its line when that is told.
    func finish(with failure: CommandFailure) -> CommandFailure {
        finish()
        guard mode == .json, let line = failure.line else { return failure }
        Standard.error.print(#"{"error":\#(JSONText.quoted(line)),"exitCode":\#(failure.code.rawValue)}"#)
        return CommandFailure(code: failure.code, line: nil)
    }

    /// Writes a line, above the bar when there is one.
    func say(_ line: String) {
        state.withLock {
            if mode == .json {
                Standard.error.print(#"{"message":\#(JSONText.quoted(line))}"#)
            } else {
                if $0.barIsShown { Standard.error.write("\r\u{1B}[K") }
                Standard.error.tell(line)
            }
            $0.barIsShown = false
        }
    }

    /// Shows how far it is.
    func show(_ progress: ProgressStatus) {
        switch mode {
        case .bar:
            state.withLock {
                let width = Standard.error.columns
                Standard.error.write("\r\u{1B}[K" + ProgressText.bar(progress, width: width))
                $0.barIsShown = true
            }
        case .plain:
            state.withLock {
                let now = ContinuousClock.now
                $0.untold = progress
                if now - ($0.lastLine ?? start) < Self.lineInterval { return }
                $0.lastLine = now
                $0.untold = nil
                Standard.error.print(ProgressText.line(progress))
            }
        case .json:
            Standard.error.print(progress.json())
        case .auto, .none:
            break
        }
    }
}

/// How far something is, for people and for programs.
struct ProgressStatus: Sendable {
    /// The part that is done, 0 to 1; nil when it is not known.
    var fraction: Double?
    /// What stands behind the bar.
    var details: String
    /// The line that programs read, made when it is asked for.
    var json: @Sendable () -> String
}

/// Progress in words and pictures.
enum ProgressText {
    static func status(_ progress: ConversionProgress) -> ProgressStatus {
        ProgressStatus(fraction: progress.fraction, details: details(progress)) { json(progress) }
    }

    /// `42% [=====>     ] 3:21/8:02 5.2x ETA 0:54`, as wide as the terminal allows.
    static func bar(_ progress: ProgressStatus, width: Int) -> String {
        let percent = progress.fraction.map { "\(Int($0 * 100))%" } ?? "--%"
        let tail = " " + progress.details
        let head = String(repeating: " ", count: max(0, 4 - percent.count)) + percent + " "
        let room = min(40, width - head.count - tail.count - 3)
        guard room >= 8 else { return String((head + tail).prefix(max(0, width - 1))) }
        let filled = Int((progress.fraction ?? 0) * Double(room))
        let bar =
            String(repeating: "=", count: max(0, filled - 1)) + (filled > 0 ? (filled == room ? "=" : ">") : "")
            + String(repeating: " ", count: room - filled)
        return head + "[" + bar + "]" + tail
    }

    static func line(_ progress: ProgressStatus) -> String {
        (progress.fraction.map { "\(Int($0 * 100))% " } ?? "") + progress.details
    }

    static func json(_ progress: ConversionProgress) -> String {
        func number(_ value: Double?) -> String { value.map { "\(($0 * 1000).rounded() / 1000)" } ?? "null" }
        return
            #"{"mediaTime":\#(number(progress.mediaTime.seconds)),"totalTime":\#(number(progress.totalTime?.seconds))"#
            + #","frames":\#(progress.frames),"bytes":\#(progress.bytes),"segments":\#(progress.segments)"#
            + #","speed":\#(number(progress.speed)),"timeLeft":\#(number(progress.timeLeft.map { $0 / .seconds(1) }))}"#
    }

    private static func details(_ progress: ConversionProgress) -> String {
        let times =
            clock(progress.mediaTime.seconds) + (progress.totalTime.map { "/" + clock($0.seconds) } ?? "")
        let speed = "\((progress.speed * 10).rounded() / 10)x"
        let left = progress.timeLeft.map { " ETA " + clock(($0 / .seconds(1)).rounded(.up)) } ?? ""
        return "\(times) \(speed)\(left)"
    }

    /// Hours only when there are any.
    static func clock(_ seconds: Double) -> String {
        let total = Int(min(max(seconds, 0), 1e9))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (hours, minutes) = (total / 3600, total / 60 % 60)
        return (hours > 0 ? "\(hours):\(two(minutes))" : "\(minutes)") + ":" + two(total % 60)
    }
}
