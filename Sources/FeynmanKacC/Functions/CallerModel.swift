import CFeynmanKac
import FeynmanKac
import RunConfigurations
import ScoreNetworks

/// A model that asks a function of the caller.
func callerModel(
  _ function: @escaping fkc_model_function, _ context: CallerContext, _ failures: CallFailures
) -> HostFunctions.Model {
  { call in
    try withConditions(call.batch.conditions, of: call.conditioning) { labels, vectors, length in
      try failures.calling("the function of the model") { message in
        var batch = fkc_model_batch(
          rows: Int64(call.batch.count), dimensions: Int64(call.batch.dimensions), states: call.batch.states,
          time: call.point.time, signal: call.point.signal, noise: call.point.noise,
          conditions: Int64(call.batch.conditions.count), labels: labels, vectors: vectors,
          vector_length: Int64(length), outputs: call.batch.outputs, log_densities: call.logDensities,
          message: message)
        return function(context.pointer, &batch)
      }
    }
  }
}

/// Lays conditions out as a caller gets them: labels with -1 for none, or rows of numbers with NaN for none.
private func withConditions(
  _ conditions: [Condition], of conditioning: Conditioning,
  _ body: (UnsafePointer<Int64>?, UnsafePointer<Float>?, Int) throws -> Void
) throws {
  switch conditioning {
  case .unconditional: try body(nil, nil, 0)
  case .labels:
    try withUnsafeTemporaryAllocation(of: Int64.self, capacity: conditions.count) { labels in
      for (index, condition) in conditions.enumerated() {
        if case .label(let label) = condition { labels[index] = Int64(label) } else { labels[index] = -1 }
      }
      try body(labels.baseAddress, nil, 0)
    }
  case .vectors(let length, _):
    try withUnsafeTemporaryAllocation(of: Float.self, capacity: conditions.count * length) { numbers in
      for (index, condition) in conditions.enumerated() {
        for j in 0..<length {
          if case .vector(let values) = condition {
            numbers[index * length + j] = values[j]
          } else {
            numbers[index * length + j] = .nan
          }
        }
      }
      try body(nil, numbers.baseAddress, length)
    }
  }
}
