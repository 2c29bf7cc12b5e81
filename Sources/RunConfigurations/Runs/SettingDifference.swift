/// Where two resolved configs part.
enum SettingDifference {
  /// The first difference in words, such as `sampler.steps was 50 and is 60 now`; nil where both make the same run.
  ///
  /// A file that is pinned by its sum may have moved.
  static func first(from old: Setting, to new: Setting, at path: SettingPath = SettingPath()) -> String? {
    guard old != new else { return nil }
    guard let oldEntries = old.entries, let newEntries = new.entries else {
      return "\(path) was \(text(old)) and is \(text(new)) now"
    }
    let isPinned = old["sha256"] != nil && new["sha256"] != nil
    for entry in oldEntries where !(isPinned && entry.key == "file") {
      let inner = path + entry.key
      guard let value = new[entry.key] else { return "\(inner) was \(text(entry.value)) and is not set now" }
      if let difference = first(from: entry.value, to: value, at: inner) { return difference }
    }
    if let entry = newEntries.first(where: { old[$0.key] == nil }) {
      return "\(path + entry.key) was not set and is \(text(entry.value)) now"
    }
    // The order of models and terms decides the streams and sums of a run.
    let keys = (old: oldEntries.map(\.key), new: newEntries.map(\.key))
    guard keys.old != keys.new else { return nil }
    return "\(path) was in the order \(keys.old.joined(separator: ", "))"
  }

  private static func text(_ setting: Setting) -> String {
    let text = SettingText.inline(setting)
    return text.count <= 60 ? text : text.prefix(59) + "…"
  }
}
