extension String {
  /// The text without white space and line ends at its ends.
  package var trimmed: String {
    // Scalars, so that a line end goes that a mark follows. U+200B is white space to the eye, and not to Unicode.
    let isSpace = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace || scalar == "\u{200B}" }
    let start = unicodeScalars.drop(while: isSpace)
    let end = start.lastIndex { !isSpace($0) }
    return end.map { String(start[...$0]) } ?? ""
  }
}
