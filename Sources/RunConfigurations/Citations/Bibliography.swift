/// The sources of methods, as BibTeX has them.
package enum Bibliography {
  /// Entries by their keys, in the order of the file.
  package static let entries: [(key: String, text: String)] = entries(
    of: String(decoding: PackageResources.References_bib, as: UTF8.self))

  /// The entries of a text in which each begins with `@` at the start of a line.
  static func entries(of text: String) -> [(key: String, text: String)] {
    var entries: [(key: String, text: String)] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.first == "@", let brace = line.firstIndex(of: "{") {
        let key = line[line.index(after: brace)...].prefix { $0 != "," }
        entries.append((String(key), ""))
      }
      guard !entries.isEmpty, !line.isEmpty else { continue }
      entries[entries.count - 1].text += line + "\n"
    }
    return entries
  }

  /// FeynmanKac itself.
  package static let software = """
    @software{feynmankac,
      title   = {{FeynmanKac}: a particle engine for composed diffusion sampling},
      author  = {{The FeynmanKac contributors}},
      version = {\(Versions.fkc)},
    }

    """
}
