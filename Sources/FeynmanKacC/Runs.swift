import CFeynmanKac
import FeynmanKac
import RunConfigurations
import RunReport

@_cdecl("fkc_run")
package func run(
  _ config: UnsafePointer<CChar>, _ options: UnsafePointer<fkc_options>?, _ functions: OpaquePointer?,
  _ result: UnsafeMutablePointer<OpaquePointer?>, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  let options = Options(options)
  let failures = CallFailures()
  return reporting(to: error, failures) {
    let configuration = try configuration(config, options, functions, failures)
    result.pointee = try sampled(configuration, options, failures).given
  }
}

@_cdecl("fkc_check")
package func check(
  _ config: UnsafePointer<CChar>, _ options: UnsafePointer<fkc_options>?, _ functions: OpaquePointer?,
  _ plan: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  let options = Options(options)
  let failures = CallFailures()
  return reporting(to: error, failures) {
    let configuration = try configuration(config, options, functions, failures, programs: .withheld)
    let checked = try CheckedPlan(configuration, threads: options.threads)
    try checked.memory.check()
    plan.pointee = CText.copy(checked.text)
  }
}

private func configuration(
  _ text: UnsafePointer<CChar>, _ options: Options, _ functions: OpaquePointer?, _ failures: CallFailures,
  programs: ProgramConsent? = nil
) throws -> RunConfiguration {
  try RunConfiguration(
    text: String(cString: text), file: options.file, overrides: options.overrides(),
    programs: programs ?? options.programs,
    loaded: LoadedModels(isCancelled: { options.isStopped }),
    functions: functions.map { FunctionSet.at($0).functions(reporting: failures) } ?? HostFunctions())
}

/// The result of a run, in memory or in its folder.
private func sampled(_ configuration: RunConfiguration, _ options: Options, _ failures: CallFailures) throws
  -> ResultHandle
{
  let prepared = try PreparedRun(
    configuration, threads: options.threads, keepsTrajectory: options.output == nil)
  let observer = StepObserver(options, failures)
  let host = RunHost(
    report: { $0.forEach(options.notice) }, isInterrupted: { options.isStopped },
    page: options.writesReport ? reportPage : nil)
  guard let folder = options.output else {
    let run = prepared.askingNetworks()
    host.report(run.warnings)
    return ResultHandle(try run.sample(for: host, observer: observer), name: configuration.file)
  }
  let run = FolderRun(
    prepared, into: folder, overwrite: options.overwrite, resume: options.resume, for: host)
  if try run.isDone() { return try ResultHandle(reading: folder) }
  try run.checkInputs()
  let (results, checkpoint) = try run.open()
  defer { results.discard() }
  let finished = try run.sample(
    into: results, from: { _ in PreparedRun.Origin(checkpoint) }, observer: observer)
  return try ResultHandle(finished, in: folder)
}

private let reportPage: RunHost.Page = { folder, files throws in try page(of: files, in: folder) }

/// A report on a run.
///
/// - Parameter folder: Where its files are, or what it is called.
func page(of files: RunFiles, in folder: String) throws -> [UInt8] {
  let record = try RunRecord(folder: folder, files)
  return Report([record]).page.bytes
}
