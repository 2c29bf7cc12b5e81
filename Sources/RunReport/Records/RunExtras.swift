import FeynmanKac
import Libc
import RunConfigurations

/// What an experiment left in a run's folder for its report.
struct RunExtras {
  /// The figures of `metrics.json`, in its order.
  var metrics: [Metric] = []
  /// What lies in `pictures/`, by name.
  var pictures: [Picture] = []
  /// What there is to say of all pictures together.
  var picturesCaption: String?
  /// The energy of each particle, in units of the experiment; nil where it left none.
  var energies: [Double]?

  struct Metric {
    let name: String
    /// What people call it.
    let label: String
    let text: String
  }

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
  init(folder: String, particles: Int) throws {
    if let members = try Self.members(of: "\(folder)/\(ResultFolder.metricsName)") {
      let labels = try Self.labels(of: "\(folder)/\(ResultFolder.metricLabelsName)")
      metrics = try members.map { (member) throws(FileError) in
        let label = labels[member.key] ?? Self.Label(member.key)
        return Metric(
          name: member.key, label: label.text,
          text: try label.text(of: member, path: "\(folder)/\(ResultFolder.metricsName)"))
      }
    }
    let energiesPath = "\(folder)/\(ResultFolder.energiesName)"
    if Self.exists(energiesPath) { energies = try Self.energies(of: energiesPath, particles: particles) }
    let picturesFolder = "\(folder)/\(ResultFolder.picturesName)"
    pictures = try FolderNames.of(picturesFolder).filter { $0.hasSuffix(".svg") }.map {
      try Self.picture("\(picturesFolder)/\($0.dropLast(4))", name: String($0.dropLast(4)))
    }
    picturesCaption = try Self.caption("\(picturesFolder)/\(ResultFolder.picturesCaptionName)")
  }

  private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  private static func picture(_ path: String, name: String) throws -> Picture {
    let svg = try FileBytes.read(path + ".svg", atMost: largestPicture)
    guard String(validating: svg, as: UTF8.self)?.contains("<svg") == true else {
      throw FileError(.malformed, path + ".svg", "is not an SVG: it holds no '<svg' in UTF-8")
    }
    return Picture(name: name, caption: try caption(path + ".txt") ?? name, svg: svg)
  }

  private static func caption(_ path: String) throws(FileError) -> String? {
    exists(path) ? try ResultFolder.text(path).trimmed : nil
  }

  private static func energies(of path: String, particles: Int) throws -> [Double] {
    let array = try NPYArray<Double>(file: path)
    guard array.shape == [particles] else {
      throw FileError(.malformed, path, "has shape \(array.shape); summary.json says [\(particles)]")
    }
    if let row = array.values.firstIndex(where: { !$0.isFinite }) {
      throw FileError(.malformed, path, "row \(row) is not finite")
    }
    return array.values
  }

  // MARK: - Figures

  private static func members(of path: String) throws(FileError) -> [JSONValue.Member]? {
    exists(path) ? try SummaryReader.members(of: try ResultFolder.text(path), path: path) : nil
  }

  private static func labels(of path: String) throws(FileError) -> [String: Label] {
    var labels: [String: Label] = [:]
    for member in try members(of: path) ?? [] {
      guard case .text(let text) = member.value else {
        throw FileError(.malformed, path, "'\(member.key)' is \(member.value.summary); give a text")
      }
      labels[member.key] = Label(stated: text)
    }
    return labels
  }

  /// What people call a figure, and how they read it.
  private struct Label {
    let text: String
    /// The figure is a share of one.
    let isShare: Bool

    /// The label of a figure that has none stated: its name in words.
    init(_ name: String) {
      text = name.map { $0 == "_" ? " " : String($0) }.joined()
      isShare = false
    }

    init(stated text: String) {
      let percent = ", in %"
      isShare = text.hasSuffix(percent)
      self.text = isShare ? String(text.dropLast(percent.count)) : text
    }

    func text(of member: JSONValue.Member, path: String) throws(FileError) -> String {
      switch member.value {
      case .text(let text): return text
      case .null: return "–"
      case .number(let digits):
        let isWhole = !digits.contains { ".eE".contains($0) } && digits.count < 16
        let number = Double(digits) ?? .nan
        if isShare, number.isFinite { return FigureText.fixed(100 * number, 1) + "\u{A0}%" }
        // Beyond what a float holds, as it is written.
        return isWhole || !number.isFinite ? member.value.summary : FigureText.digits(number, 5)
      default:
        throw FileError(
          .malformed, path, "'\(member.key)' is \(member.value.summary); give a number, a text or null")
      }
    }
  }
}
