internal import CLibMD  // Only in this file.

/// SHA-256 (FIPS 180-4) of bytes that come in pieces.
package struct SHA256 {
  /// The 32 bytes of a sum.
  package struct Digest: Sendable, Equatable {
    package let bytes: [UInt8]

    /// Two lowercase digits for each byte.
    package var hexadecimal: String { bytes.map(Self.hexadecimal).joined() }

    /// Two lowercase digits.
    static func hexadecimal(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
  }

  private var context = SHA2_CTX()

  package init() { SHA256Init(&context) }

  /// The sum of all bytes at once.
  package static func digest(of bytes: [UInt8]) -> Digest {
    var sum = SHA256()
    bytes.withUnsafeBytes { sum.update($0) }
    return sum.digest
  }

  /// Takes in the next piece.
  package mutating func update(_ piece: UnsafeRawBufferPointer) {
    SHA256Update(&context, piece.baseAddress?.assumingMemoryBound(to: UInt8.self), piece.count)
  }

  /// The sum of what has been taken in so far; more may follow.
  package var digest: Digest {
    var rest = context
    let bytes = [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      SHA256Final(buffer.baseAddress, &rest)
      count = buffer.count
    }
    return Digest(bytes: bytes)
  }
}
