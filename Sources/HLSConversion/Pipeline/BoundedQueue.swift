import DequeModule

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Hands elements from one thread to another and makes the faster one wait.
///
/// `@unchecked Sendable`: everything mutable is touched with the mutex held.
final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
    private let capacity: Int
    private var elements: Deque<Element> = []
    private var isFinished = false
    private var isAborted = false
    // Heap memory, since POSIX demands that the two never move.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init(capacity: Int) {
        self.capacity = capacity
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Adds an element, after waiting for room.
    ///
    /// - Returns: False when the queue was aborted; the element is then lost.
    func push(_ element: Element) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while elements.count >= capacity, !isAborted { pthread_cond_wait(changed, mutex) }
        guard !isAborted else { return false }
        elements.append(element)
        pthread_cond_broadcast(changed)
        return true
    }

    /// Takes the oldest element, after waiting for one.
    ///
    /// - Returns: Nil when the queue is finished and empty, or was aborted.
    func pop() -> Element? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while elements.isEmpty, !isFinished, !isAborted { pthread_cond_wait(changed, mutex) }
        guard !isAborted, let element = elements.popFirst() else { return nil }
        pthread_cond_broadcast(changed)
        return element
    }

    /// Says that no more elements will come.
    func finish() {
        pthread_mutex_lock(mutex)
        isFinished = true
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }

    /// Ends both sides at once and drops what waits.
    func abort() {
        pthread_mutex_lock(mutex)
        isAborted = true
        elements.removeAll()
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }
}
