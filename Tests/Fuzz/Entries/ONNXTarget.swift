import ScoreNetworks

extension FuzzTarget {
  /// An ONNX file up to what OpenVINO would get of it: the tensors that lie in other files, put into it.
  static let onnx = FuzzTarget("onnx") { bytes in
    let file = try ONNXFile(bytes: bytes)
    let content = [UInt8](repeating: 7, count: 64)
    _ = try file.complete(Dictionary(uniqueKeysWithValues: file.externalFiles.map { ($0, content) }))
  }
}
