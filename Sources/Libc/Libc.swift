// The C library of the system under one name. Nothing of Foundation is needed, which with its tables of languages is four times as large
// as the rest of a program.

#if canImport(Glibc)
  @_exported import Glibc
#elseif canImport(Musl)
  @_exported import Musl
#else
  @_exported import Darwin
#endif
