import FeynmanKac
import Libc

// Files that a model reads beside the one that its key `file` names.

extension ModelFactory {
  /// The sum of a file that a model reads, by the name that the model has for it.
  struct NamedSum: Equatable {
    let name: String
    let sha256: String
  }

  /// Takes the sum of every file, a piece at a time, and compares it with the one that the config states, if any.
  ///
  /// - Parameters:
  ///   - names: Each once; relative ones from `place`.
  ///   - key: Where the config gives them, for messages.
  func sums(
    of names: [String], in place: String, stated: Setting?, key: any AnyKey
  ) throws(SettingFailure) -> [NamedSum] {
    var sums: [NamedSum] = []
    for name in names {
      var sha256 = SHA256()
      do throws(FileError) {
        try FilePieces.read(FilePaths.absolute(name, in: place)) { sha256.update($0) }
      } catch {
        throw SettingFailure(
          key: key.name, problem: "'\(name)': \(error.problem)",
          status: error.kind == .missing ? .missingInput : .badData)
      }
      let sum = sha256.digest.hexadecimal
      try Self.compare(sum, of: name, stated: stated?[name]?.text, key: ModelFiles.pinned)
      sums.append(NamedSum(name: name, sha256: sum))
    }
    return sums
  }

  /// Reads the files that an ONNX file names, from its own folder.
  func externalFiles(
    of names: [String], beside file: String, stated: Setting?
  ) throws(SettingFailure) -> (contents: [String: [UInt8]], sums: [NamedSum]) {
    if let stranger = stated?.entries?.first(where: { !names.contains($0.key) }) {
      throw SettingFailure(
        key: ModelFiles.pinned.name,
        problem: "'\(stranger.key)' is no file that '\(file)' keeps its tensors in; remove it")
    }
    let place = FilePaths.folder(of: FilePaths.absolute(file, in: folder))
    var contents: [String: [UInt8]] = [:]
    var sums: [NamedSum] = []
    for name in names {
      do throws(FileError) {
        contents[name] = try FileBytes.read(FilePaths.absolute(name, in: place))
      } catch {
        throw SettingFailure(
          key: ModelFiles.fileName, problem: "'\(file)' keeps tensors in '\(name)': \(error.problem)",
          status: error.kind == .missing ? .missingInput : .badData)
      }
      let sum = SHA256.digest(of: contents[name]!).hexadecimal
      try Self.compare(sum, of: name, stated: stated?[name]?.text, key: ModelFiles.pinned)
      sums.append(NamedSum(name: name, sha256: sum))
    }
    return (contents, sums)
  }

  // MARK: - What a command names

  /// The files among the words of a command, such as the script of `[python3, model.py]` or the weights of
  /// `--weights=network.pt`, seen from the folder that the program works in; and those that the config lists besides.
  ///
  /// A program that is looked up along PATH is not among them, nor is what a shell's text or the script itself names.
  static func files(ofCommand words: [String], listed: [String], in place: String) -> [String] {
    var names: [String] = []
    for (index, word) in words.enumerated() where index > 0 || word.contains("/") {
      let value = word.firstIndex(of: "=").map { String(word[word.index(after: $0)...]) }
      for name in [word, value ?? ""]
      where !name.isEmpty && !names.contains(name) && isRegularFile(FilePaths.absolute(name, in: place)) {
        names.append(name)
      }
    }
    for name in listed where !names.contains(name) { names.append(name) }
    return names
  }

  private static func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  // MARK: - Sums

  static func compare(
    _ sum: String, of file: String, stated: String?, key: any AnyKey
  ) throws(SettingFailure) {
    guard let stated, stated.lowercased() != sum else { return }
    throw SettingFailure(
      key: key.name, problem: "'\(file)' has changed: its SHA-256 is \(sum), not \(stated)")
  }
}

/// A file a piece at a time, for those that may be larger than memory.
private enum FilePieces {
  static func read(_ path: String, _ body: (UnsafeRawBufferPointer) -> Void) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let isMissing = errno == ENOENT || errno == ENOTDIR
      throw FileError(
        isMissing ? .missing : .malformed, path,
        isMissing ? "no such file" : String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(.malformed, path, "is no regular file")
    }
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { piece.deallocate() }
    while true {
      // `read` is also the name of this function.
      let count = Libc.read(descriptor, piece.baseAddress, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError(.malformed, path, String(cString: strerror(errno))) }
      guard count > 0 else { return }
      body(UnsafeRawBufferPointer(rebasing: piece[..<count]))
    }
  }
}
