import FeynmanKac
import ParticleEngine

extension FuzzTarget {
  /// A file of state, byte by byte, and its head as a checkpoint and as a part. Few inputs get past the checksums: see `checkpoint`.
  static let state = FuzzTarget("state") { bytes in
    let path = folder.write("state-0", bytes)
    try StateFileReader(path).verify()
    let (newest, problems) = Checkpoint.newest(in: folder.path)
    precondition(newest != nil || !problems.isEmpty, "a file was neither taken nor refused")
    _ = try? Checkpoint(parts: [path])
    _ = try Checkpoint(path)
  }

  private static let folder = FuzzFolder("state")
}
