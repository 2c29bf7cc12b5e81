import Libc

extension OutputFolder {
  /// Writes a file that waits for `commit`, and may be read before.
  ///
  /// - Parameter body: Is handed the descriptor, and what errors call the file.
  /// - Returns: Where it is until then.
  /// - Throws: `FileError`, `unwritable`, and what `body` throws.
  package func write(_ name: String, by body: (CInt, String) throws -> Void) throws -> String {
    let descriptor = try begin(name)
    do { try body(descriptor, "\(path)/\(name)") } catch {
      close(descriptor)
      throw error
    }
    if let problem = FileBytes.flush(descriptor) { throw FileError(.unwritable, "\(path)/\(name)", problem) }
    add(name)
    return "\(path)/\(stagingName)/\(name)"
  }
}
