// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "FeynmanKac",
  products: [
    // MARK: - Public API
    .library(name: "FeynmanKac", targets: ["FeynmanKac"]),
    .library(name: "ParticleEngine", targets: ["ParticleEngine"]),
    .library(name: "ScoreNetworks", targets: ["ScoreNetworks"]),
    .executable(name: "fkc", targets: ["fkc"]),
    // The C interface, for programs in other languages: Sources/CFeynmanKac/include/feynman_kac.h.
    .library(name: "feynman_kac", type: .dynamic, targets: ["FeynmanKacC"]),
    // For Benchmarks, which time single kernels; nothing about it is promised to others.
    .library(name: "CKernels", targets: ["CKernels"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    // MARK: - Public API
    .target(name: "ParticleEngine", dependencies: ["Libc", "CKernels", "CGSL", "CMPI"]),
    .target(name: "FeynmanKac", dependencies: ["ParticleEngine", "Libc", "CKernels", "CGSL"]),
    .target(
      name: "ScoreNetworks",
      dependencies: ["FeynmanKac", "Libc", "CKernels", "COpenBLAS", "COpenVINO", "CSubprocess"]),
    .executableTarget(
      name: "fkc",
      dependencies: [
        "RunConfigurations", "RunReport", "FeynmanKac", "ScoreNetworks", "Libc",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // MARK: - Implementation
    // A config, its run and its results, for fkc and whatever else runs configs.
    .target(
      name: "RunConfigurations", dependencies: ["FeynmanKac", "ScoreNetworks", "Libc", "CLibMD", "CLibYAML", "CMiniZip", "CNetCDF"],
      resources: [.embedInCode("Citations/References.bib")]),
    .target(name: "RunReport", dependencies: ["RunConfigurations", "FeynmanKac", "Libc", "CReportAssets"]),
    .target(
      name: "FeynmanKacC",
      dependencies: ["RunConfigurations", "RunReport", "FeynmanKac", "ScoreNetworks", "Libc", "CFeynmanKac"]),
    .target(name: "CFeynmanKac"),
    .target(name: "Libc"),
    .target(name: "CKernels"),
    // OpenBLAS is loaded at run time and not linked: GSL's own cblas_* cannot shadow it, and its settings are made first.
    .target(name: "COpenBLAS"),
    // OpenVINO too is loaded at run time, and only by configs that name an ONNX file.
    .target(name: "COpenVINO"),
    .target(name: "CSubprocess"),
    // MPI too is loaded at run time, and only under its launcher.
    .target(name: "CMPI"),
    // The plotting library of reports, inside the program so that nothing has to lie beside it.
    .target(name: "CReportAssets", exclude: ["vendor.py", "LICENSES.txt", "vega.js.inc"]),
    .target(name: "CGSL", dependencies: ["CKernels"], linkerSettings: [.linkedLibrary("gsl")]),
    .target(name: "CMiniZip", linkerSettings: [.linkedLibrary("minizip"), .linkedLibrary("z")]),
    // netCDF too is loaded at run time, and only by configs that ask for its files.
    .target(name: "CNetCDF"),
    .systemLibrary(name: "CLibMD"),
    .systemLibrary(name: "CLibYAML"),

    // MARK: - Tests
    .testTarget(name: "ParticleEngineTests", dependencies: ["ParticleEngine", "CKernels", "CGSL"]),
    .testTarget(
      name: "FeynmanKacTests", dependencies: ["FeynmanKac", "CKernels", "CGSL"],
      resources: [.copy("Resources/Schedules")]),
    .testTarget(
      name: "ScoreNetworksTests", dependencies: ["ScoreNetworks", "FeynmanKac", "CKernels", "COpenBLAS"],
      resources: [.copy("Resources/Parity"), .copy("Resources/ONNX"), .copy("Resources/Regression")]),
    .testTarget(name: "RunConfigurationsTests", dependencies: ["RunConfigurations", "FeynmanKac"]),
    .testTarget(name: "RunReportTests", dependencies: ["RunReport", "RunConfigurations", "FeynmanKac"]),
    // These start fkc, which every build of the tests makes too, and import nothing of it: both are compiled at the same time. They wait for programs
    // and compute nothing: to optimise them takes a minute and saves none.
    .testTarget(
      name: "fkcTests", dependencies: ["FeynmanKac", "ScoreNetworks"],
      swiftSettings: [.unsafeFlags(["-Onone"], .when(configuration: .release))]),
    .testTarget(
      name: "StatisticalTests", dependencies: ["FeynmanKac", "CGSL"],
      resources: [.copy("Resources/cases.json")]),
    // Readers of what comes from outside, for the fuzzer and for the tests that replay what it found.
    .target(
      name: "FuzzEntries",
      dependencies: ["RunReport", "RunConfigurations", "ScoreNetworks", "FeynmanKac", "ParticleEngine"],
      path: "Tests/Fuzz/Entries"),
    .testTarget(name: "FuzzTests", dependencies: ["FuzzEntries"], path: "Tests/Fuzz/Replay"),
  ]
)

// libFuzzer has the main function of this program, so that it links with -sanitize=fuzzer alone: make fuzz-targets.
if Context.environment["FKC_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(name: "fuzz-targets", dependencies: ["FuzzEntries"], path: "Tests/Fuzz/Main"))
}

// What a sanitizer is of no use to would only take time to compile: make sanitize.
if Context.environment["FKC_SANITIZE"] != nil {
  package.targets.removeAll {
    ["StatisticalTests", "fkcTests", "RunConfigurationsTests", "RunReportTests"].contains($0.name)
  }
}
