import FeynmanKac
import ScoreNetworks

/// Safetensors files as tests write them.
enum SafetensorsBytes {
  /// A header as it is, its length before it and the tensors' bytes behind it.
  static func file(_ header: String, data: [UInt8] = []) -> [UInt8] {
    let text = Array(header.utf8)
    return littleEndian(UInt64(text.count)) + text + data
  }

  /// A file of float32 tensors, written in the order given, with metadata.
  static func file(
    metadata: [String: String], tensors: [(name: String, shape: [Int], values: [Float])] = []
  ) -> [UInt8] {
    var members = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
    members = ["\"__metadata__\":{\(members.joined(separator: ","))}"]
    var data: [UInt8] = []
    for tensor in tensors {
      let start = data.count
      for value in tensor.values { data += littleEndian(value.bitPattern) }
      members.append(
        "\(quoted(tensor.name)):{\"dtype\":\"F32\",\"shape\":\(tensor.shape),\"data_offsets\":[\(start),\(data.count)]}"
      )
    }
    return file("{\(members.joined(separator: ","))}", data: data)
  }

  static func littleEndian<Bits: FixedWidthInteger>(_ value: Bits) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private static func quoted(_ text: String) -> String {
    "\"\(text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined())\""
  }
}

/// What a call that should fail says; nil where it does not fail.
func problem<Result>(_ body: () throws(FileError) -> Result) -> String? {
  do throws(FileError) {
    _ = try body()
    return nil
  } catch {
    return error.kind == .malformed && error.path == "net.safetensors"
      ? error.problem : "of another kind: \(error)"
  }
}
