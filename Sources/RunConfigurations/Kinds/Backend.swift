import ScoreNetworks

/// A library that is loaded when something needs it, and that may not be installed.
enum Backend: Sendable {
  case blas
  case openVINO

  var isInstalled: Bool {
    switch self {
    case .blas:
      do throws(BLAS.Unavailable) { try BLAS.load() } catch { return false }
    case .openVINO:
      do throws(OpenVINO.Unavailable) { try OpenVINO.load() } catch { return false }
    }
    return true
  }
}
