import ArgumentParser
import FeynmanKac
import RunConfigurations
import ScoreNetworks

/// `fkc info`: what this build can do and what it runs on.
struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print versions, the BLAS kernel, threads, and what configs may name.")

  @Flag(help: "As JSON.")
  var json = false

  func run() throws {
    let threads = Processors.available
    let products = matrixProducts(threads: threads)
    let facts: [(String, JSONText)] =
      [
        ("versions", Versions.json),
        ("kernel_level", .text(Platform.kernelLevel)),
        ("threads", .count(threads)),
        ("matrix_products", products),
      ] + named
    try StandardStreams.print(
      json ? JSONText.object(facts).encoded() : facts.flatMap(lines).joined(separator: "\n"))
  }

  /// What configs may name, sort by sort.
  private var named: [(String, JSONText)] {
    Catalog.sorts.flatMap { sort -> [(String, JSONText)] in
      let names = (sort.name, JSONText.list(sort.kinds.map { .text($0.name) }))
      guard sort.name == "models" else { return [names] }
      return [names, ("models_not_installed", .list(Catalog.missingModels.map { .text($0) }))]
    }
  }

  /// The library that computes networks and what it reaches here, or why there is none.
  private func matrixProducts(threads: Int) -> JSONText {
    do { try BLAS.load() } catch { return .object([("problem", .text(error.description))]) }
    return .object([
      ("blas", .text("OpenBLAS \(BLAS.version)")), ("blas_kernel", .text(BLAS.kernel)),
      ("blas_library", .text(BLAS.library)),
      ("gflops_one_thread", .figure(BLAS.measuredRate(threads: 1).map(rounded))),
      ("gflops_all_threads", .figure(BLAS.measuredRate(threads: threads).map(rounded))),
    ])
  }

  /// A rate to one decimal: more would be noise.
  private func rounded(_ rate: Double) -> Double { (rate * 10).rounded() / 10 }

  private func lines(_ name: String, _ value: JSONText) -> [String] {
    let label = name.map { $0 == "_" ? " " : $0 }
    switch value {
    case .object(let members): return members.flatMap { lines($0.0, $0.1) }
    case .list(let items): return ["\(String(label)): \(items.map(plain).joined(separator: ", "))"]
    default: return ["\(String(label)): \(plain(value))"]
    }
  }

  private func plain(_ value: JSONText) -> String {
    if case .text(let text) = value { text } else { value.encoded(indent: nil) }
  }
}
