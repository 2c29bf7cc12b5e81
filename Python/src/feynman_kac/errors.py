"""What runs raise and warn with."""

from __future__ import annotations


class Error(Exception):
    """A run that could not be made, in the library's words.

    Attributes:
        code: The exit status that ``fkc`` would have ended with.
        text: What was wrong, one fault a line.

    >>> import feynman_kac as fk
    >>> raised = fk.Error("the disk is full", 73)
    >>> raised.code, raised.text
    (73, 'the disk is full')
    """

    code: int = 1
    text: str

    def __init__(self, text: str, code: int | None = None) -> None:
        super().__init__(text)
        self.text = text
        if code is not None:
            self.code = code

    def __reduce__(self) -> tuple[type[Error], tuple[str, int]]:
        return type(self), (self.text, self.code)


class UsageError(Error):
    """The library was asked for something that it does not do (64)."""

    code = 64


class ConfigError(Error, ValueError):
    """A config or its data is wrong (65): each line names the key, what was found and what is allowed."""

    code = 65


class MissingInputError(Error, FileNotFoundError):
    """A file or an array that was asked for is not there (66)."""

    code = 66

    def __str__(self) -> str:
        return self.text


class UnavailableError(Error, RuntimeError):
    """Something that is not installed is needed (69)."""

    code = 69


class NumericalError(Error, ArithmeticError):
    """A run failed numerically (70), such as by NaN from a model or weights that are all gone."""

    code = 70


class OutputError(Error, OSError):
    """A file could not be written, or a folder holds a run already (73)."""

    code = 73

    def __str__(self) -> str:
        return self.text


class Interrupted(Error):
    """An observer ended the run (75); the checkpoint stays where there is an output folder. Ctrl-C raises KeyboardInterrupt."""

    code = 75


class RunWarning(UserWarning):
    """Something about a run that its user should know; its figures hold."""


class DoubtfulWarning(RunWarning):
    """A run's figures may be off by more than their errors.

    ``warnings.simplefilter("error", fk.DoubtfulWarning)`` makes such runs raise.
    """


_CLASSES: dict[int, type[Error]] = {
    kind.code: kind for kind in (UsageError, ConfigError, MissingInputError, UnavailableError, NumericalError, OutputError, Interrupted)
}


def error_for(code: int, text: str) -> Error:
    """The exception for a status of the library.

    Args:
        code: The status, one of the exit statuses of ``fkc``.
        text: What was wrong.

    >>> error_for(65, "x: unknown key")
    ConfigError('x: unknown key')
    """
    return _CLASSES.get(code, Error)(text, code)
