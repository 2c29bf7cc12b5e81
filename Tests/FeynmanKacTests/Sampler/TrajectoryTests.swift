import FeynmanKac
import Foundation
import Testing

@Suite("trajectories")
struct TrajectoryTests {
  private final class Recorder: RunObserver {
    var rows: [TrajectoryRow] = []
    var snapshots: [ParticleSnapshot] = []
    func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool {
      if rows.last?.step == step.step { snapshots.append(snapshot()) }
      return true
    }
    func didRecord(_ row: TrajectoryRow) { rows.append(row) }
  }

  private static func run(
    _ trajectory: Sampler.Trajectory, particles: Int, islands: Int = 1, threads: Int = 2,
    _ change: (inout Sampler) -> Void = { _ in }
  ) throws -> (result: RunResult, recorder: Recorder) {
    var sampler = ExampleTargets.sampler()
    sampler.trajectory = trajectory
    change(&sampler)
    let recorder = Recorder()
    let result = try sampler.run(
      particles: particles, islands: islands, seed: 3, threads: threads, observer: recorder)
    return (result, recorder)
  }

  @Test("rows are the start, every so many steps and the end; slots are spread evenly")
  func rows() throws {
    let (result, recorder) = try Self.run(.init(everySteps: 12, particles: 7), particles: 100)
    #expect(recorder.rows.map(\.step) == [0, 12, 24, 36, 40])
    #expect(recorder.rows.map(\.index) == Array(0..<5))
    for (row, snapshot) in zip(recorder.rows, recorder.snapshots) {
      #expect(row.slots == [0, 14, 28, 42, 57, 71, 85])
      #expect(row.states == row.slots.flatMap { snapshot.samples[2 * Int($0)..<2 * Int($0) + 2] })
      for (slot, logWeight) in zip(row.slots, row.logWeights) {
        #expect(abs(logWeight - snapshot.logWeights[Int(slot)]) < 1e-9)
      }
    }
    #expect(recorder.rows[0].parents == recorder.rows[0].slots)
    #expect(
      recorder.rows[4].states
        == recorder.rows[4].slots.flatMap { result.samples[2 * Int($0)..<2 * Int($0) + 2] })
  }

  /// Seen to catch: links that nobody set at the start.
  @Test("with all slots, parents lead from the result to its ancestors", arguments: [1, 3])
  func lineages(islands: Int) throws {
    let (result, recorder) = try Self.run(
      .init(everySteps: 1, particles: 10_000), particles: 600, islands: islands)
    #expect(result.resampleCount > 1)
    var slots = Array(0..<600)
    for row in recorder.rows.reversed() { slots = slots.map { Int(row.parents[$0]) } }
    // Compared first: a failure of it shall not print both lists.
    let agrees = slots.map { Int64($0) } == result.ancestors
    #expect(agrees)
    // A slot whose parent is itself moved by one step's noise; somebody else's copy came from elsewhere.
    let moved = zip(recorder.rows, recorder.rows.dropFirst()).reduce(0) { count, pair in
      count + zip(pair.1.slots, pair.1.parents).filter { $0 != $1 }.count
    }
    #expect(moved > 0)
  }

  /// The start's resampling comes before row 0, so that row names where its particles were at the start.
  @Test("after a resampling at step 0 too, parents and genealogy lead to the ancestors", arguments: [1, 3])
  func startResampled(islands: Int) throws {
    for scheme in [ResamplingScheme.killing, .systematic, .multinomial] {
      let (result, recorder) = try Self.run(
        .init(everySteps: 7, particles: 600), particles: 600, islands: islands
      ) {
        $0.resampling = .init(scheme.resampler, threshold: 1)
      }
      #expect(result.trace[0].resampledIslands == islands)
      let first = recorder.rows[0]
      var slots = Array(0..<600)
      for row in recorder.rows.reversed() { slots = slots.map { Int(row.parents[$0]) } }
      let leadsToAncestors = slots.map { Int64($0) } == result.ancestors
      #expect(leadsToAncestors)
      let isTraced = result.genealogy.origins.map { Int64($0) } == result.ancestors
      #expect(isTraced)
      #expect(SurvivingAncestors.count(result.ancestors) == result.uniqueAncestors)
      // Copies of one particle of the start are the same particle still.
      var states: [Int32: ArraySlice<Float>] = [:]
      let areCopies = first.parents.enumerated().allSatisfy { slot, parent in
        let own = first.states[2 * slot..<2 * slot + 2]
        defer { states[parent] = own }
        return states[parent].map { $0.elementsEqual(own) } ?? true
      }
      #expect(areCopies)
    }
  }

  @Test("the same for any number of threads, and with a sequential generator", arguments: [false, true])
  func threads(isSequential: Bool) throws {
    func rows(_ threads: Int) throws -> [[Double]] {
      let (_, recorder) = try Self.run(.init(everySteps: 5, particles: 50), particles: 3000, threads: threads)
      {
        if isSequential { $0.generator = .gsl("mt19937") }
      }
      return recorder.rows.map {
        $0.states.map { Double($0) } + $0.parents.map { Double($0) } + $0.logWeights
      }
    }
    let one = try rows(1)
    #expect(try rows(2) == one)
    #expect(try rows(5) == one)
  }

  @Test("a run is the same with a trajectory and without")
  func unchanged() throws {
    let (result, _) = try Self.run(.init(), particles: 500)
    let plain = try ExampleTargets.sampler().run(particles: 500, seed: 3, threads: 2)
    #expect(plain.samples == result.samples && plain.logWeights == result.logWeights)
  }

  @Test("without correction every weight is the same share")
  func equalWeights() throws {
    let (_, recorder) = try Self.run(.init(particles: 3), particles: 50) { $0.correction = .none }
    #expect(recorder.rows.allSatisfy { $0.logWeights == Array(repeating: -log(50), count: 3) })
  }

  @Test("what an observer throws ends the run")
  func throwing() {
    struct Full: Error {}
    final class Refusing: RunObserver {
      func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool { true }
      func didRecord(_ row: TrajectoryRow) throws { if row.index == 2 { throw Full() } }
    }
    var sampler = ExampleTargets.sampler()
    sampler.trajectory = .init()
    #expect(throws: Full.self) { try sampler.run(particles: 10, seed: 1, observer: Refusing()) }
  }

  @Test("settings that cannot work are named")
  func errors() {
    for (trajectory, text) in [
      (Sampler.Trajectory(everySteps: 0), "sampler.trajectory.everySteps: 0; give a whole number from 1 on"),
      (Sampler.Trajectory(particles: -1), "sampler.trajectory.particles: -1; give a whole number from 1 on"),
    ] {
      var sampler = ExampleTargets.sampler()
      sampler.trajectory = trajectory
      let error = #expect(throws: SetupError.self) { try sampler.plan(particles: 10) }
      #expect(error?.description == text)
    }
  }
}
