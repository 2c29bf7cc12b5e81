import FeynmanKac
import ScoreNetworks

extension NetworkFixture {
  struct NoAdvice: Error { let problem: String }

  /// The smallest file of an architecture: it starts with its name alone, and does what each refusal asks for.
  static func smallest(_ architecture: NetworkArchitecture) throws -> NetworkFixture {
    var fixture = NetworkFixture(
      metadata: ["format": NetworkFile.format, "architecture": architecture.name], tensors: [])
    while true {
      do {
        _ = try NetworkFile(SafetensorsFile(bytes: Array(fixture.bytes), file: "")).network()
        return fixture
      } catch let error as FileError {
        try fixture.follow(error.problem)
      }
    }
  }

  /// Adds a setting or a tensor that is missing.
  private mutating func follow(_ problem: String) throws {
    if let tensor = problem.wholeMatch(
      of: /tensor '(.+)': missing; the settings need it, of shape \[([0-9, ]+)\]/)
    {
      tensors.append((String(tensor.1), tensor.2.split(separator: ", ").map { Int($0)! }))
    } else if let setting = problem.wholeMatch(
      of: /([a-z_]+): missing; give (?:one of |a whole number from )?([a-z0-9-]+).*/)
    {
      metadata[String(setting.1)] = setting.2 == "a" ? "1" : String(setting.2)
    } else {
      throw NoAdvice(problem: problem)
    }
  }
}
