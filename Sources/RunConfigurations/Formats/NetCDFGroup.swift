internal import CNetCDF

/// What netCDF's library says of a call that failed.
struct NetCDFError: Error {
  let status: CInt

  /// - Throws: The status where it is not 0.
  static func check(_ status: CInt) throws(NetCDFError) {
    guard status == 0 else { throw NetCDFError(status: status) }
  }
}

/// A NetCDF file that is written, or a group in it.
final class NetCDFGroup {
  private let number: CInt
  private var isOpen: Bool
  /// Dimensions of the group by their names.
  private var dimensions: [String: CInt] = [:]

  /// Begins a file, in place of what is there. The library must be loaded.
  init(creating path: String) throws(NetCDFError) {
    var file: CInt = 0
    try NetCDFError.check(fk_netcdf_create(path, &file))
    number = file
    isOpen = true
  }

  private init(_ number: CInt) {
    self.number = number
    isOpen = false
  }

  func group(_ name: String) throws(NetCDFError) -> NetCDFGroup {
    var group: CInt = 0
    try NetCDFError.check(fk_netcdf_group(number, name, &group))
    return NetCDFGroup(group)
  }

  func set(_ name: String, _ text: String) throws(NetCDFError) {
    try NetCDFError.check(fk_netcdf_text(number, name, text))
  }

  func set(_ name: String, _ value: Double) throws(NetCDFError) {
    try NetCDFError.check(fk_netcdf_number(number, name, value))
  }

  /// Writes a variable.
  ///
  /// - Parameters:
  ///   - values: Row-major.
  ///   - axes: The dimensions, which are made where the group has none of the name, and their lengths.
  func put<Element: NetCDFElement>(_ name: String, _ values: [Element], _ axes: [(name: String, length: Int)])
    throws(NetCDFError)
  {
    precondition(axes.reduce(1) { $0 * $1.length } == values.count, "axes do not hold the values of \(name)")
    var numbers: [CInt] = []
    for axis in axes { numbers.append(try dimension(axis.name, axis.length)) }
    var variable: CInt = 0
    try NetCDFError.check(
      fk_netcdf_variable(number, name, Element.netCDFType, CInt(clamping: numbers.count), numbers, &variable))
    try NetCDFError.check(values.withUnsafeBytes { fk_netcdf_put(number, variable, $0.baseAddress) })
  }

  private func dimension(_ name: String, _ length: Int) throws(NetCDFError) -> CInt {
    if let made = dimensions[name] { return made }
    var made: CInt = 0
    try NetCDFError.check(fk_netcdf_dimension(number, name, length, &made))
    dimensions[name] = made
    return made
  }

  /// Ends a file.
  func close() throws(NetCDFError) {
    isOpen = false
    try NetCDFError.check(fk_netcdf_close(number))
  }

  /// Ends a file that was not closed because something went wrong.
  func abandon() {
    if isOpen { _ = fk_netcdf_close(number) }
    isOpen = false
  }
}

/// A number of a NetCDF variable.
protocol NetCDFElement: BitwiseCopyable {
  /// NetCDF's type of it.
  static var netCDFType: fk_netcdf_type { get }
}

extension Float: NetCDFElement {
  static var netCDFType: fk_netcdf_type { FK_NETCDF_FLOAT }
}

extension Double: NetCDFElement {
  static var netCDFType: fk_netcdf_type { FK_NETCDF_DOUBLE }
}

extension Int64: NetCDFElement {
  static var netCDFType: fk_netcdf_type { FK_NETCDF_INT64 }
}
