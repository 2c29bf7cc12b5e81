/// Every key of the config: what it may hold, what it is by default, what it does.
enum ConfigurationSchema {
  static let root = RecordShape(keys: RunKeys.all)
}
