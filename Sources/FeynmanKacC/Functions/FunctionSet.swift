import CFeynmanKac
import RunConfigurations

/// The functions that a caller gave, by their names.
final class FunctionSet {
  var models: [String: (function: fkc_model_function, context: CallerContext)] = [:]
  var rewards: [String: (function: fkc_reward_function, context: CallerContext)] = [:]
  var processes: [String: CallerProcess] = [:]
  var resamplers: [String: (function: fkc_resampling_function, context: CallerContext)] = [:]

  /// The same for one run, whose failures are told apart from others'.
  func functions(reporting failures: CallFailures) -> HostFunctions {
    var functions = HostFunctions()
    functions.models = models.mapValues { callerModel($0.function, $0.context, failures) }
    functions.rewards = rewards.mapValues { callerReward($0.function, $0.context, failures) }
    functions.processes = processes
    for (name, given) in resamplers {
      functions.resamplers[name] = CallerResampler(
        name: name, function: given.function, context: given.context, failures: failures)
    }
    return functions
  }

  static func at(_ handle: OpaquePointer) -> FunctionSet {
    Unmanaged<FunctionSet>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
  }
}

@_cdecl("fkc_functions_new")
package func functionsNew() -> OpaquePointer {
  OpaquePointer(Unmanaged.passRetained(FunctionSet()).toOpaque())
}

@_cdecl("fkc_functions_free")
package func functionsFree(_ functions: OpaquePointer?) {
  if let functions { Unmanaged<FunctionSet>.fromOpaque(UnsafeRawPointer(functions)).release() }
}

@_cdecl("fkc_functions_model")
package func functionsModel(
  _ functions: OpaquePointer, _ name: UnsafePointer<CChar>, _ function: @escaping fkc_model_function,
  _ context: UnsafeMutableRawPointer?
) {
  FunctionSet.at(functions).models[String(cString: name)] = (function, CallerContext(pointer: context))
}

@_cdecl("fkc_functions_reward")
package func functionsReward(
  _ functions: OpaquePointer, _ name: UnsafePointer<CChar>, _ function: @escaping fkc_reward_function,
  _ context: UnsafeMutableRawPointer?
) {
  FunctionSet.at(functions).rewards[String(cString: name)] = (function, CallerContext(pointer: context))
}

@_cdecl("fkc_functions_process")
package func functionsProcess(
  _ functions: OpaquePointer, _ name: UnsafePointer<CChar>, _ process: UnsafePointer<fkc_process>,
  _ context: UnsafeMutableRawPointer?
) {
  FunctionSet.at(functions).processes[String(cString: name)] = CallerProcess(
    functions: process.pointee, context: CallerContext(pointer: context))
}

@_cdecl("fkc_functions_resampler")
package func functionsResampler(
  _ functions: OpaquePointer, _ name: UnsafePointer<CChar>, _ function: @escaping fkc_resampling_function,
  _ context: UnsafeMutableRawPointer?
) {
  FunctionSet.at(functions).resamplers[String(cString: name)] = (function, CallerContext(pointer: context))
}
