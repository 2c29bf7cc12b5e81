// Many runs of the library in one process: soak.py builds it and judges what it prints.
//
//     library RUNS [memory|files|threads|bytes]      the second is a leak, or a fault, that is put in for soak.py to find
//
// A line every so many runs: kilobytes in memory, open files, threads.
import FeynmanKac

#if canImport(Glibc)
  import Glibc
#endif

/// What a file of `/proc` says, as words of lines.
func lines(of path: String) -> [[Substring]] {
  guard let file = fopen(path, "r") else { fatalError("\(path) cannot be read") }
  defer { fclose(file) }
  var bytes = [CChar](repeating: 0, count: 16384)
  let count = fread(&bytes, 1, bytes.count, file)
  let text = String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  return text.split(separator: "\n").map { $0.split { $0 == " " || $0 == "\t" } }
}

/// How many files are open.
func openFiles() -> Int {
  guard let folder = opendir("/proc/self/fd") else { fatalError("/proc/self/fd cannot be read") }
  defer { closedir(folder) }
  var count = 0
  while readdir(folder) != nil { count += 1 }
  // Itself, `.` and `..`.
  return count - 3
}

func holdings() -> String {
  let status = lines(of: "/proc/self/status")
  func value(_ name: Substring) -> Substring {
    guard let line = status.first(where: { $0.first == name }) else { fatalError("no \(name)") }
    return line[1]
  }
  return "\(value("VmRSS:")) \(openFiles()) \(value("Threads:"))"
}

/// What a thread does that never ends.
nonisolated func sleepForEver() -> Never {
  while true { pause() }
}

func sampler(_ kind: Int) throws -> Sampler {
  let mixture = try GaussianMixture(
    means: [[-2, 0.5], [1.5, -1], [0.2, 2]], weights: [0.2, 0.5, 0.3],
    standardDeviations: [[0.5, 0.5], [0.7, 0.4], [0.6, 0.8]])
  return Sampler(
    process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 20),
    target: .annealed(mixture, inverseTemperature: .constant(Double(1 + kind % 4))), steps: 4 + kind % 5)
}

let runs = Int(CommandLine.arguments[1])!
let fault = CommandLine.arguments.count > 2 ? CommandLine.arguments[2] : ""
// As many kinds as there are remainders.
var first = [Int: [Float]]()
var leaked = [[UInt8]]()
for number in 0..<runs {
  let kind = number % 20
  let seed = UInt64(fault == "bytes" ? number : kind)
  let result = try sampler(kind).run(particles: 32, islands: 1 + kind % 2, seed: seed, threads: 1 + kind % 3)
  if first[kind] == nil { first[kind] = result.samples }
  if first[kind] != result.samples {
    print("run \(number) has other samples than the first of its kind")
    exit(1)
  }
  if fault == "memory" { leaked.append([UInt8](repeating: UInt8(number & 255), count: 65536)) }
  if fault == "files" { _ = open("/dev/null", O_RDONLY) }
  if fault == "threads" {
    var thread = pthread_t()
    pthread_create(&thread, nil, { @Sendable _ in sleepForEver() }, nil)
  }
  if number % max(1, runs / 1000) == 0 { print(holdings()) }
}
