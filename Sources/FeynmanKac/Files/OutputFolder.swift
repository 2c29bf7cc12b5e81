import Dispatch

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A folder whose files appear all together, when they are whole.
///
/// Files are written into a hidden folder inside; `commit` flushes them to the disk and renames them into place. The
/// marker comes last, and an old one goes first: a folder with its marker holds exactly one finished set of files, at
/// any instant. Whatever was not committed is removed by `discard`, with the folders that were made for it.
public final class OutputFolder {
  /// As it was given.
  public let path: String
  private let marker: String
  private let staging: String
  private var createdFolders: [String] = []
  private var names: [String] = []
  /// Files that are written and not flushed.
  private var unflushed: [(name: String, descriptor: CInt)] = []
  private var omitted: [String] = []
  private var isOpen = true

  /// Makes the folder, so that what cannot be written is known before anything is computed.
  ///
  /// - Parameters:
  ///   - path: Of the folder, absolute or from the current one; folders above it are made too.
  ///   - names: The files that this folder is for, the marker included. Where one of them exists the folder is taken.
  ///   - marker: The file that tells that the others are whole.
  ///   - overwrite: Take it nevertheless; its files stay until `commit`.
  /// - Throws: `FileError`, `unwritable`.
  public init(path: String, names: [String], marker: String, overwrite: Bool) throws(FileError) {
    self.path = path
    self.marker = marker
    staging = "\(path)/.partial-\(getpid())"
    if !overwrite, let taken = ([marker] + names).first(where: { access("\(path)/\($0)", F_OK) == 0 }) {
      isOpen = false
      throw FileError(.unwritable, path, "already holds a run (\(taken)); give --overwrite or another folder")
    }
    do throws(FileError) {
      try makeFolders()
      removeAbandonedStaging()
      guard mkdir(staging, 0o777) == 0 else { throw FileError(.unwritable, path, FileBytes.systemReason()) }
    } catch {
      discard()
      throw error
    }
  }

  deinit { discard() }

  /// Writes one file beside the others that wait for `commit`.
  ///
  /// - Throws: `FileError`, `unwritable`.
  public func write(_ name: String, _ parts: [UnsafeRawBufferPointer]) throws(FileError) {
    let file = try begin(name)
    do throws(FileError) { unflushed.append((name, try FileBytes.create(file, parts))) } catch {
      throw FileError(.unwritable, "\(path)/\(name)", error.problem)
    }
    add(name)
  }

  /// Where a file waits for `commit`, once it is there.
  func begin(_ name: String) throws(FileError) -> String {
    precondition(isOpen, "the folder \(path) is already committed or discarded")
    var status = stat()
    if stat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw FileError(.unwritable, "\(path)/\(name)", "is a folder")
    }
    return "\(staging)/\(name)"
  }

  /// Has `commit` put a whole file in its place.
  func add(_ name: String) { names.append(name) }

  /// Writes a text in UTF-8, likewise.
  ///
  /// - Throws: `FileError`, `unwritable`.
  public func write(_ name: String, _ text: String) throws(FileError) {
    var text = text
    let result = text.withUTF8 { part in
      Result { () throws(FileError) in try write(name, [UnsafeRawBufferPointer(part)]) }
    }
    try result.get()
  }

  /// Writes bytes, likewise.
  ///
  /// - Throws: `FileError`, `unwritable`.
  public func write(_ name: String, bytes: [UInt8]) throws(FileError) {
    let result = bytes.withUnsafeBytes { part in
      Result { () throws(FileError) in try write(name, [part]) }
    }
    try result.get()
  }

  /// Has `commit` remove a file of an earlier set that this one does without, or that others made of it.
  public func omit(_ name: String) { omitted.append(name) }

  /// Puts every file in its place, the marker last.
  ///
  /// - Throws: `FileError`, `unwritable`.
  public func commit() throws(FileError) {
    precondition(names.contains(marker), "\(marker) marks a whole folder and was not written")
    try flushFiles()
    for name in [marker] + omitted where unlink("\(path)/\(name)") != 0 && errno != ENOENT {
      throw FileError(.unwritable, "\(path)/\(name)", FileBytes.systemReason())
    }
    for name in names where name != marker { try moveIntoPlace(name) }
    flushFolder()
    try moveIntoPlace(marker)
    flushFolder()
    rmdir(staging)
    isOpen = false
  }

  /// Removes what was not committed. Does nothing after `commit`.
  public func discard() {
    guard isOpen else { return }
    isOpen = false
    for file in unflushed { close(file.descriptor) }
    removeFolder(staging)
    for folder in createdFolders.reversed() { rmdir(folder) }
  }
}

// MARK: - Steps

extension OutputFolder {
  /// All at once: eight in a row took three times as long as eight together.
  private func flushFiles() throws(FileError) {
    let waiting = unflushed
    unflushed = []
    let failures = UnsafeMutableBufferPointer<String?>.allocate(capacity: waiting.count)
    failures.initialize(repeating: nil)
    defer { failures.deinitialize().deallocate() }
    // Each writes an element of its own.
    nonisolated(unsafe) let shared = failures
    let group = DispatchGroup()
    for (index, file) in waiting.enumerated() {
      DispatchQueue.global().async(group: group) { shared[index] = FileBytes.flush(file.descriptor) }
    }
    group.wait()
    for (file, failure) in zip(waiting, failures) {
      if let failure { throw FileError(.unwritable, "\(path)/\(file.name)", failure) }
    }
  }

  private func moveIntoPlace(_ name: String) throws(FileError) {
    guard rename("\(staging)/\(name)", "\(path)/\(name)") == 0 else {
      throw FileError(.unwritable, "\(path)/\(name)", FileBytes.systemReason())
    }
  }

  private func makeFolders() throws(FileError) {
    var folder = path.hasPrefix("/") ? "/" : ""
    for component in path.split(separator: "/") {
      folder += folder.isEmpty || folder == "/" ? String(component) : "/" + component
      if mkdir(folder, 0o777) == 0 {
        createdFolders.append(folder)
        continue
      }
      let reason = errno
      var status = stat()
      guard stat(folder, &status) == 0 else {
        throw FileError(.unwritable, path, String(cString: strerror(reason)))
      }
      guard status.st_mode & S_IFMT == S_IFDIR else {
        throw FileError(.unwritable, path, "\(folder) is not a folder")
      }
    }
  }

  /// Removes what processes that are gone left behind, such as one that was killed while it wrote.
  private func removeAbandonedStaging() {
    for name in Self.entries(of: path) where name.hasPrefix(".partial-") {
      guard let process = pid_t(name.dropFirst(".partial-".count)) else { continue }
      if process == getpid() || (kill(process, 0) != 0 && errno == ESRCH) { removeFolder("\(path)/\(name)") }
    }
  }

  private func removeFolder(_ folder: String) {
    for name in Self.entries(of: folder) { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }

  private static func entries(of folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// A rename is on the disk only when its folder is.
  private func flushFolder() {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
