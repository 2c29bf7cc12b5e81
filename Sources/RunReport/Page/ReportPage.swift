import CReportAssets
import RunConfigurations

/// A report as one HTML file that needs nothing else: no network, no file beside it.
package struct ReportPage {
  let title: String
  let body: HTMLText
  let charts: [Chart]

  /// How a page says near its front who made it, of any version.
  package static let generator = "<meta name=\"generator\" content=\"fkc "

  /// The whole file, in UTF-8.
  package var bytes: [UInt8] {
    let library = UnsafeRawBufferPointer(start: fk_vega_script(), count: fk_vega_script_size())
    let figures: JSONText = [
      "config": Chart.configuration, "specs": .object(charts.map { ($0.name, $0.spec) }),
    ]
    // Nothing but these two scripts may run and nothing be loaded, whatever a run's files hold.
    let policy =
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
      + "script-src '\(Self.hash(library))' '\(Self.hash(ReportScript.source))'; base-uri 'none'; form-action 'none'"
    let before: HTMLText = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="fkc \(Versions.fkc)">
      <title>\(title)</title>
      <style>
      \(HTMLText(script: ReportStyle.sheet))
      </style>
      </head>
      <body>
      \(body)
      <noscript><p>Figures need JavaScript; all of it is in this file.</p></noscript>
      <script type="application/json" id="figures">\(HTMLText(json: figures))</script>
      <script>
      """
    let after: HTMLText = """
      </script>
      <script>\(HTMLText(script: ReportScript.source))</script>
      </body>
      </html>

      """
    var bytes = Array(before.markup.utf8)
    bytes.reserveCapacity(bytes.count + library.count + after.markup.utf8.count)
    bytes.append(contentsOf: library)
    bytes.append(contentsOf: after.markup.utf8)
    return bytes
  }

  private static func hash(_ script: String) -> String {
    Array(script.utf8).withUnsafeBytes { hash($0) }
  }

  private static func hash(_ script: UnsafeRawBufferPointer) -> String {
    var function = SHA256()
    function.update(script)
    return "sha256-" + Base64.text(function.digest.bytes)
  }
}
