import Libc

/// log Z of a stored run, or a difference of two, in nats.
package struct StoredNormalizer {
  package let value: Double
  /// Its standard error; nil where there is none.
  package let standardError: Double?

  /// A figure with its error.
  package init(value: Double, standardError: Double?) {
    self.value = value
    self.standardError = standardError
  }

  /// What a summary says; nil for a run without weights.
  package init?(_ summary: SummaryReader) {
    guard let value = summary.optionalValue("log_normalizer").flatMap({ SummaryReader.number($0) }) else {
      return nil
    }
    let error = summary.optionalValue("log_normalizer_standard_error").flatMap { SummaryReader.number($0) }
    self.init(value: value, standardError: error)
  }

  /// The difference to that of an independent run: errors add as squares.
  package func less(_ other: StoredNormalizer) -> StoredNormalizer {
    StoredNormalizer(
      value: value - other.value,
      standardError: standardError.flatMap { error in other.standardError.map { hypot(error, $0) } })
  }
}
