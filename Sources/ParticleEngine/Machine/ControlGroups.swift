/// The control groups (cgroups) of Linux that this process is in, of both versions.
package struct ControlGroups {
  /// The folder that `/proc` and `/sys` are looked for in.
  let root: String

  /// - Parameter root: The folder above the files, the system's own by default.
  package init(root: String = "") { self.root = root }

  /// The group's folder and those above it for one controller, such as "memory": a limit of any of them holds.
  private func folders(of controller: String) -> [(path: String, isUnified: Bool)] {
    guard let groups = text("/proc/self/cgroup"), let mounts = text("/proc/self/mountinfo") else { return [] }
    var folders: [(String, Bool)] = []
    for line in groups.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isUnified = parts[0] == "0" && parts[1].isEmpty
      guard isUnified || parts[1].split(separator: ",").contains(Substring(controller)) else { continue }
      for mount in mounts.split(separator: "\n") {
        guard let mount = Mount(mount), mount.holds(isUnified ? nil : controller) else { continue }
        folders += mount.folders(ofGroup: String(parts[2])).map { ($0, isUnified) }
      }
    }
    return folders
  }

  /// A line of `mountinfo`.
  private struct Mount {
    /// What of the hierarchy is mounted, and where.
    let group: String
    let place: String
    private let type: Substring
    private let options: [Substring]

    init?(_ line: Substring) {
      let halves = line.split(separator: " - ", maxSplits: 1)
      guard halves.count == 2 else { return nil }
      let left = halves[0].split(separator: " ")
      let right = halves[1].split(separator: " ")
      guard left.count >= 5, right.count >= 3 else { return nil }
      group = String(left[3])
      place = String(left[4])
      type = right[0]
      options = right[2].split(separator: ",")
    }

    /// - Parameter controller: Nil for the unified hierarchy of version 2.
    func holds(_ controller: String?) -> Bool {
      guard let controller else { return type == "cgroup2" }
      return type == "cgroup" && options.contains(Substring(controller))
    }

    /// The folders from the group's own up to the mount.
    func folders(ofGroup path: String) -> [String] {
      // In a container the group is called as outside, and its folder is the mount itself.
      let isBelow = group == "/" || path == group || path.hasPrefix(group + "/")
      var rest = isBelow ? Substring(path.dropFirst(group == "/" ? 0 : group.count)) : ""
      while rest.hasSuffix("/") { rest = rest.dropLast() }
      var folders: [String] = []
      while !rest.isEmpty {
        folders.append(place + rest)
        guard let slash = rest.lastIndex(of: "/") else { break }
        rest = rest[..<slash]
      }
      return folders + [place]
    }
  }

  // MARK: - Limits

  /// Bytes that may still be taken before some group's limit is reached, what the system can drop at once not counted as
  /// taken; nil without a limit.
  package var memoryLeft: Int? {
    folders(of: "memory").compactMap { folder, isUnified in
      let names =
        isUnified ? ("memory.max", "memory.current") : ("memory.limit_in_bytes", "memory.usage_in_bytes")
      // Version 1 says a number near 2^63 where there is no limit.
      guard let limit = number(folder + "/" + names.0), limit < 1 << 60 else { return nil }
      let taken = number(folder + "/" + names.1) ?? 0
      let prefix = isUnified ? "" : "total_"
      let cached = ["active_file", "inactive_file"].reduce(0) { sum, name in
        sum + (figure(prefix + name, in: folder + "/memory.stat") ?? 0)
      }
      return max(0, limit - max(0, taken - cached))
    }.min()
  }

  /// How many processors' time the groups may take; nil without a limit.
  package var processors: Double? {
    folders(of: "cpu").compactMap { folder, isUnified in
      let words =
        isUnified
        ? (text(folder + "/cpu.max") ?? "").split(whereSeparator: \.isWhitespace)
        : ["cpu.cfs_quota_us", "cpu.cfs_period_us"].compactMap { name in
          text("\(folder)/\(name)")?.split(whereSeparator: \.isWhitespace).first
        }
      guard words.count == 2, let quota = Double(words[0]), let period = Double(words[1]), quota > 0,
        period > 0
      else { return nil }
      return quota / period
    }.min()
  }

  // MARK: - Files

  private func text(_ path: String) -> String? {
    (try? FileBytes.read(root + path)).map { String(decoding: $0, as: UTF8.self) }
  }

  private func number(_ path: String) -> Int? {
    text(path)?.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
  }

  /// A figure from a file with a name and a number on each line.
  private func figure(_ name: String, in path: String) -> Int? {
    for line in (text(path) ?? "").split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2, words[0] == name { return Int(words[1]) }
    }
    return nil
  }
}
