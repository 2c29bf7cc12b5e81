import Foundation
import Workloads

// measure SUBJECT WORKLOAD [SECONDS]: times one workload and prints one line of JSON.
//
// The call is repeated for SECONDS, at least three times after one that is not counted. `seconds` is the least time of a
// call, `median_seconds` the middle one, `processor_seconds` the least of all threads together, which other programs disturb
// less. Without arguments it lists what there is, and what is huge.

func complain(_ text: String) -> Never {
  FileHandle.standardError.write(Data("measure: \(text)\n".utf8))
  exit(64)
}

/// Seconds that all threads of this process have used.
func processorTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count >= 2 else {
  for subject in Workload.subjects {
    for workload in subject.workloads { print(subject.name, workload.name, workload.isHuge ? "huge" : "") }
  }
  exit(0)
}
let names = Array(arguments)
guard let subject = Workload.subjects.first(where: { $0.name == names[0] }) else {
  complain("no subject '\(names[0])'; there are \(Workload.subjects.map(\.name).joined(separator: ", "))")
}
guard let workload = subject.workloads.first(where: { $0.name == names[1] }) else {
  complain("no workload '\(names[1])'; there are \(subject.workloads.map(\.name).joined(separator: ", "))")
}
guard let budget = names.count > 2 ? Double(names[2]) : 0.5, budget >= 0 else {
  complain("'\(names[2])' is no number of seconds")
}

let call = try workload.prepare()
let clock = ContinuousClock()
try call()
var times: [Double] = []
var processorSeconds = Double.infinity
let start = clock.now
while times.count < 3 || (clock.now - start) / .seconds(1) < budget {
  let used = processorTime()
  times.append(try clock.measure(call) / .seconds(1))
  processorSeconds = min(processorSeconds, processorTime() - used)
}
times.sort()
var line: [String: Any] = [
  "workload": workload.name, "amount": workload.amount, "unit": workload.unit, "repetitions": times.count,
  "seconds": times[0], "median_seconds": times[times.count / 2], "processor_seconds": processorSeconds,
]
if let (name, value) = try workload.check?() { line[name] = value }
let text = try JSONSerialization.data(withJSONObject: line, options: .sortedKeys)
print(String(decoding: text, as: UTF8.self))
