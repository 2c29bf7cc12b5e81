"""Running one side of a comparison, and what else the machine did meanwhile."""

import json
import os
import pathlib
import resource
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCHMARKS = ROOT / "Benchmarks"
CACHE = BENCHMARKS / ".cache"
FKC = ROOT / ".build/release/fkc"
MEASURE = BENCHMARKS / ".build/release/measure"
PEERS_PYTHON = pathlib.Path(os.environ.get("BENCH_PYTHON", ROOT / ".venv-bench/bin/python"))

# A figure is disturbed where others used more than this share of one core while it was measured.
LIMIT = 0.05

# Settings of the machine's owner that slow one side or the other: neither gets them.
UNSET = (
    "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "XLA_FLAGS",
    "FKC_KERNEL")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in UNSET}


class Failure(Exception):
    """A side that could not be run."""


def busy_seconds():
    """Processor seconds of everything on this machine since it started, and those that its host took away."""
    with open("/proc/stat") as file:
        ticks = [int(word) for word in file.readline().split()[1:9]]
    user, nice, system, _idle, _wait, interrupts, soft_interrupts, stolen = ticks
    return (user + nice + system + interrupts + soft_interrupts + stolen) / os.sysconf("SC_CLK_TCK")


def own_seconds():
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


class Watch:
    """How much of one core others used between two looks, from /proc/stat; a core that is all theirs is 1."""

    def __enter__(self):
        self.start = (time.perf_counter(), busy_seconds(), own_seconds())
        return self

    def __exit__(self, *_):
        wall, busy, own = (now - then for now, then in zip((time.perf_counter(), busy_seconds(), own_seconds()), self.start))
        self.seconds = wall
        # The kernel counts in ticks of a hundredth of a second: a short look may find a little less than nothing.
        self.others = (busy - own) / wall


def output(*command):
    """What a command prints, watched: (text, watch)."""
    command = [str(word) for word in command]
    with Watch() as watch:
        done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, check=False)
    if done.returncode:
        raise Failure(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr[-800:]}")
    return done.stdout, watch


def printed(*command):
    """The JSON of the last line that a command prints, with `others` beside it."""
    text, watch = output(*command)
    return json.loads(text.splitlines()[-1]) | {"others": watch.others}


def peer(script, *options):
    """The answer of a script of peers/."""
    return printed(PEERS_PYTHON, BENCHMARKS / "peers" / script, *options)


def measured(subject, workload, seconds):
    """The answer of our `measure` for a workload."""
    return printed(MEASURE, subject, workload, seconds)


def sampled(config, folder, *options):
    """A run of `fkc run` on a config: its summary, `seconds` of sampling alone among it."""
    settings = ("--output", folder / "run", "--overwrite", "--no-report", "--progress", "none")
    _, watch = output(FKC, "run", config, *settings, *options)
    summary = json.loads((folder / "run/summary.json").read_text())
    return summary | {"seconds": summary["wall_seconds"], "others": watch.others}


def alternated(rounds, sides):
    """Runs every side in turn, `rounds` times. For each its answers, that of the least time first."""
    answers = {name: [] for name in sides}
    for number in range(rounds):
        for name, call in sides.items():
            if sys.stderr.isatty():
                print(f"\r\033[K  round {number + 1} of {rounds}: {name}", end="", file=sys.stderr, flush=True)
            answers[name].append(call())
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    return {name: sorted(found, key=lambda answer: answer["seconds"]) for name, found in answers.items()}
