internal import CKernels

/// The random words of one resampling: streams by number, each a function of its number alone.
public struct ResamplingNumbers: Sendable {
  private enum Source: Sendable {
    case philox(StreamKey)
    case function(@Sendable (UnsafeMutableBufferPointer<UInt64>, _ stream: Int) -> Void)
  }
  private let source: Source

  /// Streams of Philox under a seed.
  public init(seed: UInt64) { self.init(StreamKey(seed: seed, island: 0, step: 0, purpose: .resampling)) }

  /// Words that a function makes of a stream's number.
  public init(_ function: @escaping @Sendable (UnsafeMutableBufferPointer<UInt64>, _ stream: Int) -> Void) {
    source = .function(function)
  }

  /// - Parameter key: Its block is not looked at: block 0 belongs to rules that draw one number after the other, and
  ///   stream `i` to chunk `i + 1`.
  package init(_ key: StreamKey) { source = .philox(key) }

  /// The first words of a stream, from its beginning at every call.
  ///
  /// - Parameter stream: A number from `0 ..< 2³²−1`. Streams must differ where numbers shall be independent.
  public func fill(_ words: UnsafeMutableBufferPointer<UInt64>, stream: Int) {
    guard let start = words.baseAddress else { return }
    switch source {
    case .philox(let key):
      start.withMemoryRebound(to: UInt32.self, capacity: 2 * words.count) { halves in
        fk_fill_philox(
          halves, 2 * words.count, key.seed, key.words.step, UInt32(stream + 1), key.words.islandAndPurpose)
      }
    case .function(let function): function(words, stream)
    }
  }

  /// The first word of a stream.
  func word(stream: Int) -> UInt64 {
    var word: UInt64 = 0
    withUnsafeMutablePointer(to: &word) { fill(.init(start: $0, count: 1), stream: stream) }
    return word
  }
}

/// Which streams the rules of this library use for what.
enum ResamplingStream {
  /// The comb's offset.
  static let offset = 0
  /// Who survives, by chunk of particles.
  static func survival(_ chunk: Int) -> Int { 1 << 28 + chunk }
  /// Which chunk is drawn from, by chunk of draws.
  static func chunk(_ draws: Int) -> Int { 2 << 28 + draws }
  /// Who is drawn, by run of draws from one chunk.
  static func member(_ draws: Int) -> Int { 3 << 28 + draws }
  /// The number in each stratum, by chunk of strata.
  static func strata(_ chunk: Int) -> Int { 4 << 28 + chunk }
}
