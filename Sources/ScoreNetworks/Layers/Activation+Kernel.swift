internal import CKernels

extension Activation {
  static let identityKernel = CInt(FK_IDENTITY)
  static let sigmoidKernel = CInt(FK_SIGMOID)

  var kernel: CInt {
    switch self {
    case .silu: CInt(FK_SILU)
    case .gelu: CInt(FK_GELU)
    case .relu: CInt(FK_RELU)
    case .tanh: CInt(FK_TANH)
    }
  }

  /// `values = activation(values + bias)`, `[rows, width]`.
  func apply(
    rows: Int, width: Int, bias: UnsafePointer<Float>? = nil, _ values: UnsafeMutablePointer<Float>
  ) {
    fk_activate(kernel, rows, width, bias, values)
  }
}
