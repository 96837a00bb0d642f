import HLSKit
import TestSupport
import Testing

@testable import HLSDownload

@Suite("The schedule")
struct ScheduleTests {
    private func item(_ number: Int) -> WorkItem { WorkItem(track: 0, content: .segments(number..<number + 1)) }

    @Test("begins no more at once than it may, in order, and goes on when one ends")
    func order() {
        var schedule = Schedule(workers: 2)
        schedule.add(WorkOrder((0..<4).map(item)))
        #expect(schedule.next() == item(0) && schedule.next() == item(1) && schedule.next() == nil)
        schedule.succeeded()
        #expect(schedule.next() == item(2) && schedule.next() == nil)
        schedule.succeeded()
        schedule.succeeded()
        #expect(schedule.next() == item(3) && !schedule.isIdle)
        schedule.succeeded()
        #expect(schedule.isIdle)
        schedule.add(WorkOrder())
        #expect(schedule.isIdle)
        schedule.add(WorkOrder([item(9)]))
        schedule.add(WorkOrder([item(10)]))
        #expect(!schedule.isIdle && Array(schedule.untried) == [item(9), item(10)])
        #expect(schedule.next() == item(9) && schedule.next() == item(10) && schedule.next() == nil)
    }

    @Test("gives up after failures in a row, and a success between makes it patient again")
    func patience() {
        var schedule = Schedule(workers: 1)
        schedule.add(WorkOrder((0..<100).map(item)))
        func fail() {
            if schedule.next() != nil { schedule.failed() }
        }
        for _ in 0..<schedule.patience - 1 { fail() }
        _ = schedule.next()
        schedule.succeeded()
        for _ in 0..<schedule.patience - 1 { fail() }
        #expect(!schedule.isStopped)
        fail()
        #expect(schedule.isStopped && schedule.isIdle && schedule.next() == nil)
        #expect(Array(schedule.untried).count == 100 - 2 * schedule.patience)
    }

    @Test("takes a hundred thousand items in no time")
    func many() {
        var schedule = Schedule(workers: 8)
        var count = 0
        let seconds = processorSeconds {
            schedule.add(WorkOrder((0..<100_000).map(item)))
            while schedule.next() != nil {
                count += 1
                schedule.succeeded()
            }
        }
        #expect(count == 100_000 && seconds < 30)
    }
}

@Suite("The times of reloading")
struct LiveReloadTests {
    private func playlist(_ count: Int, control: ServerControl? = nil, isEnded: Bool = false) -> MediaPlaylist {
        MediaPlaylist(
            targetDuration: 4,
            mediaSequence: 10,
            serverControl: control,
            segments: (0..<count).map { MediaSegment(uri: "\($0).ts", duration: 4) },
            isEnded: isEnded
        )
    }

    @Test("are a target duration after a change, and half of one without")
    func interval() {
        let start = ContinuousClock.now
        var reload = LiveReload(playlist(3), now: start)
        #expect(!reload.isDue(start + .seconds(3.9)) && reload.isDue(start + .seconds(4)))
        let url = reload.begin(playlist(3), url: "u", now: start + .seconds(4))
        #expect(url == "u" && !reload.isDue(start + .seconds(100)))
        #expect(reload.loaded(playlist(3), hasChanged: false, now: start + .seconds(5)) == nil)
        #expect(reload.due == start + .seconds(6))
        _ = reload.begin(playlist(3), url: "u", now: start + .seconds(6))
        #expect(reload.loaded(playlist(4), hasChanged: true, now: start + .seconds(6)) == nil)
        #expect(reload.due == start + .seconds(10))
    }

    @Test("are at once where the server blocks; a delta update is asked for while the playlist is fresh")
    func directives() {
        let control = ServerControl(canSkipUntil: 24, canBlockReload: true)
        let start = ContinuousClock.now
        var reload = LiveReload(playlist(8, control: control), now: start)
        let fresh = reload.begin(playlist(8, control: control), url: "u?a=b", now: start + .seconds(4))
        #expect(fresh == "u?a=b&_HLS_msn=18&_HLS_skip=YES")
        #expect(reload.loaded(playlist(9, control: control), hasChanged: true, now: start + .seconds(7)) == nil)
        #expect(reload.isDue(start + .seconds(7)))
        let stale = reload.begin(playlist(9, control: control), url: "u", now: start + .seconds(30))
        #expect(stale == "u?_HLS_msn=19")
    }

    @Test("end with the playlist, after failures, and when nothing changes for long")
    func end() {
        let start = ContinuousClock.now
        var ended = LiveReload(playlist(3), now: start)
        _ = ended.loaded(playlist(3, isEnded: true), hasChanged: true, now: start)
        #expect(ended.isOver)
        var failing = LiveReload(playlist(3), now: start)
        let error = DownloadError(.unreachable, "refused")
        #expect(failing.failed(error, playlist(3), now: start) == nil)
        #expect(failing.failed(error, playlist(3), now: start) == nil)
        #expect(failing.failed(error, playlist(3), now: start) == "refused" && failing.isOver)
        var still = LiveReload(playlist(3), now: start)
        #expect(still.loaded(playlist(3), hasChanged: false, now: start + .seconds(59)) == nil)
        #expect(still.loaded(playlist(3), hasChanged: false, now: start + .seconds(61)) != nil)
    }
}
