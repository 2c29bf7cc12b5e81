import FeynmanKac
import Foundation
import ScoreNetworks
import Testing

/// Every kind and every key that a config may have, found in what the program says of itself: nobody lists them here, so
/// that a new one is tested as it comes.
@Suite struct RegistryTests {
  typealias Object = SchemaDocument.Object

  private static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// What keys that hold texts need to mean something.
  private static let texts = [
    "model": "a", "unconditional": "a", "conditional": "a", "command": "true", "output": "mass",
    "gaussian-mixture.file": "mixture.json",
    "onnx.file": "network.onnx", "measurement.file": "matrix.npy", "network.file": "regression.safetensors",
    "tabulated.file": "levels.npy",
  ].merging(NetworkArchitecture.all.map { ("\($0.name).file", "\($0.name).safetensors") }) { $1 }

  /// Tables of three entries, the fewest that there may be.
  private static let lists = [
    "tabulated.betas": [0.1, 0.2, 0.3], "tabulated.alphas_cumprod": [0.9, 0.5, 0.1],
    "tabulated.signal": [0.9, 0.5, 0.1], "tabulated.noise": [0.1, 0.5, 0.9],
  ]

  /// A folder with every file that the texts name.
  private static func program() throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    let resources = repository.appendingPathComponent("Tests/ScoreNetworksTests/Resources")
    for name in ["network.onnx", "reward-small.onnx"] {
      try FileManager.default.copyItem(
        at: resources.appendingPathComponent("ONNX/\(name)"), to: program.folder.appendingPathComponent(name))
    }
    for architecture in NetworkArchitecture.all {
      try NetworkFixture.smallest(architecture).bytes.write(
        to: program.folder.appendingPathComponent("\(architecture.name).safetensors"))
    }
    let regression = NetworkFixture(
      metadata: [
        "format": "feynman-kac-network/1", "architecture": "regression", "dimensions": "1", "width": "2",
        "depth": "1", "activation": "tanh", "outputs": "mass",
      ],
      tensors: [
        ("input.weight", [2, 1]), ("input.bias", [2]), ("output.weight", [1, 2]), ("output.bias", [1]),
      ])
    try regression.bytes.write(to: program.folder.appendingPathComponent("regression.safetensors"))
    try program.write("mixture.json", #"{"means": [[0.5]], "weights": [1], "standard_deviations": 1}"#)
    let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1), }"
    let padded = header.padding(toLength: 117, withPad: " ", startingAt: 0) + "\n"
    var matrix = Data([0x93] + "NUMPY".utf8 + [1, 0, UInt8(padded.utf8.count), 0])
    matrix += Data(padded.utf8)
    withUnsafeBytes(of: 2.0) { matrix += Data($0) }
    try matrix.write(to: program.folder.appendingPathComponent("matrix.npy"))
    try Data(NPYArray<Double>(shape: [3], values: [0.9, 0.5, 0.1]).fileBytes)
      .write(to: program.folder.appendingPathComponent("levels.npy"))
    return program
  }

  private static func schema(_ program: CommandLineProgram) throws -> SchemaDocument {
    let outcome = try program.run("schema")
    let root = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as! Object
    return SchemaDocument(root: root, texts: texts, lists: lists)
  }

  /// A sound config of one model, one key a line.
  private static func base() -> Object {
    [
      "particles": 4, "process": ["kind": "variance-exploding"],
      "models": ["a": ["kind": "gaussian", "mean": [0.5], "standard_deviation": 1.0]],
      "target": ["annealed": ["model": "a", "inverse_temperature": 1.5]],
    ]
  }

  /// A model and a reward have a kind of one name, and files of unlike inputs.
  private static func ofRewards(_ value: Any) -> Any {
    if let list = value as? [Any] { return list.map(ofRewards) }
    guard var mapping = value as? Object else { return value }
    mapping = mapping.mapValues(ofRewards)
    if mapping["file"] as? String == "network.onnx" { mapping["file"] = "reward-small.onnx" }
    return mapping
  }

  private static func write(_ config: Object, to program: CommandLineProgram) throws -> [String] {
    let config = config.merging(["target": ofRewards(config["target"] as Any)]) { $1 }
    let data = try JSONSerialization.data(withJSONObject: config, options: [.prettyPrinted, .sortedKeys])
    let text = String(decoding: data, as: UTF8.self)
    try program.write("c.yaml", text)
    return text.components(separatedBy: "\n")
  }

  // MARK: - Kinds

  @Test("the smallest config of every kind, made of the shapes of its keys, is made")
  func everyKindIsMade() throws {
    let program = try Self.program()
    defer { program.remove() }
    let schema = try Self.schema(program)
    let info = try Self.info(program)
    let missing = info["models_not_installed"] as! [String]
    var made = 0
    for section in ["process", "models", "target", "reward", "sampler", "resampling", "output"] {
      for (leaf, group) in try Self.choices(section, schema) {
        var config = Self.base()
        let smallest = schema.smallest(leaf, group: group)
        switch section {
        case "models": config["models"] = ["a": smallest]
        case "reward":
          config["target"] = ["annealed": ["model": "a", "inverse_temperature": 1.5], "reward": smallest]
        default: config[section] = smallest
        }
        _ = try Self.write(config, to: program)
        let outcome = try program.run("check", "c.yaml")
        // The plan of a run needs its process, which only the program that runs the config knows.
        let isKnown = section != "process" || leaf.kind != "function"
        let isInstalled = !missing.contains(leaf.kind ?? "") && isKnown
        #expect(outcome.status == (isInstalled ? 0 : 69), "\(section) \(smallest): \(outcome.errors)")
        made += 1
      }
    }
    // 16 processes with their schedules and sources, 8 models, 4 compositions, 13 rewards, 3 sections: fewer were not looked at.
    #expect(made >= 42)
  }

  /// The mappings that a section may be, with each group of keys.
  private static func choices(
    _ section: String, _ schema: SchemaDocument
  ) throws -> [(SchemaDocument.Leaf, Int)] {
    let properties = schema.root["properties"] as! Object
    var shape = (section == "reward" ? properties["target"] : properties[section]) as! Object
    if section == "reward" {
      shape = try #require(schema.leaves(shape).first?.properties["reward"] as? Object)
    } else if section == "models" {
      shape = try #require(shape["additionalProperties"] as? Object)
    }
    return schema.leaves(shape).flatMap { leaf in
      (0..<max(leaf.groups.count, 1)).map { (leaf, $0) }
    }
  }

  // MARK: - Keys

  @Test(
    "a value outside the shape of any key is refused with file, line, key, what was found and what is allowed"
  )
  func everyKeyIsChecked() throws {
    let program = try Self.program()
    defer { program.remove() }
    let schema = try Self.schema(program)
    var faults: [(path: String, misfit: SchemaDocument.Misfit, config: Object)] = []
    var seen: Set<String> = []

    func visit(_ shape: Object, _ path: String, _ embed: @escaping (Any) -> Object) {
      if let reference = shape["$ref"] as? String, !seen.insert(reference).inserted { return }
      let shape = schema.resolved(shape)
      for inner in shape["anyOf"] as? [Object] ?? [] where inner["type"] as? String == "object" {
        visit(inner, path, embed)
      }
      if let item = shape["items"] as? Object { visit(item, "\(path).0") { embed([$0]) } }
      if let item = shape["additionalProperties"] as? Object { visit(item, "\(path).a") { embed(["a": $0]) } }
      for leaf in schema.leaves(shape) {
        for (key, value) in leaf.properties.sorted(by: { $0.key < $1.key }) {
          let group = leaf.groups.firstIndex { !$0.excluded.contains(key) } ?? 0
          let whole = path.isEmpty ? Self.base() : schema.smallest(leaf, group: group)
          func with(_ value: Any) -> Object { embed(whole.merging([key: value]) { $1 }) }
          let place = path.isEmpty ? key : "\(path).\(key)"
          for misfit in schema.misfits(value as! Object) {
            faults.append((place, misfit, with(misfit.value)))
          }
          visit(value as! Object, place, with)
        }
      }
    }
    visit(schema.root, "") { $0 as! Object }
    #expect(faults.count > 250)

    for (path, misfit, config) in faults {
      let lines = try Self.write(config, to: program)
      let outcome = try program.run("check", "c.yaml")
      let line = Self.line(of: path, in: lines)
      // A model whose library is not here says so besides, and so does a process of the program that runs the config.
      let errors = outcome.errors.split(separator: "\n").filter {
        !$0.contains(" is not installed") && !$0.contains("; the program that runs the config has to give")
      }
      let start = "c.yaml:\(line): \(path): found \(misfit.found); "
      #expect(outcome.status == 65, "\(path): \(misfit.value)")
      #expect(errors.count == 1, "\(path): \(outcome.errors)")
      let error = errors.first.map(String.init) ?? ""
      if let allowed = misfit.allowed {
        #expect(error == "\(start)give \(allowed)")
      } else {
        #expect(error.hasPrefix(start + "give ") || error.hasPrefix(start + "did you mean "), "\(error)")
      }
    }
  }

  /// The line of a value, from 1: that of its key, or its own where it is an item of a list.
  private static func line(of path: String, in lines: [String]) -> Int {
    var index = 0
    for key in path.split(separator: ".") {
      if Int(key) != nil {
        index += 1
      } else if let next = lines[(index + 1)...].firstIndex(where: { $0.contains("\"\(key)\" :") }) {
        index = next
      }
    }
    return index + 1
  }

  // MARK: - References

  private static func info(_ program: CommandLineProgram) throws -> Object {
    let outcome = try program.run("info", "--json")
    return try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as! Object
  }

  @Test("every kind and word of the JSON Schema is in fkc info, and every one in fkc info is in the schema")
  func infoAndSchemaAgree() throws {
    let program = try Self.program()
    defer { program.remove() }
    let schema = try Self.schema(program)
    let info = try Self.info(program)
    let notOfConfigs = ["versions", "kernel_level", "threads", "matrix_products", "models_not_installed"]
    let sorts = info.filter { !notOfConfigs.contains($0.key) }.mapValues { Set($0 as! [String]) }

    // Words that are no kinds of anything: devices of OpenVINO, and what stands in place of a number.
    let others: Set = [
      "CPU", "GPU", "AUTO", "tempered", "auto", "all", "blocks", "constant", "late", "doubling",
      "stop", "drop",
    ]
    var words: Set<String> = []
    func collect(_ value: Any) {
      if let object = value as? Object {
        if let word = object["const"] as? String { words.insert(word) }
        if let list = object["enum"] as? [String] { words.formUnion(list) }
        object.values.forEach(collect)
      } else if let items = value as? [Any] {
        items.forEach(collect)
      }
    }
    collect(schema.root)
    let target = (schema.root["properties"] as! Object)["target"] as! Object
    let compositions = Set(schema.leaves(target)[0].groups.flatMap(\.required))
    #expect(sorts["targets"] == compositions)
    let listed = sorts.filter { $0.key != "targets" }.values.reduce(into: Set()) { $0.formUnion($1) }
    #expect(words.subtracting(others) == listed.subtracting(others))
  }

  @Test(
    "the committed reference of the config is what the program prints; 'make config-reference' remakes it")
  func referenceIsCurrent() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let file = Self.repository.appendingPathComponent("Documentation/CONFIG.md")
    let printed = try program.run("schema", "--format", "markdown").output
    let committed = try String(contentsOf: file, encoding: .utf8)
    // The generators are those of the GSL that is installed.
    func withoutGenerators(_ text: String) -> Substring {
      text[..<(text.range(of: "## The words of `rng`")?.lowerBound ?? text.endIndex)]
    }
    #expect(withoutGenerators(committed) == withoutGenerators(printed))
  }
}
