import NIOCore
import Testing

@testable import W2GServe

@Suite("Who holds which id in a room")
struct RoomMembershipTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
    private static let later = start + .seconds(1)

    private func room(_ maximum: Int = 3) -> RoomMembership<String> {
        RoomMembership(maximumMembers: maximum, probePatience: .seconds(1))
    }

    @Test("a free id is given at once, until the room is full")
    func admission() {
        var room = room(2)
        #expect(room.arrive("a", as: 1, now: Self.start) == .admitted)
        #expect(room.arrive("b", as: 2, now: Self.start) == .admitted)
        #expect(room.arrive("c", as: 3, now: Self.start) == .full)
        #expect(room.depart("a", as: 1) == .member(heir: nil))
        #expect(room.arrive("c", as: 3, now: Self.start) == .admitted)
        #expect(room.count == 2)
    }

    @Test("who comes with an id that is held waits, also when the room is full")
    func waiting() {
        var room = room(1)
        #expect(room.arrive("a", as: 1, now: Self.start) == .admitted)
        #expect(room.arrive("b", as: 1, now: Self.start) == .waiting(holder: "a", displaced: nil))
        #expect(room.holder(of: 1) == "a")
        #expect(room.count == 1)
    }

    @Test("a holder that answers keeps the id and the other is refused")
    func alive() {
        var room = room()
        _ = room.arrive("a", as: 1, now: Self.start)
        _ = room.arrive("b", as: 1, now: Self.start)
        #expect(room.answered("a", as: 1) == "b")
        #expect(room.answered("a", as: 1) == nil)
        #expect(room.unanswered("a", as: 1, now: Self.later) == nil)
        #expect(room.depart("b", as: 1) == .stranger)
        #expect(room.holder(of: 1) == "a")
    }

    @Test("a holder that is silent for the whole time loses the id")
    func dead() {
        var room = room()
        _ = room.arrive("a", as: 1, now: Self.start)
        _ = room.arrive("b", as: 1, now: Self.start)
        #expect(room.unanswered("a", as: 1, now: Self.start + .milliseconds(999)) == nil)
        #expect(room.unanswered("a", as: 1, now: Self.later) == "b")
        #expect(room.holder(of: 1) == "b")
        #expect(room.depart("a", as: 1) == .stranger)
        #expect(room.answered("a", as: 1) == nil)
    }

    @Test("who waits inherits the id of a holder that goes")
    func inheritance() {
        var room = room()
        _ = room.arrive("a", as: 1, now: Self.start)
        _ = room.arrive("b", as: 1, now: Self.start)
        #expect(room.depart("a", as: 1) == .member(heir: "b"))
        #expect(room.holder(of: 1) == "b")
        #expect(room.depart("b", as: 1) == .member(heir: nil))
        #expect(room.count == 0)
    }

    @Test("the last who comes is the one who waits, and its time begins anew")
    func displaced() {
        var room = room()
        _ = room.arrive("a", as: 1, now: Self.start)
        _ = room.arrive("b", as: 1, now: Self.start)
        #expect(room.arrive("c", as: 1, now: Self.start + .milliseconds(500)) == .waiting(holder: "a", displaced: "b"))
        #expect(room.depart("b", as: 1) == .stranger)
        #expect(room.unanswered("a", as: 1, now: Self.later) == nil)
        #expect(room.unanswered("a", as: 1, now: Self.later + .milliseconds(500)) == "c")
    }

    @Test("who waits and goes leaves the holder alone")
    func impatient() {
        var room = room()
        _ = room.arrive("a", as: 1, now: Self.start)
        _ = room.arrive("b", as: 1, now: Self.start)
        #expect(room.depart("b", as: 1) == .heir)
        #expect(room.unanswered("a", as: 1, now: Self.later) == nil)
        #expect(room.holder(of: 1) == "a")
    }
}
