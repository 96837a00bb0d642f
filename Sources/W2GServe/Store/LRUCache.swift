/// Keeps values up to a total cost, and lets go of what was not used for longest.
struct LRUCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Slot: Sendable {
        var key: Key
        var value: Value
        var cost: Int
        /// Used just before this one; -1 for none.
        var older: Int
        /// Used just after this one; -1 for none.
        var newer: Int
    }

    /// The most that all values may cost together.
    let capacity: Int
    /// What all values cost together.
    private(set) var cost = 0
    /// How many values were let go because of others.
    private(set) var evictions = 0

    private var places: [Key: Int] = [:]
    private var slots: [Slot?] = []
    private var free: [Int] = []
    private var oldest = -1
    private var newest = -1

    /// Makes an empty cache.
    init(capacity: Int) {
        self.capacity = max(0, capacity)
    }

    /// How many values there are.
    var count: Int { places.count }

    /// The value of a key, which counts as used now.
    mutating func value(for key: Key) -> Value? {
        guard let place = places[key], let slot = slots[place] else { return nil }
        if place != newest {
            unlink(slot)
            link(place)
        }
        return slot.value
    }

    /// Keeps a value in place of the one that the key had; one that costs more than the capacity is not kept.
    mutating func insert(_ value: Value, for key: Key, cost: Int) {
        remove(key)
        guard cost >= 0, cost <= capacity else { return }
        while self.cost > capacity - cost, oldest >= 0, let slot = slots[oldest] {
            remove(slot.key)
            evictions += 1
        }
        let slot = Slot(key: key, value: value, cost: cost, older: -1, newer: -1)
        let place: Int
        if let reused = free.popLast() {
            place = reused
            slots[place] = slot
        } else {
            place = slots.count
            slots.append(slot)
        }
        places[key] = place
        self.cost += cost
        link(place)
    }

    /// Lets go of a key's value.
    mutating func remove(_ key: Key) {
        guard let place = places.removeValue(forKey: key), let slot = slots[place] else { return }
        unlink(slot)
        slots[place] = nil
        free.append(place)
        cost -= slot.cost
    }

    private mutating func link(_ place: Int) {
        slots[place]?.older = newest
        slots[place]?.newer = -1
        if newest >= 0 { slots[newest]?.newer = place } else { oldest = place }
        newest = place
    }

    private mutating func unlink(_ slot: Slot) {
        if slot.older >= 0 { slots[slot.older]?.newer = slot.newer } else { oldest = slot.newer }
        if slot.newer >= 0 { slots[slot.newer]?.older = slot.older } else { newest = slot.older }
    }
}
