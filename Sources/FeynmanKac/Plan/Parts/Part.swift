/// One of the choices that a run is made of: a scheme, a correction, a control, a reward, a guidance, the terms.
///
/// A part states what it needs and what it cannot work with. The plan has the union of the needs, and refuses a run where
/// one part needs what another cannot work with; parts know nothing of each other beside that.
protocol Part: Sendable {
  var needs: Needs { get }
  /// What it cannot work with; nothing unless a part says otherwise.
  var refusals: [Refusal] { get }
}

extension Part {
  var refusals: [Refusal] { [] }
}

/// Something that a part cannot work with, and why.
struct Refusal: Sendable {
  /// One need.
  let need: Needs
  /// The setting at fault, as its property is called.
  let setting: String
  /// The reason, with what to use in its place.
  let reason: String

  init(_ need: Needs, _ setting: String, _ reason: String) {
    self.need = need
    self.setting = setting
    self.reason = reason
  }
}
