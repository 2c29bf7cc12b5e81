import FeynmanKac

/// How many rows a model is asked for in one call, as a config says it.
enum BatchRows: Equatable {
  case rows(Int)
  case all
  case blocks

  /// - Parameter callsAtOnce: How many calls `all` is shared by.
  func batching(callsAtOnce: Int) -> Batching {
    switch self {
    case .rows(let rows): .rows(rows)
    case .all: .all(callsAtOnce: callsAtOnce)
    case .blocks: .blocks
    }
  }
}

extension TypedShape where Value == BatchRows {
  /// A number of rows, or one of two words.
  static var batchRows: Self {
    Self(
      .either([.wholeNumber(1...0x7FFF_FFFF), .choice(["all", "blocks"])]),
      read: { setting in
        if let rows = setting.wholeNumber { return .rows(Int(clamping: rows)) }
        return setting == .text("all") ? .all : .blocks
      },
      write: { rows in
        switch rows {
        case .rows(let count): .wholeNumber(UInt64(clamping: count))
        case .all: .text("all")
        case .blocks: .text("blocks")
        }
      })
  }
}
