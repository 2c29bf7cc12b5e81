import Foundation

/// Chromium without a window, which loads a file and says what came of it.
struct Browser {
  struct Page {
    /// The document after its scripts ran.
    let document: String
    /// What scripts and the browser's checks wrote to the console.
    let console: [String]

    /// An attribute of the root element.
    func root(_ attribute: String) -> String? {
      Self.value(attribute, in: Self.tags("html", of: document)[0])
    }

    /// Each figure with the number of its visible marks; nil where it has none to say.
    var figures: [String: Int?] {
      var figures: [String: Int?] = [:]
      for tag in Self.tags("div", of: document) {
        guard let name = Self.value("data-chart", in: tag) else { continue }
        figures[name] = .some(Self.value("data-marks", in: tag).flatMap { Int($0) })
      }
      return figures
    }

    fileprivate static func tags(_ name: String, of document: String) -> [Substring] {
      document.split(separator: "<").filter { $0.hasPrefix(name + " ") }.map { $0.prefix { $0 != ">" } }
    }

    fileprivate static func value(_ attribute: String, in tag: Substring) -> String? {
      let parts = tag.components(separatedBy: " \(attribute)=\"")
      return parts.count > 1 ? String(parts[1].prefix { $0 != "\"" }) : nil
    }
  }

  /// Where it is installed; nil without one.
  static let executable: String? = {
    let environment = ProcessInfo.processInfo.environment
    if let given = environment["FKC_CHROMIUM"] { return given }
    let folders = (environment["PATH"] ?? "").split(separator: ":")
    for name in ["chromium", "chromium-browser", "google-chrome", "chromium-headless-shell"] {
      for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
        return "\(folder)/\(name)"
      }
    }
    return nil
  }()

  /// Where to keep the profile; below the folder of a test.
  let profile: URL

  func load(_ file: URL) throws -> Page {
    let (output, errors) = try run(["--dump-dom", "--enable-logging=stderr"], file, dark: false)
    return Page(
      document: String(decoding: output, as: UTF8.self),
      console: String(decoding: errors, as: UTF8.self).split(separator: "\n").map(String.init)
        .filter { $0.contains("CONSOLE") })
  }

  /// A picture of the page as PNG.
  func picture(of file: URL, dark: Bool = false) throws -> Data {
    let picture = profile.appendingPathExtension("png")
    _ = try run(["--screenshot=\(picture.path)", "--window-size=1040,2600"], file, dark: dark)
    return try Data(contentsOf: picture)
  }

  /// The page as printed.
  func print(_ file: URL) throws -> Data {
    let paper = profile.appendingPathExtension("pdf")
    _ = try run(["--print-to-pdf=\(paper.path)", "--no-pdf-header-footer"], file, dark: false)
    return try Data(contentsOf: paper)
  }

  /// How wide a page's content is in a window of a width, in pixels: larger where something overflows.
  func contentWidth(of file: URL, width: Int) throws -> Int? {
    // A window of a browser is never so narrow; a frame may be.
    let frame = file.deletingLastPathComponent().appendingPathComponent("frame.html")
    let script = "this.title = this.contentDocument.documentElement.scrollWidth"
    try Data(
      """
      <!DOCTYPE html><iframe src="\(file.lastPathComponent)" width="\(width)" height="900" frameborder="0" \
      onload="setTimeout(() => { \(script) }, 5000)"></iframe>
      """.utf8
    ).write(to: frame)
    let (output, _) = try run(["--dump-dom", "--allow-file-access-from-files"], frame, dark: false)
    return Page.value("title", in: Page.tags("iframe", of: String(decoding: output, as: UTF8.self))[0])
      .flatMap { Int($0) }
  }

  private func run(_ options: [String], _ file: URL, dark: Bool) throws -> (output: Data, errors: Data) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.executable!)
    // No sandbox, which containers do not allow; all pages are our own.
    process.arguments =
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
        "--user-data-dir=\(profile.path)", "--virtual-time-budget=30000",
      ] + (dark ? ["--blink-settings=preferredColorScheme=0"] : []) + options + [file.absoluteString]
    let errorFile = profile.appendingPathExtension("log")
    try Data().write(to: errorFile)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errorFile)
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (text, try Data(contentsOf: errorFile))
  }
}
