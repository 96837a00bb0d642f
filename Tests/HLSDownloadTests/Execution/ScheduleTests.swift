import HLSKit
import TestSupport
import Testing

@testable import HLSDownload

@Suite("The schedule")
struct ScheduleTests {
    @Test("begins fewer items at once after a refusal while others ran, and does not repeat one that ran alone")
    func refusals() {
        var schedule = Schedule(workers: 4)
        schedule.add(WorkOrder((0..<5).map(item)))
        for number in 0..<4 {
            let next = schedule.next(now: now)
            #expect(next == item(number))
        }
        for number in [3, 2] {
            let isRepeated = schedule.refused(item(number), until: now)
            #expect(isRepeated)
        }
        #expect(schedule.workers == 2 && schedule.running == 2)
        schedule.succeeded()
        let again = schedule.next(now: now)
        #expect(again == item(3))
        schedule.succeeded()
        let isRepeated = schedule.refused(item(3), until: now)
        #expect(!isRepeated)
    }

    @Test("gives up an item that is refused each time, and tries as many at once as before when others succeed")
    func lonelyRefusal() {
        var schedule = Schedule(workers: 4)
        schedule.add(WorkOrder((0..<200).map(item)))
        for _ in 0..<4 { _ = schedule.next(now: now) }
        var refusals = 0
        while schedule.refused(item(0), until: now) {
            if refusals == 0 { schedule.succeeded() }
            refusals += 1
            let again = schedule.next(now: now)
            #expect(again == item(0))
        }
        #expect(refusals == 3 && schedule.workers == 3)
        schedule.abandoned()
        for _ in 0..<40 {
            schedule.succeeded()
            _ = schedule.next(now: now)
        }
        #expect(schedule.workers == 4)
    }

    private let now = ContinuousClock.now

    private func item(_ number: Int) -> WorkItem { WorkItem(track: 0, content: .segments(number..<number + 1)) }

    @Test("begins no more at once than it may, in order, and goes on when one ends")
    func order() {
        var schedule = Schedule(workers: 2)
        schedule.add(WorkOrder((0..<4).map(item)))
        #expect(
            schedule.next(now: now) == item(0) && schedule.next(now: now) == item(1) && schedule.next(now: now) == nil
        )
        schedule.succeeded()
        #expect(schedule.next(now: now) == item(2) && schedule.next(now: now) == nil)
        schedule.succeeded()
        schedule.succeeded()
        #expect(schedule.next(now: now) == item(3) && !schedule.isIdle)
        schedule.succeeded()
        #expect(schedule.isIdle)
        schedule.add(WorkOrder())
        #expect(schedule.isIdle)
        schedule.add(WorkOrder([item(9)]))
        schedule.add(WorkOrder([item(10)]))
        #expect(!schedule.isIdle && Array(schedule.untried) == [item(9), item(10)])
        #expect(
            schedule.next(now: now) == item(9) && schedule.next(now: now) == item(10) && schedule.next(now: now) == nil
        )
    }

    @Test("gives up after failures in a row, and a success between makes it patient again")
    func patience() {
        var schedule = Schedule(workers: 1)
        schedule.add(WorkOrder((0..<100).map(item)))
        func fail() {
            if schedule.next(now: now) != nil { schedule.failed() }
        }
        for _ in 0..<schedule.patience - 1 { fail() }
        _ = schedule.next(now: now)
        schedule.succeeded()
        for _ in 0..<schedule.patience - 1 { fail() }
        #expect(!schedule.isStopped)
        fail()
        #expect(schedule.isStopped && schedule.isIdle && schedule.next(now: now) == nil)
        #expect(Array(schedule.untried).count == 100 - 2 * schedule.patience)
    }

    @Test("begins a postponed item again when its time has come, before anything new, and is not idle until then")
    func postponed() {
        var schedule = Schedule(workers: 1)
        schedule.add(WorkOrder((0..<2).map(item)))
        #expect(schedule.next(now: now) == item(0))
        schedule.postpone(item(0), until: now + .seconds(1))
        #expect(schedule.next(now: now) == item(1))
        schedule.succeeded()
        #expect(schedule.next(now: now + .seconds(0.9)) == nil && !schedule.isIdle)
        #expect(schedule.next(now: now + .seconds(1)) == item(0))
        schedule.succeeded()
        #expect(schedule.isIdle)
    }

    @Test("takes a hundred thousand items in no time")
    func many() {
        var schedule = Schedule(workers: 8)
        var count = 0
        let seconds = processorSeconds {
            schedule.add(WorkOrder((0..<100_000).map(item)))
            while schedule.next(now: now) != nil {
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

    @Test("end with the playlist, and when nothing changes for long")
    func end() {
        let start = ContinuousClock.now
        var ended = LiveReload(playlist(3), now: start)
        _ = ended.loaded(playlist(3, isEnded: true), hasChanged: true, now: start)
        #expect(ended.isOver)
        var still = LiveReload(playlist(3), now: start)
        #expect(still.loaded(playlist(3), hasChanged: false, now: start + .seconds(63)) == nil)
        #expect(still.loaded(playlist(3), hasChanged: false, now: start + .seconds(65)) != nil)
    }

    @Test("survive failures until there has been no new segment for the patience and a target duration")
    func failures() {
        let start = ContinuousClock.now
        var reload = LiveReload(playlist(3), now: start, patience: .seconds(20))
        #expect(reload.failed(playlist(3), now: start + .seconds(4)) == .interrupted(patience: .seconds(20)))
        #expect(reload.failed(playlist(3), now: start + .seconds(6)) == .retrying)
        #expect(!reload.isDue(start + .seconds(7)) && reload.isDue(start + .seconds(8)))
        #expect(reload.loaded(playlist(4), hasChanged: true, now: start + .seconds(10)) == nil)
        #expect(reload.failed(playlist(4), now: start + .seconds(12)) == .interrupted(patience: .seconds(20)))
        #expect(reload.failed(playlist(4), now: start + .seconds(34)) == .retrying && !reload.isOver)
        #expect(reload.failed(playlist(4), now: start + .seconds(35)) == .over && reload.isOver)
    }
}

@Suite("A segment that is listed too early")
struct LateSegmentTests {
    private let start = ContinuousClock.now

    @Test("is fetched again while it is in the window, at growing intervals")
    func window() {
        var late = LateSegment(targetDuration: 4)
        var (now, delays): (ContinuousClock.Instant, [Duration]) = (start, [])
        for _ in 0..<6 {
            guard let due = late.retry(isListed: true, isOver: false, now: now) else { break }
            delays.append(due - now)
            now = due
        }
        #expect(delays == [0.5, 1, 2, 4, 4, 4].map { .seconds($0) })
        #expect(late.retry(isListed: false, isOver: false, now: now) == nil)
    }

    @Test("is given up after some retries when the stream is over")
    func over() {
        var late = LateSegment(targetDuration: 4)
        for _ in 0..<9 { #expect(late.retry(isListed: true, isOver: false, now: start) != nil) }
        for _ in 0..<LateSegment.lastRetries { #expect(late.retry(isListed: true, isOver: true, now: start) != nil) }
        #expect(late.retry(isListed: true, isOver: true, now: start) == nil)
    }
}
