import NIOConcurrencyHelpers
import NIOCore

/// Runs the tasks of a connection on its event loop, so that an answer costs no change of thread.
final class EventLoopTaskExecutor: TaskExecutor {
    private static let known = NIOLockedValueBox<[ObjectIdentifier: EventLoopTaskExecutor]>([:])

    private let eventLoop: any EventLoop

    private init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// The executor of an event loop.
    static func of(_ eventLoop: any EventLoop) -> EventLoopTaskExecutor {
        known.withLockedValue { known in
            let key = ObjectIdentifier(eventLoop)
            // An address may come again when a loop is gone.
            if let executor = known[key], executor.eventLoop === eventLoop { return executor }
            let executor = EventLoopTaskExecutor(eventLoop: eventLoop)
            known[key] = executor
            return executor
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
