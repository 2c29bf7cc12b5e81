/// All memory of a run, laid out once: to be counted beforehand or to be used.
struct RunMemory {
  let arena: Arena
  let state: ParticleState
  let scratch: [BlockScratch]
  let resampling: [ResamplingScratch]
  let blockMoments: UnsafeMutablePointer<Double>
  let blockProducts: UnsafeMutablePointer<Double>?
  let islands: [IslandState]

  init(_ plan: RunPlan, threads: Int, in arena: Arena) {
    self.arena = arena
    let isLinear = plan.control == .linear
    let productSize = isLinear ? (plan.dimensions + 3) * (plan.dimensions + 3) : 0
    state = ParticleState(plan, in: arena)
    scratch = (0..<threads).map { _ in BlockScratch(plan, in: arena) }
    resampling = (0..<min(threads, plan.islands)).map { _ in
      ResamplingScratch(plan.islandParticles, productSize: productSize, in: arena)
    }
    blockMoments = arena.allocate(Double.self, WeightMoments.sumCount * plan.blockCount)
    blockProducts = arena.allocate(Double.self, productSize * plan.blockCount, if: isLinear)
    islands = (0..<plan.islands).map { _ in
      IslandState(
        logNormalizer: 0, uniqueAncestors: plan.islandParticles,
        control: ControlFit(offset: arena.allocate(Double.self, plan.dimensions, if: isLinear)),
        offsets: arena.allocate(Float.self, plan.dimensions, if: isLinear),
        reversalOffsets: arena.allocate(Float.self, plan.dimensions, if: isLinear && plan.usesKernels))
    }
  }

  /// Bytes of a run with this plan, its result included.
  static func bytes(of plan: RunPlan, threads: Int) -> Int {
    let memory = RunMemory(plan, threads: threads, in: Arena(countingOnly: true))
    let result = plan.particles * (4 * plan.dimensions + 16)
    return memory.arena.bytes + result
  }
}

/// What one thread needs to resample an island.
final class ResamplingScratch: @unchecked Sendable {
  let weights: UnsafeMutablePointer<Double>
  let ancestors: UnsafeMutablePointer<Int32>
  let products: UnsafeMutablePointer<Double>
  private let isPresent: UnsafeMutablePointer<Bool>
  var workspace = ResamplingWorkspace()
  var placement = Placement()

  init(_ count: Int, productSize: Int, in arena: Arena) {
    weights = arena.allocate(Double.self, count)
    ancestors = arena.allocate(Int32.self, count)
    products = arena.allocate(Double.self, productSize)
    isPresent = arena.allocate(Bool.self, count)
  }

  /// How many different indices stand in `ancestors`, all of `first..<first + count`.
  func countDistinct(_ ancestors: UnsafeMutablePointer<Int32>, _ count: Int, from first: Int) -> Int {
    for index in 0..<count { isPresent[index] = false }
    for index in 0..<count { isPresent[Int(ancestors[index]) - first] = true }
    var distinct = 0
    for index in 0..<count where isPresent[index] { distinct += 1 }
    return distinct
  }
}
