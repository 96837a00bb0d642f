// swift-tools-version: 6.2
import PackageDescription

// Set by the Makefile: the program then names FFmpeg's libraries at run time instead of in its header, so that
// commands which need none of them start without loading 160 shared objects (docs/dependencies.md).
let loadsFFmpegOnDemand = Context.environment["W2G_FFMPEG_ON_DEMAND"] == "1"

let common: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .enableUpcomingFeature("InferIsolatedConformances"),
    ] + (Context.environment["W2G_WARNINGS_AS_ERRORS"] == "1" ? [.treatAllWarnings(as: .error)] : [])

let ffmpegLibraries = ["avformat", "avcodec", "avfilter", "avutil", "swscale", "swresample"]

let package = Package(
    name: "w2g",
    platforms: [.macOS(.v15), .iOS(.v18)],
    products: [
        .library(name: "HLSKit", targets: ["HLSKit"]),
        .library(name: "HLSInspection", targets: ["HLSInspection"]),
        .library(name: "HLSConversion", targets: ["HLSConversion"]),
        .executable(name: "w2g", targets: ["w2g"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
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
        .target(name: "HLSKit", swiftSettings: common + [.strictMemorySafety()]),
        .target(
            name: "HLSConversion",
            dependencies: [
                "CFFmpeg", "HLSKit",
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: common + (loadsFFmpegOnDemand ? [.define("FFMPEG_ON_DEMAND")] : []),
            linkerSettings: loadsFFmpegOnDemand
                ? [
                    .unsafeFlags([
                        "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "undefs", "-Xlinker", "-z", "-Xlinker", "lazy",
                    ])
                ]
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
        .executableTarget(
            name: "w2g",
            dependencies: [
                "HLSConversion", "HLSInspection", "HLSKit",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: common
        ),
        .target(name: "TestSupport", dependencies: ["HLSKit"], path: "Tests/TestSupport", swiftSettings: common),
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
            dependencies: ["HLSConversion", "HLSKit", "CFFmpeg", "TestSupport"],
            swiftSettings: common
        ),
        .testTarget(name: "w2gTests", dependencies: ["w2g", "HLSKit", "TestSupport"], swiftSettings: common),
    ],
    swiftLanguageModes: [.v6]
)
