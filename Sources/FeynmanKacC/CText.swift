import Libc
import RunConfigurations

/// A text as C has it, which goes with its owner.
final class CText {
  let start: UnsafePointer<CChar>

  init(_ text: String) { start = UnsafePointer(Self.copy(text)) }

  deinit { free(UnsafeMutablePointer(mutating: start)) }

  /// A copy that the caller frees by `fkc_text_free`.
  static func copy(_ text: String) -> UnsafeMutablePointer<CChar> { strdup(text) }
}

@_cdecl("fkc_text_free")
package func textFree(_ text: UnsafeMutablePointer<CChar>?) { free(text) }

@_cdecl("fkc_version")
package func version() -> UnsafePointer<CChar> { versionText.start }

nonisolated(unsafe) private let versionText = CText(Versions.fkc)

@_cdecl("fkc_schema")
package func schema() -> UnsafeMutablePointer<CChar> { CText.copy(ConfigurationSchema.document.encoded()) }
