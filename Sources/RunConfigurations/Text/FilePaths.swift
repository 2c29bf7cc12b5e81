import Libc

/// Paths as text, without looking at the disk.
package enum FilePaths {
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// A path that a config gives, seen from the working directory.
  package static func joined(_ path: String, to folder: String) -> String {
    path.hasPrefix("/") || folder == "." ? path : (folder == "/" ? "/" : folder + "/") + path
  }

  /// The same without `.` and `..`, from the root.
  package static func absolute(_ path: String, in folder: String) -> String {
    var full = joined(path, to: folder)
    if !full.hasPrefix("/"), let current = getcwd(nil, 0) {
      full = String(cString: current) + "/" + full
      free(current)
    }
    var components: [Substring] = []
    for component in full.split(separator: "/") where component != "." {
      if component == ".." { _ = components.popLast() } else { components.append(component) }
    }
    return "/" + components.joined(separator: "/")
  }
}
