"""Runs tiny runs by the hundred thousand, one after another, in one process and all at once: nothing may grow, and no byte may differ.

    python3 Tests/Soak/soak.py .build/release/fkc             # make soak: an hour
    python3 Tests/Soak/soak.py .build/release/fkc --short     # of make test: a few hundred runs
    python3 Tests/Soak/soak.py .build/release/fkc --self-test # leaks that are put in, and must be found

What is held (memory, open files, threads) is compared by the medians of its first and last tenth. The library's runs are those of library.swift,
which is linked to what make build made.
"""
import argparse
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TINY = """
seed: {seed}
particles: 32
islands: 2
process: {{kind: variance-exploding, sigma_min: 0.01, sigma_max: 20}}
models:
  m: {model}
target: {{annealed: {{model: m, inverse_temperature: 2}}{path}}}
sampler: {{steps: {steps}}}
{rest}
"""
MIXTURE = "{kind: gaussian-mixture, means: [[-2, 0.5], [1.5, -1], [0.2, 2]], weights: [0.2, 0.5, 0.3], standard_deviations: [0.5, 0.7, 0.6]}"
PROGRAM = f"{{kind: program, command: [{sys.executable}, {ROOT / 'Tests/Ranks/model.py'}], dimensions: 2, data_standard_deviation: 1}}"
STORED = "checkpoint: {every_steps: 2}\noutput: {trajectory: {every_steps: 2, particles: 5}}"
# What differs between two runs of one config is in summary.json: how long they took; and with it the report.
TIMED = {"summary.json", "report.html"}
# A run's own memory, in kilobytes: how much the last tenth of the runs may have more than the first. The allocator keeps what threads freed, a
# few pages for each of its arenas, and which run used the most at once is chance; what leaks grows with the runs, and at 100,000 of them
# the bound is 45 bytes a run.
BOUND = 4096
# Threads of the run before may still be on their way out when they are counted: as many as a run of library.swift starts. What leaks is more by far.
ENDING = 2
# A sweep keeps a row of its table for every run.
ROW = 4


class Failure(Exception):
    pass


def tenths(values):
    """Medians of the first and of the last tenth."""
    size = max(1, len(values) // 10)
    return statistics.median(values[:size]), statistics.median(values[-size:])


def judge(name, samples, bound):
    """Says what grew; `samples` are triples of kilobytes, files and threads."""
    memory, files, threads = (tenths(column) for column in zip(*samples))
    text = f"memory {memory[0] / 1024:.1f} → {memory[1] / 1024:.1f} MB, open files {files[0]:g} → {files[1]:g}, threads {threads[0]:g} → {threads[1]:g}"
    if memory[1] - memory[0] > bound or files[1] > files[0] or threads[1] - threads[0] > ENDING:
        raise Failure(f"{name}: {text}; allowed are {bound / 1024:g} MB more memory, no more files, {ENDING} more threads")
    return text


def holdings(process):
    """What a process holds now, or None where it has ended."""
    try:
        status = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines())
        return int(status["VmRSS"].split()[0]), len(os.listdir(f"/proc/{process}/fd")), int(status["Threads"])
    except (OSError, KeyError):
        return None


def built(folder):
    """The program of library.swift, linked to what make build made of the library."""
    release = ROOT / ".build/release"
    words = []
    for module in ("CKernels", "CGSL", "CMPI"):
        words += ["-Xcc", f"-fmodule-map-file={release / f'{module}.build/module.modulemap'}", "-Xcc", f"-I{ROOT / 'Sources' / module / 'include'}"]
    # By their sources: what is left of a file that is gone is not linked.
    for module in ("FeynmanKac", "ParticleEngine", "CKernels", "CGSL", "CMPI"):
        words += [release / f"{module}.build" / path.relative_to(ROOT / "Sources" / module).parent / f"{path.name}.o"
                  if path.suffix == ".c" else release / f"{module}.build" / f"{path.name}.o"
                  for path in sorted((ROOT / "Sources" / module).rglob("*")) if path.suffix in (".c", ".swift")]
    program = folder / "library"
    done = subprocess.run(["swiftc", "-O", "-swift-version", "6", "-I", release / "Modules", pathlib.Path(__file__).with_name("library.swift"), "-o", program,
                           *words, "-lgsl", "-lm", "-ldl"], check=False, capture_output=True, text=True)
    if done.returncode:
        raise Failure(f"library.swift does not build; run make build: {done.stderr[-2000:]}")
    return program


def library(folder, runs, fault=""):
    """Runs in one process."""
    program = folder / "library"
    if not program.exists():
        program = built(folder)
    done = subprocess.run([program, str(runs), fault], check=False, capture_output=True, text=True)
    if done.returncode:
        raise Failure(f"library: ended with {done.returncode}: {(done.stdout + done.stderr)[-300:]}")
    return judge("library", [tuple(map(int, line.split())) for line in done.stdout.splitlines()], BOUND)


class Commands:
    def __init__(self, fkc, folder):
        self.fkc, self.folder = str(fkc), folder
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.environment = {**os.environ, "TMPDIR": str(self.temporary)}

    def write(self, name, **change):
        values = {"seed": 1, "model": MIXTURE, "path": "", "steps": 8, "rest": ""}
        (self.folder / name).write_text(TINY.format(**{**values, **change}))

    def start(self, *words):
        return subprocess.Popen([self.fkc, *map(str, words)], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ended(self, process, words, status=0):
        """Waits; kilobytes that the process had at most."""
        _, code, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(code)
        if process.returncode != status:
            raise Failure(f"fkc {' '.join(map(str, words))} ended with {process.returncode}, not {status}")
        return usage.ru_maxrss

    def run(self, *words, status=0):
        return self.ended(self.start(*words), words, status)

    def files(self, name):
        return {path.name: path.read_bytes() for path in (self.folder / name).iterdir() if path.is_file() and path.name not in TIMED}

    def left(self):
        """Processes that are in the folder still, and temporary files."""
        here = []
        for path in pathlib.Path("/proc").iterdir():
            try:
                if path.name.isdigit() and (path / "cwd").resolve() == self.folder and int(path.name) != os.getpid():
                    here.append(f"process {path.name}")
            except OSError:
                continue
        return here + [path.name for path in self.temporary.iterdir()]


def one_by_one(commands, runs, until):
    """Runs in processes of their own, of four kinds: as many, or until the time is up."""
    commands.write("tiny.yaml")
    commands.write("stored.yaml", rest=STORED)
    commands.write("program.yaml", model=PROGRAM, path=", path: constant")
    commands.write("refused.yaml", rest="stps: 3")
    most, first, count = [], {}, 0
    while count < runs and time.monotonic() < until:
        kind = {17: "stored", 18: "refused", 19: "program"}.get(count % 20, "tiny")
        # Their bytes are those of the first run of their kind.
        words = ["run", f"{kind}.yaml", "--output", kind, "--overwrite", "--progress", "none", "--allow-programs"]
        words += [] if kind == "stored" else ["--no-report"]
        size = commands.run(*words, status=65 if kind == "refused" else 0)
        count += 1
        if kind == "tiny":
            most.append((size, 0, 0))
        if kind == "refused":
            if (commands.folder / "refused").exists():
                raise Failure("a config that is refused left a folder")
        elif count % 20 > 15:
            found = commands.files(kind)
            if first.setdefault(kind, found) != found:
                raise Failure(f"run {count}, {kind}.yaml, has other files or bytes than the first of its kind")
    left = commands.left()
    if left:
        raise Failure(f"{count} runs left {', '.join(left[:5])}")
    memory = judge("one by one", most, BOUND).split(",")[0]
    return count, "one by one", f"{memory}, no process or temporary file is left"


def sweep(commands, runs):
    """Runs in one process of `fkc sweep`, which is looked at from outside."""
    commands.write("tiny.yaml")
    words = ["sweep", "tiny.yaml", "--seeds", f"0-{runs - 1}", "--output", "sweep", "--progress", "none"]
    process = commands.start(*words)
    samples = []
    # What waits for nobody to ask is still to be seen: None after the end, or an empty status.
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        found = holdings(process.pid)
        if found and any((commands.folder / "sweep").glob("*/seed=*")):
            samples.append(found)
        time.sleep(0.002 if runs < 1000 else 0.05)
    commands.ended(process, words)
    folders = len(list((commands.folder / "sweep").glob("*/seed=*")))
    if folders != runs or len(samples) < 20:
        raise Failure(f"a sweep of {runs} runs has {folders} folders, and was seen {len(samples)} times")
    shutil.rmtree(commands.folder / "sweep")
    return judge("sweep", samples, BOUND + ROW * runs)


def together(commands, count):
    """Runs that all start at once on two cores; each has the bytes that it has alone."""
    seeds = 5
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(cores)[:2])
    try:
        for seed in range(seeds):
            commands.write(f"{seed}.yaml", seed=seed, steps=200, rest=STORED)
            commands.run("run", f"{seed}.yaml", "--output", f"alone-{seed}", "--progress", "none")
        words = [["run", f"{number % seeds}.yaml", "--output", f"together-{number}", "--progress", "none"] for number in range(count)]
        began = time.monotonic()
        processes = [commands.start(*one) for one in words]
        for process, one in zip(processes, words):
            commands.ended(process, one)
        seconds = time.monotonic() - began
    finally:
        os.sched_setaffinity(0, cores)
    for number in range(count):
        alone, found = commands.files(f"alone-{number % seeds}"), commands.files(f"together-{number}")
        wrong = [name for name in alone.keys() | found.keys() if alone.get(name) != found.get(name)]
        if wrong:
            raise Failure(f"of {count} runs at once, number {number} differs in {', '.join(sorted(wrong))}")
    return f"all have the bytes that they have alone, after {seconds:.0f} s"


def self_test(folder, fkc):
    """Every check is seen to fail."""
    def must_fail(what, function):
        try:
            function()
        except Failure as failure:
            print(f"found: {str(failure).splitlines()[0][:150]}")
            return
        raise SystemExit(f"{what} was not found")

    flat = [(30000 + n % 7, 5, 3) for n in range(100)]
    judge("flat", flat, BOUND)
    for column, more in ((0, 100), (1, 1), (2, 1)):
        must_fail("growth", lambda column=column, more=more: judge(
            f"column {column}", [tuple(value + more * n * (place == column) for place, value in enumerate(one)) for n, one in enumerate(flat)], BOUND))
    for fault in ("memory", "files", "threads", "bytes"):
        must_fail(fault, lambda fault=fault: library(folder, 300, fault))
    # A command that leaves a process, one that leaves a file, one that ends badly and one with other bytes, each in the place of fkc.
    for what, line in (("a process that is left", "sleep 60 </dev/null >/dev/null 2>&1 &"), ("a temporary file", 'echo > "$TMPDIR/left"'),
                       ("a bad end", "exit 3"), ("other bytes", 'date +%N > "$4/more.csv"')):
        (folder / "wrong").mkdir()
        program = folder / "wrong" / "fkc"
        program.write_text(f'#!/bin/sh\n"{fkc}" "$@" || exit $?\n{line}\n')
        program.chmod(0o755)
        commands = Commands(program, (folder / "wrong"))
        must_fail(what, lambda commands=commands: one_by_one(commands, 60, time.monotonic() + 60))
        if what == "other bytes":
            must_fail("other bytes at once", lambda commands=commands: together(commands, 2))
        for name in commands.left():
            if name.startswith("process "):
                os.kill(int(name.split()[1]), signal.SIGKILL)
        shutil.rmtree(folder / "wrong")
    print("soak: every check was seen to fail.")


def main():
    parser = argparse.ArgumentParser(description="Runs tiny runs until something grows.")
    parser.add_argument("fkc", type=pathlib.Path)
    parser.add_argument("--short", action="store_true", help="a few hundred runs in place of an hour")
    parser.add_argument("--minutes", type=float, default=60, help="for all")
    parser.add_argument("--runs", type=int, default=100_000, help="in one process, and at most in processes of their own")
    parser.add_argument("--parts", default="library,sweep,together,one-by-one", help="some of them")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    began = time.monotonic()
    fkc = options.fkc.resolve()
    runs, members, at_once = (300, 100, 10) if options.short else (options.runs, 5000, 100)
    # In memory where that is a file system: the disk would take most of the time.
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as name:
        folder = pathlib.Path(name).resolve()
        if options.self_test:
            return self_test(folder, fkc)
        commands = Commands(fkc, folder)
        parts = {"library": lambda: (runs, "in one process", library(folder, runs)),
                 "sweep": lambda: (members, "of one sweep", sweep(commands, members)),
                 "together": lambda: (at_once, "at once on two cores", together(commands, at_once)),
                 "one-by-one": lambda: one_by_one(commands, 100 if options.short else runs, began + 60 * options.minutes)}
        total = 0
        try:
            for part in options.parts.split(","):
                count, where, text = parts[part]()
                total += count
                print(f"{count} runs {where}: {text}", flush=True)
        except Failure as failure:
            print(failure)
            return 1
    print(f"soak: {total} runs in {time.monotonic() - began:.0f} s left memory, files and threads as they were.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
