import Libc

extension OutputFolder {
  /// Refuses files that a disk has no room for, before their folders are there.
  ///
  /// - Throws: `FileError`, `unwritable`.
  package static func checkSpace(for sizes: [Int], at path: String) throws(FileError) {
    var place = path
    while !place.isEmpty {
      if let folder = FolderHandle(path: place) {
        return try DiskSpace.check(sizes, in: folder, shownAs: path)
      }
      guard let slash = place.lastIndex(of: "/") else { break }
      place = String(place[..<slash])
    }
    guard let folder = FolderHandle(path: path.hasPrefix("/") ? "/" : ".") else { return }
    try DiskSpace.check(sizes, in: folder, shownAs: path)
  }
}

/// Whether files of known sizes fit where they are to be written.
package enum DiskSpace {
  /// - Throws: `FileError`, `unwritable`, with what is needed and what there is.
  static func check(_ sizes: [Int], in folder: FolderHandle, shownAs path: String) throws(FileError) {
    guard let largest = sizes.max() else { return }
    let needed = sizes.reduce(0) { sum, size in
      let (total, overflow) = sum.addingReportingOverflow(size)
      return overflow ? .max : total
    }
    if let limit = fileSizeLimit, largest > limit {
      throw FileError(
        .unwritable, path,
        "the results need a file of \(text(largest)); this process may write \(text(limit)) into one (ulimit -f)"
      )
    }
    if let free = free(folder), needed > free {
      throw FileError(.unwritable, path, "the results need \(text(needed)); its disk has \(text(free)) left")
    }
  }

  /// The bytes that are free where a folder lies; nil where the file system does not say.
  private static func free(_ folder: FolderHandle) -> Int? {
    var status = statvfs()
    guard fstatvfs(folder.descriptor, &status) == 0, status.f_blocks > 0 else { return nil }
    // What is kept back for the administrator is free for nobody else.
    let blocks = geteuid() == 0 ? status.f_bfree : status.f_bavail
    let (bytes, overflow) = UInt64(clamping: blocks).multipliedReportingOverflow(
      by: UInt64(clamping: status.f_frsize))
    return overflow ? nil : Int(clamping: bytes)
  }

  private static var fileSizeLimit: Int? {
    var limit = rlimit()
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    #else
      let resource = RLIMIT_FSIZE
    #endif
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < UInt64(clamping: Int.max) else { return nil }
    return Int(limit.rlim_cur)
  }

  /// Three figures in decimal units, such as `1.23 MB`.
  package static func text(_ bytes: Int) -> String {
    var value = Double(bytes)
    for unit in ["bytes", "kB", "MB", "GB", "TB"] {
      if value < 999.5 {
        guard unit != "bytes" else { return "\(bytes) bytes" }
        let scale = value < 9.995 ? 100.0 : value < 99.95 ? 10.0 : 1.0
        let rounded = (value * scale).rounded() / scale
        return (scale == 1 ? "\(Int(clamping: rounded))" : "\(rounded)") + " \(unit)"
      }
      value /= 1000
    }
    return "\(value.rounded()) PB"
  }
}
