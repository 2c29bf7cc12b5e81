import Benchmark
import Workloads

/// Registers a subject's workloads as benchmarks. Setting up is not timed.
public func register(_ subject: String) {
  guard let workloads = Workload.subjects.first(where: { $0.name == subject })?.workloads else {
    preconditionFailure("no subject '\(subject)'")
  }
  for workload in workloads where !workload.isHuge {
    // What takes microseconds is called a thousand times between two looks at the clock.
    let isShort = workload.amount <= 65_536 && ["numbers", "normals", "weights"].contains(workload.unit)
    Benchmark(
      workload.name,
      configuration: .init(
        metrics: [.wallClock], warmupIterations: 1, scalingFactor: isShort ? .kilo : .one,
        maxDuration: .seconds(1), maxIterations: 1_000)
    ) { benchmark, call in
      for _ in benchmark.scaledIterations { try call() }
    } setup: {
      try workload.prepare()
    }
  }
}
