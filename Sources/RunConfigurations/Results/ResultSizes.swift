import FeynmanKac

/// How large the arrays of a run will be, which is known before it starts.
enum ResultSizes {
  /// The files and their sizes in bytes.
  static func bytes(_ plan: Sampler.Plan, of configuration: RunConfiguration) -> [(name: String, bytes: Int)]
  {
    let particles = configuration.resultParticles
    let genealogy = configuration.keepsGenealogy ? plan.genealogySlices : 0
    let sizes =
      arrays(particles: particles, dimensions: plan.dimensions, genealogy: genealogy)
      + configuration.exports.sizes(
        particles: particles, dimensions: plan.dimensions, genealogy: genealogy)
    guard let shape = plan.trajectory else { return sizes }
    let rows = [
      [shape.rows, shape.slots, shape.dimensions, 4], [shape.rows, shape.slots, 4],
      [shape.rows, shape.slots, 8],
    ]
    return sizes + zip(TrajectoryFiles.names, rows).map { ($0, $1.clampedProduct) }
  }

  /// The arrays that every run has, with none for a genealogy of no slices.
  static func arrays(particles: Int, dimensions: Int, genealogy: Int) -> [(name: String, bytes: Int)] {
    [
      ("samples.npy", [particles, dimensions, 4]), ("log_weights.npy", [particles, 8]),
      ("ancestors.npy", [particles, 8]), ("genealogy.npy", [genealogy, particles, 4]),
    ].filter { $0.1[0] > 0 }.map { ($0, $1.clampedProduct) }
  }
}
