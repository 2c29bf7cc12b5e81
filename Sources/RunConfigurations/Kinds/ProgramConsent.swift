import Libc

/// What is to be done about the programs that a config names: a config comes from anywhere, and a program can do all that
/// its caller can.
package enum ProgramConsent {
  /// Nothing is started; what a program would answer is taken from the config.
  case withheld
  /// The caller said so for this call.
  case given
  /// They are started where the environment says that configs of this folder are trusted.
  case asked

  /// The environment variable with folders, separated by colons, whose configs may start programs.
  package static let variable = "FKC_TRUSTED"

  /// What it comes to for one config.
  enum Permission {
    case granted
    case withheld
    /// Programs are refused, with what to do about it.
    case refused(advice: String)
  }

  /// - Parameter file: Of the config, which may be a link: what counts is where the file itself lies.
  func permission(for file: String) -> Permission {
    switch self {
    case .withheld: return .withheld
    case .given: return .granted
    case .asked:
      guard let place = Self.realPath(file) else {
        return .refused(advice: "give --allow-programs if you trust this config")
      }
      let folder = FilePaths.folder(of: place)
      let trusted =
        getenv(Self.variable).map { String(cString: $0).split(separator: ":").map(String.init) } ?? []
      // A folder that is not stated from the root would be another one in every working directory.
      let isTrusted = trusted.contains { entry in
        guard entry.hasPrefix("/"), let entry = Self.realPath(entry) else { return false }
        return folder == entry || entry == "/" || folder.hasPrefix(entry + "/")
      }
      if isTrusted { return .granted }
      return .refused(
        advice:
          "if you trust this config, give --allow-programs, or list its folder, '\(folder)', in the environment "
          + "variable \(Self.variable)")
    }
  }

  private static func realPath(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}
