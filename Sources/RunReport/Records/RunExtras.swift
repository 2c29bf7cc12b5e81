import FeynmanKac
import Libc
import RunConfigurations

/// What an experiment left in a run's folder for its report.
struct RunExtras {
  /// The figures of `metrics.json`, in its order.
  var metrics: [(name: String, text: String)] = []
  /// What lies in `pictures/`, by name.
  var pictures: [Picture] = []

  struct Picture {
    let name: String
    let caption: String
    /// Shown as an image, never as part of the page: nothing in it can run.
    let svg: [UInt8]
  }

  /// The largest picture that is shown, in bytes.
  private static let largestPicture = 1 << 26

  init() {}

  /// - Throws: `FileError` where one of the files is there and damaged.
  init(folder: String) throws {
    if access("\(folder)/\(ResultFolder.metricsName)", F_OK) == 0 {
      metrics = try Self.metrics(of: "\(folder)/\(ResultFolder.metricsName)")
    }
    for name in FolderNames.of("\(folder)/\(ResultFolder.picturesName)") where name.hasSuffix(".svg") {
      let path = "\(folder)/\(ResultFolder.picturesName)/\(name)"
      let stem = String(name.dropLast(4))
      let svg = try FileBytes.read(path, atMost: Self.largestPicture)
      guard String(validating: svg, as: UTF8.self)?.contains("<svg") == true else {
        throw FileError(.malformed, path, "is not an SVG: it holds no '<svg' in UTF-8")
      }
      let captionPath = "\(folder)/\(ResultFolder.picturesName)/\(stem).txt"
      let hasCaption = access(captionPath, F_OK) == 0
      let caption = hasCaption ? try ResultFolder.text(captionPath) : stem
      pictures.append(
        Picture(name: stem, caption: caption.trimmed, svg: svg))
    }
  }

  private static func metrics(of path: String) throws(FileError) -> [(name: String, text: String)] {
    var metrics: [(name: String, text: String)] = []
    for member in try SummaryReader.members(of: try ResultFolder.text(path), path: path) {
      switch member.value {
      case .text(let text): metrics.append((member.key, text))
      case .null: metrics.append((member.key, "–"))
      case .number(let digits):
        let isWhole = !digits.contains { ".eE".contains($0) } && digits.count < 16
        let number = Double(digits) ?? .nan
        // Beyond what a float holds, as it is written.
        let isWritten = isWhole || !number.isFinite
        metrics.append((member.key, isWritten ? member.value.summary : FigureText.digits(number, 5)))
      default:
        throw FileError(
          .malformed, path, "'\(member.key)' is \(member.value.summary); give a number, a text or null")
      }
    }
    return metrics
  }
}
