"""The version of the package, which is that of the library beside it."""

__version__ = "0.2.0"
