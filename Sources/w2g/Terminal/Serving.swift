import Dispatch
import Logging
import ServiceLifecycle
import UnixSignals
import W2GServe

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Runs a server in the terminal until it is told to stop, with other work beside it.
enum Serving {
    /// Serves until SIGTERM, SIGINT, or SIGHUP when there is no log file to be opened anew.
    ///
    /// - Parameters:
    ///   - video: The one video to tell people; nil for all that are there.
    ///   - work: Done while the server runs; cancelled when it stops. What it throws ends the server.
    static func run(
        _ configuration: W2GServer.Configuration,
        video: String?,
        _ work: @escaping @Sendable () async throws -> Void
    ) async throws {
        raiseDescriptorLimit()
        // Told when the server listens: who cannot be served at all has one line to read.
        let hasNoVideos = OnceFlag()
        let server = try W2GServer(configuration: configuration) { [configuration] port in
            Standard.error.print(ServingText.greeting(configuration, port: port, video: video))
            guard hasNoVideos.isSet else { return }
            Standard.error.tell(ServingText.noVideos(configuration.routes.videosDirectory))
        }
        if video == nil, await server.routes.videoNames().isEmpty { hasNoVideos.set() }
        var stopSignals: [UnixSignal] = [.sigterm, .sigint]
        var hangUp: (any DispatchSourceSignal)?
        if let log = configuration.log, log.isFile {
            let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
            signal(SIGHUP, SIG_IGN)
            source.setEventHandler { log.reopen() }
            source.resume()
            hangUp = source
        } else {
            stopSignals.append(.sighup)
        }
        let watchers = Interruption.watchForSecond(of: [SIGINT, SIGTERM])
        defer {
            hangUp?.cancel()
            for watcher in watchers { watcher.cancel() }
        }
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [.init(service: server)]
        services.append(
            .init(
                service: Work(work: work),
                successTerminationBehavior: .ignore,
                failureTerminationBehavior: .gracefullyShutdownGroup
            )
        )
        var group = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: stopSignals,
            logger: Logger(label: "w2g") { _ in SwiftLogNoOpLogHandler() }
        )
        group.maximumGracefulShutdownDuration = .seconds(5)
        try await ServiceGroup(configuration: group).run()
    }

    /// Something that ends by itself, or is cancelled when the server stops.
    private struct Work: Service {
        let work: @Sendable () async throws -> Void

        func run() async throws {
            let stopped = OnceFlag()
            do {
                try await cancelWhenGracefulShutdown {
                    try await withGracefulShutdownHandler {
                        try await work()
                    } onGracefulShutdown: {
                        stopped.set()
                    }
                }
            } catch  where stopped.isSet {
                // It was asked to stop, and did.
            }
        }
    }

    /// Lets the process open as many files and sockets as it may.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = min(limit.rlim_max, 1_048_576)
        _ = setrlimit(resource, &limit)
    }
}
