// The only use of Foundation: its small part, without the tables of languages.
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Values as the bytes that notes and checkpoints keep of them: a binary property list.
enum PropertyList {
  static func bytes(of value: some Encodable) throws -> [UInt8] {
    let encoder = PropertyListEncoder()
    encoder.outputFormat = .binary
    return try Array(encoder.encode(value))
  }

  /// The value; nil where the bytes are not of one.
  static func value<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) -> Value? {
    try? PropertyListDecoder().decode(type, from: Data(bytes))
  }
}
