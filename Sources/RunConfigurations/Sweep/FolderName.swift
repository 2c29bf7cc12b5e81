/// Names of folders made of any text: readable, and never the same for two texts.
enum FolderName {
  private static let longest = 80

  /// The text with everything but letters, digits and `. _ + - , [ ] =` written as `%` and two digits for each byte.
  ///
  /// A long one ends in a sum of the whole text instead. A point at the front, which would hide the folder, is escaped too.
  static func component(_ text: String) -> String {
    var name = ""
    for byte in text.utf8 {
      let isPlain = plain.contains(byte) && !(byte == UInt8(ascii: ".") && name.isEmpty)
      name += isPlain ? String(UnicodeScalar(byte)) : escaped(byte)
    }
    guard name.utf8.count > longest else { return name }
    // No escaped name has a `~`, so a name with a sum is never one without.
    let sum = SHA256.digest(of: Array(text.utf8)).hexadecimal.prefix(16)
    return "\(name.prefix(longest - 17))~\(sum)"
  }

  /// The name of a setting with one of its values.
  static func component(_ label: String, _ value: String) -> String { component("\(label)=\(value)") }

  private static let plain = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-,[]=".utf8)

  private static func escaped(_ byte: UInt8) -> String { "%" + SHA256.Digest.hexadecimal(byte).uppercased() }
}
