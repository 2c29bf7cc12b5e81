import Foundation

/// What `fkc info` says that configs may name, as messages list it: a new kind changes them, and no test that asserts one.
enum KnownWords {
  static let targets = list("targets")
  static let processes = list("processes")
  static let models = list("models")
  static let corrections = list("corrections")

  private static let info: [String: [String]] = {
    let program = try! CommandLineProgram()
    defer { program.remove() }
    let output = try! program.run("info", "--json").output
    let facts = try! JSONSerialization.jsonObject(with: Data(output.utf8)) as! [String: Any]
    return facts.compactMapValues { $0 as? [String] }
  }()

  private static func list(_ sort: String) -> String { info[sort]!.joined(separator: ", ") }
}
