// The C library of the system under one name. It stands for Foundation too, whose tables of languages would be larger than all else in a
// program.

#if canImport(Glibc)
  @_exported import Glibc
#elseif canImport(Musl)
  @_exported import Musl
#else
  @_exported import Darwin
#endif
