import FeynmanKac

/// The keys of files that models and rewards come from, and their sums.
enum ModelFiles {
  /// The key that names the file that a model comes from, whatever sort of file.
  static let fileName = "file"
  static let sha256 = OptionalKey("sha256", .sha256, "Of the file; a file that changed is refused.")
  static let pinned = OptionalKey(
    "pinned", .named("SHA-256 sums", .sha256),
    "The SHA-256 of every other file that the model reads, by its name; a file that changed is refused.")

  /// The settings with the file as it was read, from the root, and its sum.
  static func resolved(_ settings: Setting, _ file: ModelFactory.PinnedFile) -> Setting {
    settings.setting(fileName, to: .text(file.path), after: nil)
      .setting(sha256.name, to: .text(file.sha256), after: fileName)
  }
}
