// swift-tools-version: 6.2
import PackageDescription

// Set by the Makefile: the program then names FFmpeg's libraries at run time instead of in its header, so that
// commands which need none of them start without loading 160 shared objects (docs/dependencies.md).
let loadsFFmpegOnDemand = Context.environment["W2G_FFMPEG_ON_DEMAND"] == "1"

// Set by the Makefile where the system's C library knows them: relocations that take a hundredth of the room, all of which
// is read at every start.
let packsRelocations = Context.environment["W2G_PACK_RELOCATIONS"] == "1"

let common: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .enableUpcomingFeature("InferIsolatedConformances"),
    ] + (Context.environment["W2G_WARNINGS_AS_ERRORS"] == "1" ? [.treatAllWarnings(as: .error)] : [])

let ffmpegLibraries = ["avformat", "avcodec", "avfilter", "avutil", "swscale", "swresample"]

// No symbols for others to find either: nobody loads the program, and every library that it opens would look through them.
let onDemandLinking =
    ["-z", "undefs", "-z", "lazy", "--no-export-dynamic"]
    + (packsRelocations ? ["-z", "pack-relative-relocs"] : [])

let package = Package(
    name: "w2g",
    platforms: [.macOS(.v15), .iOS(.v18)],
    products: [
        .library(name: "HLSKit", targets: ["HLSKit"]),
        .library(name: "HLSInspection", targets: ["HLSInspection"]),
        .library(name: "HLSConversion", targets: ["HLSConversion"]),
        .library(name: "HLSDownload", targets: ["HLSDownload"]),
        .library(name: "W2GServe", targets: ["W2GServe"]),
        .executable(name: "w2g", targets: ["w2g"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CFFmpeg",
            providers: [
                .apt([
                    "libavformat-dev", "libavcodec-dev", "libavfilter-dev", "libavutil-dev", "libswscale-dev",
                    "libswresample-dev",
                ]),
                .brew(["ffmpeg"]),
            ]
        ),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(name: "HLSKit", swiftSettings: common + [.strictMemorySafety()]),
        .target(
            name: "HLSConversion",
            dependencies: [
                "CFFmpeg", "HLSKit",
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: common + (loadsFFmpegOnDemand ? [.define("FFMPEG_ON_DEMAND")] : []),
            linkerSettings: loadsFFmpegOnDemand
                ? [.unsafeFlags(["-use-ld=lld"] + onDemandLinking.flatMap { ["-Xlinker", $0] })]
                : ffmpegLibraries.map { .linkedLibrary($0) }
        ),
        .target(
            name: "HLSInspection",
            dependencies: [
                "HLSKit",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: common
        ),
        .target(
            name: "HLSDownload",
            dependencies: [
                "HLSKit",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: common
        ),
        .target(
            name: "W2GServe",
            dependencies: [
                "CZlib", "HLSKit",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP2", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: common
        ),
        .executableTarget(
            name: "w2g",
            dependencies: [
                "HLSConversion", "HLSDownload", "HLSInspection", "HLSKit", "W2GServe",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: common
        ),
        .target(
            name: "TestSupport",
            dependencies: [
                "HLSKit",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Tests/TestSupport",
            swiftSettings: common
        ),
        .testTarget(name: "HLSKitTests", dependencies: ["HLSKit", "TestSupport"], swiftSettings: common),
        .testTarget(
            name: "HLSInspectionTests",
            dependencies: [
                "HLSInspection", "HLSKit", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: common
        ),
        .testTarget(
            name: "HLSConversionTests",
            dependencies: [
                "HLSConversion", "HLSKit", "CFFmpeg", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: common
        ),
        .testTarget(
            name: "HLSDownloadTests",
            dependencies: [
                "HLSDownload", "HLSInspection", "HLSKit", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ],
            swiftSettings: common
        ),
        .testTarget(
            name: "W2GServeTests",
            dependencies: [
                "CZlib", "W2GServe", "HLSKit", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: common
        ),
        .testTarget(
            name: "w2gTests",
            dependencies: [
                "w2g", "HLSConversion", "HLSDownload", "HLSKit", "TestSupport", "W2GServe",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: common
        ),
    ],
    swiftLanguageModes: [.v6]
)
