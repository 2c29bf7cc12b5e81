// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "FeynmanKac",
  products: [
    // MARK: - Public API
    .library(name: "FeynmanKac", targets: ["FeynmanKac"]),
    .executable(name: "fkc", targets: ["fkc"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // MARK: - Public API
    .target(name: "FeynmanKac", dependencies: ["CKernels", "CGSL", "COpenBLAS"]),
    .executableTarget(
      name: "fkc",
      dependencies: [
        "FeynmanKac",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Yams", package: "Yams"),
      ]),

    // MARK: - Implementation
    .target(name: "CKernels"),
    // OpenBLAS comes first on the link line: GSL's own cblas_* would shadow its fast ones.
    .target(name: "COpenBLAS", linkerSettings: [.linkedLibrary("openblas")]),
    .target(
      name: "CGSL", dependencies: ["CKernels", "COpenBLAS"],
      linkerSettings: [.linkedLibrary("gsl")]),

    // MARK: - Tests
    .testTarget(name: "FeynmanKacTests", dependencies: ["FeynmanKac", "CKernels", "CGSL"]),
    .testTarget(name: "fkcTests", dependencies: ["fkc", "FeynmanKac"]),
    .testTarget(
      name: "StatisticalTests", dependencies: ["FeynmanKac"], resources: [.copy("Resources/cases.json")]),
  ]
)
