import FeynmanKac
import Foundation
import ScoreNetworks
import Testing

/// The trained networks that come with the experiments.
@Suite("Shipped networks")
struct ShippedNetworkTests {
  private static let experiments = (0..<3).reduce(URL(filePath: #filePath)) { folder, _ in
    folder.deletingLastPathComponent()
  }.appending(path: "Experiments")

  private static let process = VarianceExploding(sigmaMin: 0.01, sigmaMax: 4)

  private static func lennardJones() throws -> PretrainedModel {
    try PretrainedModel(file: experiments.appending(path: "lj13/egnn.safetensors").path)
  }

  @Test(
    "are read, and stay below 5 MB", arguments: ["lj13/egnn.safetensors", "molecules/diffusion.safetensors"])
  func files(name: String) throws {
    let path = Self.experiments.appending(path: name).path
    #expect(try FileBytes.read(path).count < 5_000_000)
    let file = try NetworkFile(file: path)
    _ = try file.network()
    #expect(file.noiseLevels != nil)
    #expect(file.process != nil)
  }

  /// E = Σ_{i≠j} [r⁻¹² − 2 r⁻⁶] + ½ Σ |xᵢ − x̄|², r² = |xᵢ − xⱼ|² + 1e-6.
  private static func energy(_ x: ArraySlice<Float>) -> Double {
    let atoms = stride(from: x.startIndex, to: x.endIndex, by: 3).map { i in (0..<3).map { Double(x[i + $0]) }
    }
    func squaredDistance(_ a: [Double], _ b: [Double]) -> Double {
      (0..<3).reduce(0) { $0 + (a[$1] - b[$1]) * (a[$1] - b[$1]) }
    }
    var energy = 0.0
    for (index, atom) in atoms.enumerated() {
      energy += 0.5 * squaredDistance(atom, [0, 0, 0])
      for other in atoms[(index + 1)...] {
        let inverse = 1 / pow(squaredDistance(atom, other) + 1e-6, 3)
        energy += 2 * (inverse * inverse - 2 * inverse)
      }
    }
    return energy
  }

  // Chains of Experiments/lj13/sample.py have a mean energy of 12.395 ± 0.033 at T = 2 and a standard deviation of 13.4, so
  // that of 600 independent samples is off by 0.55: a false alarm has a chance of 6e-5, as long as the network is as good as
  // its README says (12.5). Seen to catch: half of EDM's factor of the output.
  @Test("the LJ-13 network samples the energies of T = 2 through the engine")
  func energies() throws {
    let model = try Self.lennardJones()
    #expect(model.atoms == 13)
    var sampler = Sampler(
      process: Self.process, target: .annealed(model, inverseTemperature: 1), steps: 200)
    sampler.correction = .none
    sampler.denoising = .half
    let result = try sampler.run(particles: 600, seed: 4)
    let energies = (0..<600).map { Self.energy(result.samples[39 * $0..<39 * ($0 + 1)]) }
    let mean = energies.reduce(0, +) / 600
    #expect(abs(mean - 12.395) < 4 * 13.4 / 600.0.squareRoot(), "mean energy \(mean)")
    let spread = (energies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 599).squareRoot()
    #expect(abs(spread / 13.4 - 1) < 4 / 1200.0.squareRoot(), "standard deviation \(spread)")
  }

  // 1,000 particles are three blocks.
  @Test("annealing the LJ-13 network gives the same bytes for 1, 2 and 3 threads")
  func threads() throws {
    let model = try Self.lennardJones()
    let sampler = Sampler(
      process: Self.process, target: .annealed(model, inverseTemperature: 1.5), steps: 5)
    let results = try [1, 2, 3].map { try sampler.run(particles: 1000, seed: 4, threads: $0) }
    for result in results.dropFirst() {
      #expect(result.samples == results[0].samples)
      #expect(result.logWeights == results[0].logWeights)
    }
  }
}
