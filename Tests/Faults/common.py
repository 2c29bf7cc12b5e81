"""What the tests of faults share: how fkc is called, what its folders hold, and how two of them are compared."""
import argparse
import csv
import io
import json
import os
import pathlib
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
# The table of Documentation/COMMAND-LINE.md.
STATUSES = {0, 64, 65, 66, 69, 70, 73, 75}
# What a clock and the machine say of a run, in its summary and in the tables of a sweep.
MACHINE = {"threads", "wall_seconds", "particle_steps_per_second", "peak_memory_bytes"}
# A machine may be busy with much else.
TIMEOUT = 300
MODEL = """m: {kind: gaussian-mixture, means: [[-2, 0.5], [1.5, -1], [0.2, 2]], weights: [0.2, 0.5, 0.3],
  standard_deviations: [0.5, 0.7, 0.6]}"""


def config(*, particles=3000, islands=2, steps=3000, models=MODEL, target="annealed: {model: m, inverse_temperature: 2}", sampler="", rest=""):
    return (f"seed: 5\nparticles: {particles}\nislands: {islands}\nprocess: {{kind: variance-exploding}}\nmodels:\n  {models}\n"
            f"target: {{{target}}}\nsampler: {{steps: {steps}{sampler}}}\n{rest}\n")


def scratch():
    """A folder for a while: in memory, unless TMPDIR names another one, for what is tried here asks no disk whether it keeps what it was given."""
    memory = pathlib.Path("/dev/shm")
    return tempfile.TemporaryDirectory(dir=memory if "TMPDIR" not in os.environ and memory.is_dir() else None)


class Failure(Exception):
    """A promise that was not kept."""


class Skipped(Exception):
    """What this machine does not let anybody check."""


def clean_environment(**more):
    # Launchers' variables would make a run one of several.
    kept = {key: value for key, value in os.environ.items() if not re.match("OMPI_|PMI|MPI_", key)}
    # A backtrace would take longer than a trial.
    return {**kept, "SWIFT_BACKTRACE": "enable=no", **{key: str(value) for key, value in more.items()}}


class Ended:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    @property
    def said(self):
        """What fkc said, without warnings of a plan or a run."""
        return [line for line in self.err.splitlines() if line.strip() and ": warning: " not in line and ": doubtful: " not in line]


class Program:
    """fkc in a folder."""

    def __init__(self, fkc, folder):
        self.fkc, self.folder = str(pathlib.Path(fkc).resolve()), pathlib.Path(folder)

    def command(self, *arguments):
        return [self.fkc, *map(str, arguments)]

    def start(self, *arguments, before=(), environment=None, **more):
        return subprocess.Popen([*before, *self.command(*arguments)], cwd=self.folder, env=clean_environment(**(environment or {})),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)

    def finish(self, process, allowed, what):
        """Waits for the end, which has to be one of those that are allowed, and with a sentence where it is not 0."""
        try:
            out, err = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Failure(f"{what}: no end after {TIMEOUT} s") from None
        ended = Ended(process.returncode, out, err)
        if ended.status not in allowed:
            raise Failure(f"{what}: ended with {ended.status}, not {sorted(allowed)}: {err[-1000:]}")
        if ended.status > 0 and not ended.said:
            raise Failure(f"{what}: ended with {ended.status} and not a word")
        return ended

    def run(self, *arguments, allowed=(0,), environment=None, before=()):
        return self.finish(self.start(*arguments, environment=environment, before=before), set(allowed), " ".join(map(str, arguments)))

    def write(self, name, text):
        (self.folder / name).write_text(text)


# MARK: - Folders

def figures(path):
    """A file without what depends on the clock."""
    if path.name == "summary.json":
        return {key: value for key, value in json.loads(path.read_text()).items() if key not in MACHINE}
    if path.name == "sweep.csv":
        return [{key: value for key, value in row.items() if key not in MACHINE} for row in csv.DictReader(io.StringIO(path.read_text()))]
    if path.name == "sweep.json":
        return without_machine(json.loads(path.read_text()))
    # What a merge needs has the seconds that it took, here and there.
    return path.stat().st_size if path.name == "islands.state" else path.read_bytes()


def without_machine(value):
    if isinstance(value, dict):
        return {key: without_machine(item) for key, item in value.items() if key not in MACHINE | {"machine_figures"}}
    return [without_machine(item) for item in value] if isinstance(value, list) else value


def contents(folder, hidden=True):
    """All files below a folder by their names. A report has its figures from the other files and the clock."""
    paths = {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "report.html"}
    return {name: figures(path) for name, path in paths.items() if hidden or "/." not in f"/{name}"}


def check_same(whole, folder, what):
    found = contents(folder)
    wrong = [f"{name} is missing" for name in whole if name not in found]
    wrong += [f"{name} differs" if name in whole else f"{name} was left" for name in found if found[name] != whole.get(name)]
    if wrong:
        raise Failure(f"{what}: {', '.join(wrong)}")


def check_whole_or_absent(whole, folder, what):
    """Of a run that did not end: no file of its results, whole or in part."""
    if not folder.exists():
        return
    found = contents(folder, hidden=False)
    wrong = [name for name in found if found[name] != whole.get(name)]
    if wrong:
        raise Failure(f"{what}: {', '.join(wrong)} is there and no file of the run")


def remove(folder):
    shutil.rmtree(folder, ignore_errors=True)


def checkpoint_step(folder):
    """The step of the newest checkpoint in a run's folder; -1 where there is none."""
    steps = [-1]
    for path in (folder / ".fkc-checkpoint").glob("state-[01]"):
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            continue
        place = data.find(b"shape")
        if place >= 0:
            steps.append(struct.unpack_from("<Q", data, place + 5 + 8)[0])
    return max(steps)


def await_checkpoint(folder, process, count=1):
    """Waits until a run has written some checkpoints."""
    until = time.monotonic() + TIMEOUT
    while len(list((folder / ".fkc-checkpoint").glob("state-[01]*"))) < count:
        if time.monotonic() > until or process.poll() is not None:
            raise Failure(f"no checkpoint came into {folder.name}: {process.stderr.read()[-500:] if process.poll() is not None else 'too slow'}")
        time.sleep(0.002)


# MARK: - Shim

def shim(folder):
    """The library that puts faults before a program; None, with the reason said, where there is no compiler."""
    compiler = shutil.which(os.environ.get("CC", "gcc")) or shutil.which("cc")
    if not compiler or sys.platform != "linux":
        print("skipped what needs a C compiler and LD_PRELOAD: faults of single calls, clocks that jump")
        return None
    library = pathlib.Path(folder) / "shim.so"
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, HERE / "shim.c", "-ldl"], check=True)
    return library


class Server:
    """Starts one command of fkc again and again, by forks of a process that is loaded already."""

    def __init__(self, program, library, *arguments):
        (theirs_in, self.to), (self.out, theirs_out) = os.pipe(), os.pipe()
        self.printed, self.errors = os.memfd_create("out"), os.memfd_create("err")
        self.process = subprocess.Popen(
            program.command(*arguments), cwd=program.folder, stdin=subprocess.DEVNULL, stdout=self.printed, stderr=self.errors,
            pass_fds=(theirs_in, theirs_out), env=clean_environment(LD_PRELOAD=library, FAULT_SERVER=f"{theirs_in}:{theirs_out}"))
        os.close(theirs_in)
        os.close(theirs_out)

    def number(self):
        return struct.unpack("i", os.read(self.out, 4))[0]

    def run(self, what):
        for file in (self.printed, self.errors):
            os.ftruncate(file, 0)
            os.lseek(file, 0, os.SEEK_SET)
        os.write(self.to, b"x")
        child = self.number()
        is_late = not select.select([self.out], [], [], TIMEOUT)[0]
        if is_late:
            os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(self.number())
        if is_late:
            raise Failure(f"{what}: no end after {TIMEOUT} s")
        return Ended(status, self.text(self.printed), self.text(self.errors))

    @staticmethod
    def text(file):
        return os.pread(file, os.fstat(file).st_size, 0).decode(errors="replace")

    def close(self):
        os.close(self.to)
        self.process.wait()
        for file in (self.out, self.printed, self.errors):
            os.close(file)


# MARK: - Command lines

def options(about, *arguments):
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fkc")
    for name, keys in arguments:
        parser.add_argument(name, **keys)
    return parser.parse_args()


def main(checks):
    """Runs checks, each of which returns a sentence, and says what they came to."""
    for check in checks:
        began = time.monotonic()
        try:
            print(f"{check()} ({time.monotonic() - began:.0f} s)", flush=True)
        except Skipped as reason:
            print(f"skipped {reason}", flush=True)
        except Failure as failure:
            print(f"FAILED: {failure}", flush=True)
            return 1
    return 0
