internal import CMiniZip
import FeynmanKac
import Libc

/// A ZIP archive that is written to an open descriptor, its files stored as they are.
final class ZipArchive {
  private let zip: OpaquePointer
  private let path: String
  private var isOpen = true

  /// - Parameter path: What errors call it.
  /// - Throws: `FileError`, unwritable, where there is no memory for it.
  init(to descriptor: CInt, shownAs path: String) throws(FileError) {
    guard let zip = fk_zip_open(descriptor) else {
      throw FileError(.unwritable, path, String(cString: strerror(ENOMEM)))
    }
    self.zip = zip
    self.path = path
  }

  deinit { if isOpen { _ = fk_zip_close(zip) } }

  /// Adds an array as an NPY file.
  ///
  /// - Throws: `FileError`, unwritable.
  func add<Element>(_ name: String, _ array: NPYArray<Element>) throws(FileError) {
    try check(fk_zip_begin(zip, name))
    try check(array.headerBytes.withUnsafeBytes { fk_zip_write(zip, $0.baseAddress, $0.count) })
    try check(array.values.withUnsafeBytes { fk_zip_write(zip, $0.baseAddress, $0.count) })
    try check(fk_zip_end(zip))
  }

  /// - Throws: `FileError`, unwritable.
  func close() throws(FileError) {
    isOpen = false
    try check(fk_zip_close(zip))
  }

  private func check(_ error: CInt) throws(FileError) {
    guard error == 0 else { throw FileError(.unwritable, path, String(cString: strerror(error))) }
  }
}
