import FeynmanKac

/// What a safetensors header says, before it is compared with the bytes that follow.
struct SafetensorsHeader {
  /// Empty where the header has no `__metadata__`.
  var metadata: [String: String] = [:]
  /// The tensors in the order of the header.
  var tensors: [SafetensorsFile.Tensor] = []

  /// A sentence without the file's name.
  struct Problem: Error {
    let sentence: String
    init(_ sentence: String) { self.sentence = sentence }
  }

  /// - Parameter bytes: The header alone. It may end in spaces.
  /// - Throws: One sentence that names the tensor and what was found.
  init(_ bytes: ArraySlice<UInt8>) throws(Problem) {
    guard bytes.first == UInt8(ascii: "{") else {
      throw Problem("its header does not start with '{'; is it a safetensors file?")
    }
    // JSON would allow line breaks there as well; the format does not.
    let text = bytes.prefix(1 + (bytes.lastIndex { $0 != 0x20 } ?? bytes.startIndex) - bytes.startIndex)
    guard text.last == UInt8(ascii: "}") else {
      throw Problem("its header does not end with '}' and spaces")
    }
    let members: [JSONValue.Member]
    do throws(JSONFault) {
      guard case .object(let read) = try JSONReader.value(of: text) else {
        throw JSONFault(position: 0, problem: "found no object")
      }
      members = read
    } catch {
      throw Problem("its header at byte \(error.position): \(error.problem)")
    }
    for member in members {
      if member.key == "__metadata__" {
        metadata = try Self.metadata(member.value)
      } else {
        tensors.append(try Self.tensor(member))
      }
    }
  }

  private static func metadata(_ value: JSONValue) throws(Problem) -> [String: String] {
    guard case .object(let members) = value else {
      throw Problem("__metadata__: found \(value.summary); give an object of texts")
    }
    var metadata: [String: String] = [:]
    for member in members {
      guard case .text(let text) = member.value else {
        throw Problem(
          "__metadata__: \(JSONValue.quoted(member.key)) is \(member.value.summary); give a text, such as \"1\""
        )
      }
      metadata[member.key] = text
    }
    return metadata
  }

  private static func tensor(_ member: JSONValue.Member) throws(Problem) -> SafetensorsFile.Tensor {
    let name = "tensor \(JSONValue.quoted(member.key))"
    let keys = ["dtype", "shape", "data_offsets"]
    guard case .object(let parts) = member.value else {
      throw Problem("\(name): found \(member.value.summary); give an object of dtype, shape and data_offsets")
    }
    if let other = parts.first(where: { !keys.contains($0.key) }) {
      throw Problem(
        "\(name): unknown key \(JSONValue.quoted(other.key)); give dtype, shape and data_offsets alone")
    }
    var values: [JSONValue] = []
    for key in keys {
      guard let part = parts.first(where: { $0.key == key }) else {
        throw Problem("\(name): \(key) is missing")
      }
      values.append(part.value)
    }

    guard case .text(let code) = values[0], let type = TensorType(rawValue: code) else {
      let known = TensorType.allCases.map(\.rawValue).joined(separator: ", ")
      throw Problem("\(name): dtype is \(values[0].summary); known are \(known)")
    }
    let shape = try counts(values[1], "\(name): shape")
    let offsets = try counts(values[2], "\(name): data_offsets")
    guard offsets.count == 2 else {
      throw Problem("\(name): data_offsets has \(offsets.count) numbers; give its start and end")
    }
    guard offsets[0] <= offsets[1] else {
      throw Problem("\(name): data_offsets end at \(offsets[1]), before their start at \(offsets[0])")
    }

    let bits = shape.reduce(Optional(type.bitCount)) { product, size in
      guard let product else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      return overflow ? nil : next
    }
    // A size of 0 after an overflow does not mend it: no file means that.
    guard let bits else { throw Problem("\(name): its shape \(shape) is larger than any file") }
    guard bits % 8 == 0 else {
      throw Problem("\(name): \(shape) numbers of type \(code) do not fill whole bytes")
    }
    guard bits / 8 == offsets[1] - offsets[0] else {
      throw Problem(
        "\(name): data_offsets hold \(offsets[1] - offsets[0]) bytes; shape \(shape) of \(code) needs \(bits / 8)"
      )
    }
    return SafetensorsFile.Tensor(name: member.key, type: type, shape: shape, bytes: offsets[0]..<offsets[1])
  }

  private static func counts(_ value: JSONValue, _ name: String) throws(Problem) -> [Int] {
    guard case .list(let items) = value else {
      throw Problem("\(name) is \(value.summary); give a list of whole numbers")
    }
    var counts: [Int] = []
    for item in items {
      guard let count = item.count else {
        throw Problem("\(name) has \(item.summary) in it; give whole numbers from 0 to \(Int.max)")
      }
      counts.append(count)
    }
    return counts
  }
}
