import FeynmanKac

extension NetworkFile {
  /// Makes the network that the file describes.
  ///
  /// - Throws: `FileError`, `malformed`, naming a tensor that is missing, unexpected, of another shape or not finite;
  ///   `BLAS.Unavailable`.
  public func network() throws -> any Network {
    let tensors = NetworkTensors(contents)
    let network = try described.network(tensors)
    try tensors.refuseOthers()
    return network
  }
}

extension PretrainedModel {
  /// A model of what a network file states.
  ///
  /// The process that the file states (`NetworkFile.process`) is not applied: give it to the sampler or to the target's
  /// term, as `fkc` does.
  ///
  /// - Parameters:
  ///   - file: The statements.
  ///   - network: What `file.network()` made, which models of other conditions may share.
  ///   - condition: What the network is asked for.
  /// - Throws: `SetupError` naming `condition` where the network does not take it.
  public init(_ file: NetworkFile, network: any Network, condition: Condition = .none) throws(SetupError) {
    try self.init(
      network, prediction: file.prediction, condition: condition, noiseLevels: file.noiseLevels,
      dataStandardDeviation: file.dataStandardDeviation)
  }

  /// A network file as a model; see <doc:NetworkFiles>. Its process is not applied, as above.
  ///
  /// - Throws: `FileError` naming the setting or tensor at fault, `SetupError`, `BLAS.Unavailable`.
  public init(file path: String, condition: Condition = .none) throws {
    let file = try NetworkFile(file: path)
    try self.init(file, network: file.network(), condition: condition)
  }
}
