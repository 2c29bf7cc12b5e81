import Foundation
import Testing

/// Disks that are full or cannot be written, on small ones of the tests' own.
@Suite(.enabled(if: CommandLineProgram.hasNamespaces, "mounting a small disk takes root"))
struct DiskSpaceTests {
  /// Runs a line of shell with a disk of so many bytes at `disk`.
  private func onDisk(_ size: String, _ line: String) throws -> CommandLineProgram.Outcome {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text([2: "particles: 500"]))
    return try program.shell(
      "mkdir disk; exec unshare -m sh -c 'mount -t tmpfs -o size=\(size) none disk && { \(line); }'")
  }

  @Test("results for which there is room stay without the report for which there is none")
  func noRoomForReport() throws {
    let outcome = try onDisk(
      "400k",
      "$FKC run c.yaml --output disk/out --progress none; echo $?; ls -A disk/out"
    )
    #expect(
      outcome
        == .init(
          status: 0,
          output:
            "disk/out\n0\nancestors.npy\nconfig.yaml\ngenealogy.npy\nlog_weights.npy\nsamples.npy\nsummary.json\ntrace.csv\n",
          errors: """
            fkc: disk/out: the results are whole, and no report was written
            fkc: disk/out/report.html: No space left on device

            """))
  }

  @Test("a run, and a sweep, whose arrays cannot fit are refused with both figures before they start")
  func noRoom() throws {
    #expect(
      try onDisk("1m", "$FKC run c.yaml --set particles=20000 --output disk/out; echo $?; ls -A disk")
        == .init(
          status: 0, output: "73\n",
          errors: "fkc: disk/out: the results need 3.04 MB; its disk has 1.05 MB left\n"))
    #expect(
      try onDisk("1m", "$FKC sweep c.yaml --seeds 0-19 --output disk/out; echo $?; ls -A disk")
        == .init(
          status: 0, output: "73\n",
          errors: "fkc: disk/out: the results need 1.52 MB; its disk has 1.05 MB left\n"))
  }

  @Test("a disk that fills in the commit leaves the old run as it was")
  func fullInCommit() throws {
    let outcome = try onDisk(
      "260k",
      """
      $FKC run c.yaml --output disk/out --progress none --no-report && cat disk/out/* | cksum > before
      $FKC run c.yaml --output disk/out --progress none --no-report --overwrite --seed 9 --set sampler.steps=900; echo $?
      cat disk/out/* | cksum | cmp - before && ls -A disk/out | grep -c partial
      """)
    #expect(outcome.output == "disk/out\n73\n0\n", "\(outcome)")
    #expect(outcome.errors.hasSuffix(": No space left on device\n"), "\(outcome)")
  }

  @Test("a file that the process may not make so large is refused too")
  func fileSizeLimit() throws {
    #expect(
      try onDisk("1m", "ulimit -f 20; $FKC run c.yaml --output disk/out; echo $?; ls -A disk")
        == .init(
          status: 0, output: "73\n",
          errors:
            "fkc: disk/out: the results need a file of 64.0 kB; this process may write 10.2 kB into one (ulimit -f)\n"
        ))
  }

  @Test("a folder that cannot be written is an error of its own, and a run in it is read still")
  func readOnly() throws {
    let outcome = try onDisk(
      "4m",
      """
      $FKC run c.yaml --output disk/out --progress none --no-report && mount -o remount,ro disk
      $FKC run c.yaml --output disk/new; echo $?
      $FKC run c.yaml --output disk/out; echo $?
      $FKC run c.yaml --output disk/out --overwrite; echo $?
      $FKC report disk/out; echo $?
      $FKC report disk/out --output r.html; echo $?
      """)
    #expect(outcome.output == "disk/out\n73\n73\n73\n73\nr.html\n0\n")
    #expect(
      outcome.errors == """
        fkc: disk/new: Read-only file system
        fkc: disk/out: already holds a run (summary.json); give --overwrite or another folder
        fkc: disk/out: Read-only file system
        fkc: disk/out: Read-only file system

        """)
  }

  /// Seen to catch: 0.1.0, which waited for ever for a thread that it could not have.
  @Test(
    "a process that may have no more threads commits all the same",
    .enabled(if: CommandLineProgram.hasOtherUser, "another user cannot run the program"))
  func noThreads() throws {
    let outcome = try onDisk(
      "4m",
      """
      chmod 777 . disk
      timeout 20 setpriv --reuid=65534 --clear-groups prlimit --nproc=1 \"$FKC\" run c.yaml --output disk/out --progress none --set sampler.control=radial; echo $?
      """)
    #expect(outcome == .init(status: 0, output: "disk/out\n0\n", errors: ""))
  }
}
