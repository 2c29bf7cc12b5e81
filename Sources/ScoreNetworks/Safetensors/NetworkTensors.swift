import FeynmanKac

/// The tensors of a network file while a network takes them, so that none is missing and none is left.
public final class NetworkTensors {
  private let contents: SafetensorsFile
  private var wanted: Set<String> = []

  /// The tensors of a file, all still to be taken.
  public init(_ contents: SafetensorsFile) { self.contents = contents }

  /// The numbers of a tensor, row-major.
  ///
  /// The shape is compared before anything is allocated, and so memory is bounded by the file's own size.
  ///
  /// - Throws: `FileError`, `malformed`, that names the tensor: missing, of another shape, not of floating-point numbers,
  ///   or with one that is not finite.
  public func values(_ name: String, shape: [Int]) throws(FileError) -> [Float] {
    wanted.insert(name)
    guard let tensor = contents.tensor(name) else {
      let advice = misspelling(of: name).map { "is it \(JSONValue.quoted($0))?" }
      throw FileError(
        .malformed, contents.path,
        "tensor \(JSONValue.quoted(name)): missing; \(advice ?? "the settings need it, of shape \(shape)")")
    }
    guard tensor.shape == shape else {
      throw FileError(
        .malformed, contents.path,
        "tensor \(JSONValue.quoted(name)): found shape \(tensor.shape); the settings need \(shape)")
    }
    return try contents.floats(name)
  }

  /// Refuses tensors that were not asked for.
  ///
  /// - Throws: `FileError`, `malformed`, that names the first of them.
  public func refuseOthers() throws(FileError) {
    let others = contents.tensors.map(\.name).filter { !wanted.contains($0) }.sorted()
    guard let first = others.first else { return }
    let advice = NearestSpelling.of(first, among: wanted.sorted()).map {
      "the nearest known is \(JSONValue.quoted($0))"
    }
    throw FileError(
      .malformed, contents.path,
      "tensor \(JSONValue.quoted(first)): not one of the network that the settings describe; "
        + (advice ?? "remove it") + (others.count > 1 ? "; \(others.count - 1) more are not either" : ""))
  }

  /// A tensor that was not asked for and differs in a letter or two. Not in a digit: names of other layers are right.
  private func misspelling(of name: String) -> String? {
    let digits = name.filter(\.isNumber)
    return contents.tensors.map(\.name).first {
      !wanted.contains($0) && $0.utf8.count < name.utf8.count + 3 && $0.filter(\.isNumber) == digits
        && NearestSpelling.distance($0, name) <= 2
    }
  }
}
