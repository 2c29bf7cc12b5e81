/// Where a run's path is cut for its ``Genealogy``.
package struct GenealogySlices: Sendable {
  package static let maximumCount = 32
  /// The most bytes of the parents of all slices; from 4,194,304 particles on there is one slice, whatever it takes.
  package static let maximumBytes = 1 << 24

  package let steps: Int
  package let count: Int

  /// - Parameters:
  ///   - steps: Of the run, at least 1.
  ///   - particles: Over all islands.
  package init(steps: Int, particles: Int) {
    self.steps = steps
    let affordable = Self.maximumBytes / (particles * MemoryLayout<Int32>.stride)
    count = max(1, min(Self.maximumCount, steps, affordable))
  }

  /// How many slices are kept while the run goes on: of a single one the parents are the particles' ancestors.
  package var keptCount: Int { count > 1 ? count : 0 }

  /// The step that a slice ends with.
  package func lastStep(of slice: Int) -> Int { (slice + 1) * steps / count }

  /// The slice that ends with a step; nil for most steps.
  package func slice(endingAt step: Int) -> Int? {
    // The least slice whose end is not before this step.
    let slice = (step * count + steps - 1) / steps - 1
    return slice >= 0 && lastStep(of: slice) == step ? slice : nil
  }
}
