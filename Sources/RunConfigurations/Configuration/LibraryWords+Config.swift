import FeynmanKac

extension LibraryWords {
  /// The words of the whole config.
  package static let config = LibraryWords(of: ConfigurationSchema.root)
}

extension RunWarning {
  /// The sentence in the words of a config.
  package var text: String { LibraryWords.config.translated(sentence) }
}
