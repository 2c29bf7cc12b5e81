import ParticleEngine

/// A file of state as a list of its records, which any bytes can change, and which is written with the right checksums.
struct StateRecords {
  private(set) var records: [(name: [UInt8], content: [UInt8])] = []

  /// - Parameter bytes: Of a file that is whole.
  init(_ bytes: [UInt8]) {
    var place = 8
    while place < bytes.count {
      let nameCount = Self.number(bytes[place..<place + 4])
      let start = place + 12 + nameCount
      let end = start + Self.number(bytes[place + 4..<place + 12])
      records.append((Array(bytes[place + 12..<start]), Array(bytes[start..<end])))
      place = end + 4
    }
    records.removeLast()
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// Changes records, each by five bytes and what follows them: the record's number, what is done to it, where (two bytes), and how many
  /// bytes follow.
  mutating func change(by bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while rest.count >= 5, !records.isEmpty {
      let head = Array(rest.prefix(5))
      rest = rest.dropFirst(5)
      let new = Array(rest.prefix(Int(head[4])))
      rest = rest.dropFirst(new.count)
      change(Int(head[0]) % records.count, head[1] % 6, at: Int(head[2]) | Int(head[3]) << 8, new)
    }
  }

  private mutating func change(_ index: Int, _ operation: UInt8, at place: Int, _ new: [UInt8]) {
    let count = records[index].content.count
    let start = min(place, count)
    switch operation {
    case 0: records[index].content.replaceSubrange(start..<min(start + new.count, count), with: new)
    case 1: records[index].content.insert(contentsOf: new, at: start)
    case 2: records[index].content.removeSubrange(start..<count)
    case 3: records[index].content = new
    case 4: records.remove(at: index)
    default: records[index].name = new
    }
  }

  /// - Returns: What went wrong.
  func write(to descriptor: CInt) -> String? {
    let writer = StateFileWriter(descriptor, shownAs: "state")
    do {
      for record in records {
        try record.content.withUnsafeBytes {
          try writer.write(String(decoding: record.name, as: UTF8.self), $0)
        }
      }
      try writer.finish()
    } catch { return "\(error)" }
    return nil
  }
}
