"""Runs of a target or a config."""

from __future__ import annotations

import contextlib
import ctypes as C
import logging
import operator
import os
import pathlib
import re
import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from . import _native
from ._callbacks import Failure
from ._functions import Functions, settings_of, text_of
from ._interrupts import interruptible
from .configs import config as config_of
from .errors import ConfigError, DoubtfulWarning, Error, MissingInputError, RunWarning, error_for
from .observers import STEP, Observer, Snapshot, Step
from .processes import AnyProcess
from .progress import Display, Progress, display
from .results import Result, taken_error, taken_result
from .rewards import AnyReward
from .targets import AnyTarget

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .settings import Settings

AnyConfig = str | os.PathLike[str] | Mapping[str, Any]
"""The path of a config, or a config as a mapping."""

_LOGGER = logging.getLogger("feynman_kac")


def sample(
    target: AnyTarget,
    *,
    process: AnyProcess,
    particles: int,
    steps: int | Literal["auto"] | None = None,
    seed: int = 0,
    reward: AnyReward | None = None,
    islands: int | Mapping[str, Any] = 1,
    threads: int | None = None,
    output: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    resume: bool = False,
    report: bool = True,
    allow_programs: bool = False,
    progress: Progress = "auto",
    observer: Observer | None = None,
    **settings: Unpack[Settings],
) -> Result:
    """Samples a target.

    Args:
        target: A model, or a composition of models: ``q ** 2``, ``q * p``, ``fk.guided(u, c, scale=3.0)``, ``0.5 * q + 1.5 * p``.
        process: The noise process, whose times count the steps.
        particles: How many, over all islands.
        steps: From noise to data; 200 by default, ``"auto"`` finds how many.
        seed: The same gives the same bytes, whatever the number of threads.
        reward: Tilts the target by e^r, r(x) in nats.
        islands: Independent groups of particles; from 8 on their spread gives the standard error.
        threads: How many sample; all cores that the process may use by default.
        output: A folder for the files of ``fkc run``; without one the result is in memory alone.
        overwrite: Replaces a run in that folder.
        resume: Goes on from that folder's checkpoint.
        report: Writes that folder's report.html.
        allow_programs: The config may start programs (`Program`).
        progress: Shows steps: True, False, ``"auto"`` where somebody looks, or a function of a `Step`.
        observer: Called after each step with the `Step` and a `Snapshot`; ends the run by answering True.
        settings: Further settings, as `Settings` names them: ``noise_scale``, ``control``, ``resampling``, ``start``, …

    Raises:
        ConfigError: A setting is wrong.
        NumericalError: The run failed numerically, such as by NaN from a model.
        Interrupted: The observer ended the run.
        KeyboardInterrupt: Ctrl-C ended it; a second Ctrl-C also ends a function of yours that is running.
        OutputError: A file could not be written.
        Exception: What a function of yours raised, unchanged, with a note of where.

    Warns:
        DoubtfulWarning: The figures may be off by more than their errors.
        RunWarning: Something else is worth knowing.

    >>> import feynman_kac as fk
    >>> q = fk.Model(lambda x, point: -(x - 1) / (1 + point.noise**2), dimensions=2)
    >>> result = fk.sample(fk.annealed(q, 2.0), process=fk.VarianceExploding(0.01, 20), particles=4000, islands=8, steps=100, seed=1)
    >>> bool(abs(result.mean - 1).max() < 0.1)
    True
    """
    mapping = config_of(target, process=process, particles=particles, steps=steps, seed=seed, reward=reward, islands=islands, **settings)
    return run(
        mapping,
        output=output,
        threads=threads,
        overwrite=overwrite,
        resume=resume,
        report=report,
        allow_programs=allow_programs,
        progress=progress,
        observer=observer,
        _stacklevel=3,
    )


def run(
    config: AnyConfig,
    output: str | os.PathLike[str] | None = None,
    *,
    overrides: Mapping[str, Any] | None = None,
    functions: Mapping[str, Any] | None = None,
    threads: int | None = None,
    overwrite: bool = False,
    resume: bool = False,
    report: bool = True,
    allow_programs: bool = False,
    progress: Progress = "auto",
    observer: Observer | None = None,
    _stacklevel: int = 2,
) -> Result:
    """Runs a config of the command line, to the same bytes.

    Args:
        config: The path of a config in YAML or JSON, or a mapping, in which functions, models, arrays and paths may stand.
        output: A folder for the files of ``fkc run``; without one the result is in memory alone.
        overrides: Values by paths such as ``"sampler.steps"``, as after ``--set``.
        functions: The functions that the config names by ``function: NAME``: callables, `Model`, `Reward`, or processes.
        threads: As of `sample`.
        overwrite: As of `sample`.
        resume: As of `sample`.
        report: As of `sample`.
        allow_programs: As of `sample`.
        progress: As of `sample`.
        observer: As of `sample`.

    Raises:
        Error: As `sample` does.

    >>> import feynman_kac as fk
    >>> mapping = fk.config(fk.Gaussian([1.0], 0.5) ** 2, process=fk.FlowMatching(), particles=1000, steps=20)
    >>> fk.run(mapping, overrides={"particles": 100}).samples.shape
    (100, 1)
    """
    prepared = _prepared(config, overrides, functions)
    named = prepared.functions
    options = _options(prepared, threads, allow_programs)
    options.output = None if output is None else _native.path(output)
    options.overwrite, options.resume, options.report = int(overwrite), int(resume), int(report and output is not None)
    heard: list[str] = []
    shown = display(progress)
    stop = C.c_int32(0)
    options.stop = C.addressof(stop)
    options.notice = _native.Notice(lambda _, line: heard.append((line or b"").decode(errors="replace")))
    options.observer = _observer(shown, observer, named)
    result, error = C.c_void_p(), C.c_void_p()
    try:
        with named as handle, interruptible(stop):
            code = _native.library.fkc_run(prepared.text, options, handle, result, error)
    finally:
        if shown is not None:
            shown.close()
    outcome = taken_result(result, named.shape) if code == _native.OK else _error(code, error, prepared)
    found = outcome.warnings if isinstance(outcome, Result) else []
    try:
        _warn(heard, {finding.sentence: finding.doubtful for finding in found}, prepared.name, _stacklevel + 1)
    except Warning:
        # Where warnings raise, they do not take the place of what ended the run.
        if isinstance(outcome, Result) and named.failure.error is None and not stop.value:
            raise
    _raise(named.failure, outcome, bool(stop.value))
    assert isinstance(outcome, Result)
    return outcome


def check(
    config: AnyConfig,
    *,
    overrides: Mapping[str, Any] | None = None,
    functions: Mapping[str, Any] | None = None,
    threads: int | None = None,
    allow_programs: bool = False,
) -> str:
    """The plan of a config in words, as ``fkc check`` prints it; nothing is run.

    Args:
        config: As of `run`; `config` makes one of a target.
        overrides: As of `run`.
        functions: As of `run`.
        threads: As of `run`.
        allow_programs: As of `run`.

    Raises:
        ConfigError: The config is wrong.

    >>> import feynman_kac as fk
    >>> print(fk.check(fk.config(fk.Gaussian([1.0], 0.5), process=fk.FlowMatching(), particles=1000)).splitlines()[0])
    config          config
    """
    prepared = _prepared(config, overrides, functions)
    plan, error = C.c_void_p(), C.c_void_p()
    with prepared.functions as handle:
        code = _native.library.fkc_check(prepared.text, _options(prepared, threads, allow_programs), handle, plan, error)
    if code:
        _raise(prepared.functions.failure, _error(code, error, prepared), False)
    return _text(plan.value)


def load(folder: str | os.PathLike[str]) -> Result:
    """The result of a run whose files are in a folder.

    Args:
        folder: The folder that ``output`` named, of this package or of ``fkc run``.

    Raises:
        MissingInputError: There is no run.
        ConfigError: Its files are damaged, or of several runs.
    """
    result, error = C.c_void_p(), C.c_void_p()
    code = _native.library.fkc_load(_native.path(folder), result, error)
    if code:
        raise taken_error(code, error)
    return taken_result(result, None)


def schema() -> str:
    """The JSON Schema of configs, for editors."""
    return _text(_native.library.fkc_schema())


def _text(address: int | None) -> str:
    text = C.string_at(address or 0).decode() if address else ""
    _native.library.fkc_text_free(address)
    return text


class _Prepared(NamedTuple):
    """A config as the library takes it, with its functions.

    Attributes:
        functions: What it names.
        text: What the library reads.
        name: What messages call it.
        folder: Where its paths start from.
        settings: Changes of it, ``path=value``.
        has_lines: The text is a file's own, whose lines may be named.
    """

    functions: Functions
    text: bytes
    name: str
    folder: str | None
    settings: list[str]
    has_lines: bool


def _prepared(config: AnyConfig, overrides: Mapping[str, Any] | None, functions: Mapping[str, Any] | None) -> _Prepared:
    named = Functions()
    for key, function in (functions or {}).items():
        named.name(key, function)
    if isinstance(config, Mapping):
        text = text_of(config, named)
        return _Prepared(named, text.encode(), "config", None, settings_of(overrides or {}, named), has_lines=False)
    folder, name = os.path.split(os.fspath(config))
    try:
        written = pathlib.Path(config).read_bytes()
    except FileNotFoundError:
        raise MissingInputError(f"{os.fspath(config)}: there is no such file") from None
    _readable(written, os.fspath(config))
    return _Prepared(named, written, name, folder or None, settings_of(overrides or {}, named), has_lines=True)


def _readable(text: bytes, path: str) -> None:
    """Refuses what the library would read otherwise than it stands there: up to a zero, and with other characters for other bytes."""
    if b"\0" in text:
        line = text[: text.index(b"\0")].count(b"\n") + 1
        raise ConfigError(f"{path}:{line}: found a zero character; a config is a text without any")
    try:
        text.decode()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text: line {text[: error.start].count(bytes([10])) + 1} has other bytes") from None


def _error(code: int, error: C.c_void_p, prepared: _Prepared) -> Error:
    """The library's error; a mapping has no lines that it could name."""
    taken = taken_error(code, error)
    if not prepared.has_lines:
        taken = error_for(code, re.sub(rf"^((?:.*/)?{re.escape(prepared.name)}):\d+: ", r"\1: ", taken.text, flags=re.MULTILINE))
    return taken


def _options(prepared: _Prepared, threads: int | None, allow_programs: bool) -> _native.Options:
    options = _native.Options(size=C.sizeof(_native.Options))
    options.threads = _threads(threads)
    options.allow_programs = int(allow_programs)
    options.name = prepared.name.encode()
    options.settings = (C.c_char_p * len(prepared.settings))(*(setting.encode() for setting in prepared.settings))
    options.settings_count = len(prepared.settings)
    options.folder = None if prepared.folder is None else os.fsencode(prepared.folder)
    return options


def _threads(threads: int | None) -> int:
    number = 0 if threads is None else operator.index(threads)
    if not 0 <= number <= 2**31 - 1:
        raise ConfigError(f"threads: found {number}; give a whole number from 1 to {2**31 - 1}, or None for all cores")
    return number


def _observer(shown: Display | None, observer: Observer | None, functions: Functions) -> Any:
    """What the library calls after each step; without anything to call it still lets Python handle signals."""
    read, failure = STEP.unpack_from, functions.failure
    memory = C.c_char * STEP.size

    def call(_: int | None, address: int, handle: int) -> int:
        try:
            if failure.error is not None:
                return 1
            step = Step._make(read(memory.from_address(address)))
            failure.step, failure.steps = step.step, step.steps
            if shown is not None:
                shown.show(step)
            if observer is None:
                return 0
            snapshot = Snapshot(handle, functions.shape)
            try:
                return 1 if observer(step, snapshot) else 0
            finally:
                snapshot._close()
        except BaseException as error:  # noqa: BLE001, it travels on by the failure
            return failure.keep(error, "the observer")

    return _native.Observer(call)


def _warn(heard: list[str], doubts: Mapping[str, bool], name: str, stacklevel: int) -> None:
    """Warns of each line once, and of findings that no line told."""
    sentences = dict.fromkeys(re.sub(rf"^(?:(?:.*/)?{re.escape(name)}: )?(?:warning: |doubtful: )?", "", line.strip()) for line in heard)
    for sentence in [*sentences, *(finding for finding in doubts if finding not in sentences)]:
        if sentence:
            warnings.warn(sentence, DoubtfulWarning if doubts.get(sentence) else RunWarning, stacklevel=stacklevel)


def _raise(failure: Failure, outcome: Result | Exception, stopped: bool) -> None:
    """Raises what the caller's functions raised, what Ctrl-C means, or the library's error, if there is one."""
    error = failure.error
    if error is not None:
        failure.error = None
        _note(error, f"feynman_kac: raised by {failure.place}")
        try:
            raise error
        finally:
            del error
    if stopped:
        raise KeyboardInterrupt(outcome.text if isinstance(outcome, Error) else "")
    if isinstance(outcome, Exception):
        raise outcome


def _note(error: BaseException, note: str) -> None:
    """Says in an exception where in the run it was raised; Python 3.10 keeps such notes and does not print them."""
    # A class of the caller may refuse notes; its exception travels all the same.
    with contextlib.suppress(Exception):
        add: Callable[[str], None] | None = getattr(error, "add_note", None)
        if add is not None:
            add(note)
        else:
            vars(error)["__notes__"] = [*getattr(error, "__notes__", []), note]
