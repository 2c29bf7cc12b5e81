/// Something to be timed: a closure, set up beforehand, and how much work one call of it is.
public struct Workload {
  /// Such as `systematic.N=1000000`.
  public let name: String
  /// What the work of one call is counted in, such as "weights".
  public let unit: String
  /// How many of them one call does.
  public let amount: Int
  /// True where memory or time are such that it is run only when it is asked for by name.
  public let isHuge: Bool
  /// Makes what a call needs and returns the call: setting up is not timed, and nothing is made for workloads that
  /// nobody asks for.
  public let prepare: () throws -> () throws -> Void
  /// What a call is checked by, after at least one; nil where nothing is checked.
  public let check: (() throws -> (name: String, value: Double))?

  init(
    _ name: String, _ amount: Int, _ unit: String, isHuge: Bool = false,
    check: (() throws -> (name: String, value: Double))? = nil,
    prepare: @escaping () throws -> () throws -> Void
  ) {
    self.name = name
    self.amount = amount
    self.unit = unit
    self.isHuge = isHuge
    self.check = check
    self.prepare = prepare
  }

  /// Every workload, by subject.
  public static var subjects: [(name: String, workloads: [Workload])] {
    [
      ("step-kernels", stepKernels), ("normals", normals), ("exponentials", exponentials),
      ("resampling", resampling), ("mixtures", mixtures), ("networks", networks), ("runs", runs),
      ("scaling", scaling),
    ]
  }
}
