// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that whoever depends on FeynmanKac resolves and builds nothing of this.

/// A target whose benchmarks `swift package benchmark --target NAME` runs.
func benchmarks(_ name: String) -> Target {
  .executableTarget(
    name: "\(name)Benchmarks",
    dependencies: ["Registration", .product(name: "Benchmark", package: "benchmark")],
    path: name,
    plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
}

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "FeynmanKac", path: ".."),
    // Without its default trait it needs no jemalloc; what it counts of allocations is then 0 and not shown.
    .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
  ],
  targets: [
    // What is measured, for both programs below.
    .target(
      name: "Workloads",
      dependencies: [
        .product(name: "FeynmanKac", package: "FeynmanKac"),
        .product(name: "ScoreNetworks", package: "FeynmanKac"),
        .product(name: "CKernels", package: "FeynmanKac"),
      ],
      path: "Workloads"),
    // One workload, as one line of JSON: our side of bench.py.
    .executableTarget(name: "measure", dependencies: ["Workloads"], path: "measure"),
    .target(
      name: "Registration",
      dependencies: ["Workloads", .product(name: "Benchmark", package: "benchmark")],
      path: "Registration"),

    // MARK: - One target a subject
    benchmarks("StepKernels"),
    benchmarks("Normals"),
    benchmarks("Exponentials"),
    benchmarks("Resampling"),
    benchmarks("Mixtures"),
    benchmarks("Networks"),
    benchmarks("Runs"),
    benchmarks("Scaling"),
  ]
)
