import Libc

/// The right to write into a folder, of one process at a time.
///
/// It is a lock of the system on a hidden file in the folder, so it holds between containers and hosts that share the
/// folder, and ends with the process however that ends. Numbers of processes would say nothing there.
final class FolderLock {
  static let name = ".partial-lock"

  enum Attempt {
    case held(FolderLock)
    /// Somebody else has it.
    case busy
    /// The folder is not there any more.
    case gone
    /// The system does not let anybody have it; the text says why.
    case failed(String)
  }

  private let folder: FolderHandle
  private var descriptor: CInt

  private init(_ folder: FolderHandle, _ descriptor: CInt) {
    self.folder = folder
    self.descriptor = descriptor
  }

  deinit { release() }

  /// Takes the lock if nobody has it, and never waits.
  static func attempt(in folder: FolderHandle) -> Attempt {
    while true {
      let flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
      var descriptor = openat(folder.descriptor, name, O_RDWR | O_CREAT | flags, 0o666)
      // Another user's may be readable alone, which is enough.
      if descriptor < 0, errno == EACCES { descriptor = openat(folder.descriptor, name, O_RDONLY | flags) }
      guard descriptor >= 0 else {
        if errno == ENOENT { return folder.isLinked ? .failed("Permission denied") : .gone }
        return .failed(errno == ELOOP ? "\(name) is a link; remove it" : FileBytes.systemReason())
      }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let reason = errno
        close(descriptor)
        if reason == EINTR { continue }
        return reason == EWOULDBLOCK
          ? .busy : .failed("its file system has no locks: \(String(cString: strerror(reason)))")
      }
      let lock = FolderLock(folder, descriptor)
      if lock.isHeld { return .held(lock) }
      // Whoever had it removed the file between our two calls; the next one is another file.
      close(descriptor)
      lock.descriptor = -1
    }
  }

  /// False where somebody removed the file: then others may have a lock of their own.
  var isHeld: Bool {
    guard descriptor >= 0, let status = folder.status(of: Self.name) else { return false }
    return FileIdentity(descriptor: descriptor) == FileIdentity(status)
  }

  /// Leaves nothing behind. Nothing may be written after it.
  func release() {
    guard descriptor >= 0 else { return }
    if isHeld { _ = folder.remove(Self.name) }
    abandon()
  }

  /// Lets go of it as a killed process does: the file stays.
  func abandon() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
  }
}

extension FolderHandle {
  /// False for a folder that was removed while it was open.
  fileprivate var isLinked: Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_nlink > 0
  }
}
