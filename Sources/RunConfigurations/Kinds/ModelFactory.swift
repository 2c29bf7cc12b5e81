import FeynmanKac
import ScoreNetworks

/// Makes models of checked settings, and pins the files that they come from.
final class ModelFactory {
  /// What a model file was when it was read.
  struct PinnedFile: Equatable {
    let path: String
    let sha256: String
  }

  /// What the settings of one model make.
  struct Product {
    let model: any ScoreModel
    /// The file that the model came from.
    var file: PinnedFile?
    /// The process that the file says it was trained under.
    var process: Setting?
    /// The folder that a program works in, from the root.
    var folder: String?
    /// What else the model reads.
    var pinned: [NamedSum] = []
    /// What only a run can tell, in a sentence.
    var unchecked: String?
  }

  /// A file that was read, and the network that it makes.
  struct LoadedNetwork {
    let file: NetworkFile
    let network: any Network
  }

  /// The folder that relative paths start from.
  let folder: String
  /// False where the config is known to be at fault, so that nothing slow needs to start.
  let startsPrograms: Bool
  /// Whether programs may be started at all.
  let programs: ProgramConsent.Permission
  /// What models before these were made of.
  let loaded: LoadedModels
  /// What the program that runs the config gives it.
  let functions: HostFunctions

  init(
    folder: String, loaded: LoadedModels, functions: HostFunctions, startsPrograms: Bool,
    programs: ProgramConsent.Permission = .withheld
  ) {
    self.functions = functions
    self.folder = folder
    self.loaded = loaded
    self.startsPrograms = startsPrograms
    self.programs = programs
  }

  /// Whether only the program that runs the config knows its functions, and this one does not run it.
  var lacksFunctions: Bool { if case .withheld = programs { functions.isEmpty } else { false } }

  /// A model as the config states it.
  func product(_ settings: Setting) throws(SettingFailure) -> Product {
    try Models.registry.make(settings, in: self)
  }

  /// Reads a file and compares it with the sum that the config states, if any.
  func pinned(
    _ file: String, sha256 expected: String?
  ) throws(SettingFailure) -> (bytes: [UInt8], file: PinnedFile) {
    let path = FilePaths.absolute(file, in: folder)
    let bytes: [UInt8]
    do throws(FileError) { bytes = try FileBytes.read(path) } catch { throw Self.failure(file, error) }
    let sum = SHA256.digest(of: bytes).hexadecimal
    try Self.compare(sum, of: file, stated: expected, key: ModelFiles.sha256)
    return (bytes, PinnedFile(path: path, sha256: sum))
  }

  /// The failure of reading `file`, as the config spells it.
  static func failure(_ file: String, _ error: FileError) -> SettingFailure {
    SettingFailure(
      key: ModelFiles.fileName, problem: "'\(file)': \(error.problem)",
      status: error.kind == .missing ? .missingInput : .badData)
  }

  /// What the library calls the keys of models and rewards.
  static let words = LibraryWords(of: Models.record, RewardKeys.record)

  /// A fault that the library finds in a property, at the key below the model or reward that stands for it.
  static func failure(_ error: SetupError) -> SettingFailure {
    SettingFailure(
      key: words.key(of: error.setting), problem: words.translated(error.problem))
  }

  /// Gives a fault that the library finds in a setting its place below the model.
  static func caught<Value>(_ body: () throws -> Value) throws(SettingFailure) -> Value {
    do { return try body() } catch let error as SetupError {
      throw failure(error)
    } catch {
      throw SettingFailure(key: "", problem: "\(error)")
    }
  }
}
