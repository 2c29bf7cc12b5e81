/// One fault of a config, at the place that has it.
struct ConfigurationFault: Equatable {
  let origin: SettingOrigin
  let path: SettingPath
  /// What was found; what is allowed. No full stop.
  let problem: String
  var status: ExitStatus = .badData

  /// `gmm40.yaml:7: target.anealed: unknown key; did you mean 'annealed'?`
  func description(file: String) -> String {
    let place =
      switch origin {
      case .line(let line): "\(file):\(line)"
      case .option(let option): "\(file):\(option)"
      case .schema: file
      }
    return path.keys.isEmpty ? "\(place): \(problem)" : "\(place): \(path): \(problem)"
  }
}

/// All faults of a config that could be told apart, in the order of its lines.
package struct ConfigurationFaults: Error {
  let file: String
  let faults: [ConfigurationFault]

  init(file: String, _ faults: [ConfigurationFault]) {
    precondition(!faults.isEmpty, "no fault to report")
    self.file = file
    // Options come after all lines; sorting by offset as well keeps the order within a line.
    self.faults = faults.enumerated().sorted { left, right in
      (Self.rank(left.element), left.offset) < (Self.rank(right.element), right.offset)
    }.map(\.element)
  }

  private static func rank(_ fault: ConfigurationFault) -> Int {
    if case .line(let line) = fault.origin { line } else { .max }
  }

  /// More would hide the first.
  static let mostLines = 100

  var lines: [String] {
    let lines = faults.prefix(Self.mostLines).map { $0.description(file: file) }
    let rest = faults.count - lines.count
    return rest > 0 ? lines + ["\(file): and \(rest) more faults"] : lines
  }

  /// A bad config outweighs a file or a backend that is missing.
  var status: ExitStatus {
    faults.contains { $0.status == .badData } ? .badData : faults[0].status
  }
}
