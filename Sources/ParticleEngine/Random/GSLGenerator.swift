internal import CGSL

/// A sequential generator of GSL, by its name there. It is an object: copies go on together. One thread at a time.
package final class GSLGenerator: RandomNumberGenerator {
  package let name: String
  private let generator: OpaquePointer

  /// - Throws: `SetupError` for `generator`, with the names nearest to an unknown one.
  package init(named name: String, seed: UInt64) throws {
    guard let generator = fk_generator_make(name, seed) else {
      throw SetupError("generator", "no generator '\(name)'; nearest are \(Self.advice(for: name))")
    }
    self.name = name
    self.generator = generator
  }

  private init(copying other: GSLGenerator) {
    guard let copy = fk_generator_clone(other.generator) else {
      fatalError("no memory for a generator's state")
    }
    name = other.name
    generator = copy
  }

  deinit { fk_generator_free(generator) }

  /// A generator that goes on alone from the same state.
  package func clone() -> GSLGenerator { GSLGenerator(copying: self) }

  package func next() -> UInt64 { fk_generator_bits(generator) }

  /// The next number as GSL's own programs would see it, between the generator's limits.
  package func rawNext() -> UInt64 { fk_generator_next(generator) }

  /// Standard normals by the ziggurat; by inversion where the generator's low bits are poor or few.
  package func fillNormals(_ normals: UnsafeMutableBufferPointer<Float>) {
    guard let start = normals.baseAddress else { return }
    fk_generator_fill_normals(generator, start, normals.count)
  }
}

// MARK: - State

extension GSLGenerator {
  /// All that the numbers to come depend on, in the machine's own byte order.
  package var state: [UInt8] {
    get {
      [UInt8](unsafeUninitializedCapacity: stateSize) { memory, count in
        fk_generator_copy_state(generator, memory.baseAddress!)
        count = stateSize
      }
    }
    set {
      let status = newValue.withUnsafeBytes { fk_generator_set_state(generator, $0.baseAddress!, $0.count) }
      precondition(status == 0, "\(newValue.count) bytes for the \(stateSize) of \(name)'s state")
    }
  }

  package var stateSize: Int { fk_generator_state_size(generator) }
}

// MARK: - Names

extension GSLGenerator {
  /// Every name that `init` takes.
  package static var names: [String] {
    (0..<fk_generator_count()).compactMap { index in fk_generator_name(index).map { String(cString: $0) } }
  }

  private static func advice(for name: String) -> String {
    NearestSpelling.ranked(names, by: name).prefix(3).map { "'\($0)'" }.joined(separator: ", ")
  }
}
