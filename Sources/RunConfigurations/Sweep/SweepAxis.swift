/// A setting and the values that a sweep gives it.
package struct SweepAxis {
  let path: SettingPath
  /// The values as they were written, each of them YAML.
  let values: [String]

  /// An axis from `path=value,value,…`.
  package init(_ text: String) throws(ValueList.Fault) {
    guard let separator = text.firstIndex(of: "=") else {
      throw ValueList.Fault(problem: "give path=value,value,… such as sampler.steps=100,200")
    }
    path = SettingPath(String(text[..<separator]))
    guard !path.keys.isEmpty else { throw ValueList.Fault(problem: "no setting stands before the '='") }
    guard path.keys != ["seed"] else { throw ValueList.Fault(problem: "give seeds by --seeds") }
    values = try ValueList.parts(String(text[text.index(after: separator)...]))
    var known: Set<String> = []
    if let twice = values.first(where: { !known.insert($0).inserted }) {
      throw ValueList.Fault(problem: "\(twice) is given twice")
    }
  }

  /// The last keys of the path, as many as tell it from the others' and from the seed.
  func label(among axes: [SweepAxis]) -> String {
    let others = axes.map(\.path).filter { $0 != path }
    for count in 1..<path.keys.count {
      let label = Array(path.keys.suffix(count))
      let isTaken = label == ["seed"] || others.contains { Array($0.keys.suffix(count)) == label }
      if !isTaken { return label.joined(separator: ".") }
    }
    return path.description
  }
}
