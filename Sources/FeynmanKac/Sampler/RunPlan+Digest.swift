internal import CKernels

extension RunPlan {
  /// A number that differs between plans with other levels, exponents, noise or settings; of models it knows nothing.
  var digest: UInt32 {
    var numbers = path.levels + path.signals + rewardScales
    for term in terms { numbers += term.exponents }
    numbers += (0..<steps).map { self.numbers(ofStep: $0).noiseScale.middle }
    numbers += [
      resampling.threshold, population.exchange?.threshold ?? 0, Double(needs.rawValue), Double(dimensions),
    ]
    let sum = numbers.withUnsafeBytes { fk_crc32c(0, $0.baseAddress!, $0.count) }
    let words = Array(
      "\(resampling.resampler) \(controls) \(type(of: scheme)) \(type(of: correction)) \(start) \(denoising) \(generator) \(rejuvenation?.description ?? "")"
        .utf8)
    return words.withUnsafeBytes { fk_crc32c(sum, $0.baseAddress!, $0.count) }
  }
}
