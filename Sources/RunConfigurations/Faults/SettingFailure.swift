/// What is wrong with a setting whose shape is right.
struct SettingFailure: Error {
  /// Where, below the path of what was to be made; empty for all of it.
  let key: String
  /// What was found; what is allowed. No full stop.
  let problem: String
  var status = ExitStatus.badData
  /// True where something else is at fault that was reported already, and that is all that is wrong.
  var isConsequence = false

  /// The same below a place.
  func below(_ place: String) -> SettingFailure {
    SettingFailure(
      key: key.isEmpty ? place : "\(place).\(key)", problem: problem, status: status,
      isConsequence: isConsequence)
  }
}
