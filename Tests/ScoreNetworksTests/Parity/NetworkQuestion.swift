import FeynmanKac
import ScoreNetworks

/// The network of a parity case, to be asked for rows.
struct NetworkQuestion {
  let network: any Network

  init(_ parity: ParityCase) throws {
    network = try parity.file().network()
  }

  /// The network of a graph's case.
  var graph: EGNN { network as! EGNN }

  /// Answers, row-major `[conditions, rows, d]`, out of a workspace of NaN that is exactly as large as was asked for and
  /// begins, as any may, off the start of a cache line.
  func answers(to states: [Float], _ conditions: [Condition], at point: NoisePoint) throws -> [Float] {
    let count = states.count / network.dimensions
    let size = network.workspaceSize(rows: count, conditions: conditions.count)
    var workspace = [Float](repeating: .nan, count: size + 4)
    var outputs = [Float](repeating: .nan, count: conditions.count * states.count)
    workspace[0] = 7
    workspace[size + 1] = 7
    try workspace.withUnsafeMutableBufferPointer { workspace in
      try outputs.withUnsafeMutableBufferPointer { outputs in
        try states.withUnsafeBufferPointer { states in
          try network.evaluate(
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
