import FeynmanKac
import ScoreNetworks

/// A graph network of a parity case, to be asked for rows.
struct EGNNQuestion {
  let network: EGNN

  init(_ parity: ParityCase) throws {
    let file = try parity.file()
    guard case .egnn(let settings) = file.settings else {
      throw FileError(.malformed, parity.name, "no graph")
    }
    let tensors = NetworkTensors(file.contents)
    network = try EGNN(tensors, settings)
    try tensors.refuseOthers()
  }

  /// Answers, row-major `[conditions, rows, d]`, out of a workspace of NaN that is exactly as large as was asked for and
  /// begins, as any may, off the start of a cache line.
  func answers(to states: [Float], _ conditions: [Condition], at point: NoisePoint) -> [Float] {
    let count = states.count / network.dimensions
    let size = network.workspaceSize(rows: count, conditions: conditions.count)
    var workspace = [Float](repeating: .nan, count: size + 4)
    var outputs = [Float](repeating: .nan, count: conditions.count * states.count)
    workspace[0] = 7
    workspace[size + 1] = 7
    workspace.withUnsafeMutableBufferPointer { workspace in
      outputs.withUnsafeMutableBufferPointer { outputs in
        states.withUnsafeBufferPointer { states in
          network.evaluate(
            NetworkBatch(
              count: count, dimensions: network.dimensions, states: states.baseAddress!,
              conditions: conditions,
              outputs: outputs.baseAddress!,
              workspace: UnsafeMutableBufferPointer(rebasing: workspace[1..<size + 1])),
            at: point)
        }
      }
    }
    precondition(workspace[0] == 7 && workspace[size + 1] == 7, "wrote outside of the workspace")
    return outputs
  }
}
