/// How many rows each model was asked for, by its name.
struct ModelEvaluations: Sendable, Codable {
  private let models: [String]
  private let rows: [Int]

  init(_ each: [(model: String, rows: Int)]) {
    models = each.map(\.model)
    rows = each.map(\.rows)
  }

  /// The models in the order of the plan's terms.
  var each: [(model: String, rows: Int)] { Array(zip(models, rows)) }
}
