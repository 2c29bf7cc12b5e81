// The engine's own names, such as `KillingResampler` or `GeneratorKind`, belong to what a user of this module writes.
@_exported import ParticleEngine
