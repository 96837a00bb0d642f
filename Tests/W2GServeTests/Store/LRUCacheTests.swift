import TestSupport
import Testing

@testable import W2GServe

@Suite("A cache that lets go of what was not used for longest")
struct LRUCacheTests {
    @Test("keeps what was used, and never costs more than its capacity")
    func order() {
        var cache = LRUCache<String, Int>(capacity: 30)
        for (number, key) in ["a", "b", "c"].enumerated() { cache.insert(number, for: key, cost: 10) }
        #expect(cache.value(for: "a") == 0)
        cache.insert(3, for: "d", cost: 10)
        #expect(cache.value(for: "b") == nil && cache.value(for: "a") == 0 && cache.value(for: "c") == 2)
        #expect(cache.evictions == 1 && cache.cost == 30 && cache.count == 3)
        cache.insert(4, for: "e", cost: 25)
        #expect(cache.count == 1 && cache.cost == 25 && cache.value(for: "e") == 4 && cache.evictions == 4)
    }

    @Test("does not keep what costs more than all, and forgets what it replaces")
    func tooLarge() {
        var cache = LRUCache<String, Int>(capacity: 30)
        cache.insert(1, for: "a", cost: 10)
        cache.insert(2, for: "a", cost: 31)
        #expect(cache.value(for: "a") == nil && cache.cost == 0 && cache.count == 0)
        cache.insert(3, for: "a", cost: 10)
        cache.insert(4, for: "a", cost: 20)
        #expect(cache.value(for: "a") == 4 && cache.cost == 20 && cache.count == 1 && cache.evictions == 0)
        cache.insert(5, for: "b", cost: -1)
        #expect(cache.value(for: "b") == nil)
        cache.remove("none")
        cache.remove("a")
        #expect(cache.cost == 0 && cache.value(for: "a") == nil)
        var nothing = LRUCache<String, Int>(capacity: -5)
        nothing.insert(1, for: "a", cost: 1)
        #expect(nothing.count == 0)
    }

    @Test("does what a simple list would, for any order of calls", arguments: [1, 2, 3, 4, 5] as [UInt64])
    func model(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var cache = LRUCache<Int, Int>(capacity: 100)
        // The last one was used last.
        var model: [(key: Int, value: Int, cost: Int)] = []
        for step in 0..<5_000 {
            let key = Int.random(in: 0..<20, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                cache.remove(key)
                model.removeAll { $0.key == key }
            case 1...4:
                let cost = Int.random(in: 0...40, using: &random)
                cache.insert(step, for: key, cost: cost)
                model.removeAll { $0.key == key }
                while model.reduce(cost, { $0 + $1.cost }) > 100 { model.removeFirst() }
                model.append((key, step, cost))
            default:
                let place = model.firstIndex { $0.key == key }
                #expect(cache.value(for: key) == place.map { model[$0].value })
                if let place { model.append(model.remove(at: place)) }
            }
            #expect(cache.count == model.count && cache.cost == model.reduce(0) { $0 + $1.cost })
        }
    }
}
