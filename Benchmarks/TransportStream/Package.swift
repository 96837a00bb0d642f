// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who uses the library builds it. The library's sources are compiled in.
let package = Package(
    name: "TransportStreamBenchmark",
    platforms: [.macOS(.v15)],
    targets: [
        .target(
            name: "HLSKit",
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
                .enableUpcomingFeature("InferIsolatedConformances"),
                .strictMemorySafety(),
            ]
        ),
        .executableTarget(name: "TransportStreamBenchmark", dependencies: ["HLSKit"]),
    ],
    swiftLanguageModes: [.v6]
)
