internal import CKernels

// Numbers as sentences have them.

extension Double {
  /// The value with at most so many significant digits; with a power of ten where it is small or large, as `%.3g` has it.
  package func text(significant digits: Int) -> String { printed("g", digits) }

  /// The value with so many digits behind the point, as `%.3f` has it.
  package func text(decimals: Int) -> String { printed("f", decimals) }

  /// The value as a number below ten with so many digits behind the point and a power of ten, as `%.3e` has it.
  package func scientificText(decimals: Int) -> String { printed("e", decimals) }

  private func printed(_ conversion: Unicode.Scalar, _ digits: Int) -> String {
    // The largest number has 309 digits before the point.
    let size = 320 + max(0, digits)
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { text in
      fk_print_number(text.baseAddress, size, CChar(clamping: conversion.value), CInt(clamping: digits), self)
      return String(cString: text.baseAddress!)
    }
  }
}
