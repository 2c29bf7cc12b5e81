"""How runs on many processes of MPI scale, and what they send each other: Documentation/SCALING.md.

    python3 Benchmarks/ranks/scaling.py sampling     # make bench-ranks: strong and weak scaling with a network of fixed cost
    python3 Benchmarks/ranks/scaling.py messages     # how many and how large they are, a step
    python3 Benchmarks/ranks/scaling.py delay        # a step's time over the delay between machines; needs root
    python3 Benchmarks/ranks/scaling.py records      # what a process computes for the islands of others
    python3 Benchmarks/ranks/scaling.py project      # what the model of SCALING.md says for up to 10,000 processes

Needs Open MPI. All processes are on this machine, so only waiting overlaps where there are more of them than cores.
"""
import argparse
import json
import os
import pathlib
import re
import signal
import stat
import statistics
import subprocess
import sys
import tempfile

import network
from project import project

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Benchmarks"))
from driver.running import Watch

OPEN_MPI = ["mpirun", *(["--allow-run-as-root"] if os.geteuid() == 0 else []), "--oversubscribe"]
CONFIG = """
seed: 1
particles: {particles}
islands: {islands}
process: {{kind: variance-exploding, sigma_min: 0.01, sigma_max: 20}}
models:
  m: {model}
target: {target}
sampler: {{steps: {steps}, plain_samples: none, step_size_error: none{sampler}}}
"""
PROGRAM = "{{kind: program, command: [{python}, {model}, --pause, '{pause}'], dimensions: 2, batch_rows: 64, workers: 1, data_standard_deviation: 1}}"
ANNEALED = "{annealed: {model: m, inverse_temperature: 2}}"
ISLAND = 64


def gaussian(dimensions=2):
    return f"{{kind: gaussian, mean: {[0.3] * dimensions}, standard_deviation: 0.5}}"


def config(islands, steps, **change):
    values = {"particles": change.pop("each", ISLAND) * islands, "islands": islands, "steps": steps, "model": gaussian(), "target": ANNEALED, "sampler": ""}
    return CONFIG.format(**{**values, **change})


class Trial:
    def __init__(self, fkc, folder):
        self.fkc, self.folder = str(fkc), folder

    def run(self, text, launch=(), env=None, *options):
        """A run's summary, and what others did meanwhile."""
        (self.folder / "c.yaml").write_text(text)
        # Other launchers' variables would be taken for this one's.
        clean = {key: value for key, value in os.environ.items() if not re.match("OMPI_|PMI|MPI_", key)}
        command = [*launch, self.fkc, "run", str(self.folder / "c.yaml"), "--output", str(self.folder / "out"), "--overwrite", "--no-report",
                   "--progress", "none", "--allow-programs", *options]
        with Watch() as watch:
            done = subprocess.run(command, check=False, capture_output=True, text=True, env={**clean, **(env or {})}, timeout=600)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}")
        return json.loads((self.folder / "out" / "summary.json").read_text()), watch

    def seconds(self, text, launch=(), env=None, rounds=2):
        """Seconds of sampling, the least of a few rounds, and what others did meanwhile."""
        found = [self.run(text, launch, env) for _ in range(rounds)]
        summary, watch = min(found, key=lambda one: one[0]["wall_seconds"])
        return summary["wall_seconds"], watch

    def counted(self, text, ranks):
        """Lines of count.c, a list for every process: (function, bytes, calls, seconds)."""
        library = self.folder / "count.so"
        if not library.exists():
            source = pathlib.Path(__file__).with_name("count.c")
            subprocess.run(["cc", "-O2", "-Wall", "-shared", "-fPIC", "-o", library, source, "-l:libmpi.so.40"], check=True)
        self.run(text, [*OPEN_MPI, "-n", str(ranks)], {"FKC_MPI": str(library), "FKC_COUNT": str(self.folder / "count")}, "--threads", "1")
        lines = [(self.folder / f"count.{rank}").read_text().splitlines() for rank in range(ranks)]
        return [[(words[0], int(words[1]), int(words[2]), float(words[3])) for words in map(str.split, one)] for one in lines]


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def header(*cells):
    row(*cells)
    row(*("---" for _ in cells))


def sampling(trial, options):
    """Islands shared (strong) or as many for every process (weak), a call of the network for each at every step."""
    program = PROGRAM.format(python=sys.executable, model=ROOT / "Tests/Ranks/model.py", pause=options.pause)
    print(f"A network of {1000 * options.pause:g} ms a call, {ISLAND} particles an island, {options.steps} steps, {os.cpu_count()} cores.\n")
    header("", "processes", "islands", "seconds of sampling", "of them pauses", "efficiency", "others' CPU, of one core", "load")
    for kind in options.kinds.split(","):
        one = None
        for ranks in map(int, options.ranks.split(",")):
            islands = options.islands if kind == "strong" else options.each * ranks
            launch = [*OPEN_MPI, "-n", str(ranks)] if ranks > 1 else []
            seconds, watch = trial.seconds(config(islands, options.steps, model=program, sampler=", start: gaussian").replace("2}}", "2}, path: constant}"),
                                           launch, rounds=options.rounds)
            # A call before the first step, and one after every step.
            pauses = -(-islands // ranks) * (options.steps + 1) * options.pause
            one = one or (seconds * (ranks if kind == "strong" else 1))
            efficiency = one / seconds / (ranks if kind == "strong" else 1)
            row(kind, ranks, islands, f"{seconds:.2f}", f"{pauses:.2f}", f"{efficiency:.2f}", f"{watch.others:.2f}", f"{os.getloadavg()[0]:.1f}")


MESSAGES = {
    "all defaults, d = 2": {},
    "all defaults, d = 8": {"model": gaussian(8)},
    "all defaults, d = 32": {"model": gaussian(32)},
    "control: radial, d = 32": {"model": gaussian(32), "sampler": ", control: radial"},
    "control: none": {"sampler": ", control: none"},
    "rejuvenation: metropolis": {"sampler": ", rejuvenation: {kind: metropolis}"},
}


def messages(trial, options):
    """What a step sends: the difference between runs of two numbers of steps, so that what comes before and after is not counted."""
    ranks, steps = 4, 100
    print(f"{options.islands} islands on {ranks} processes; a letter has 4,096 bytes, and room for 4,080.\n")
    header("config", "letters a step", "bigger ones a step", "bytes of these a step, an island", "KB that each process receives a step")
    for name, change in MESSAGES.items():
        few, many = (trial.counted(config(options.islands, count, **change), ranks)[0] for count in (steps, 2 * steps))
        (letters, _), (bigger, bytes_) = ([(two - one) / steps for one, two in zip(sent(few, isletter), sent(many, isletter), strict=True)]
                                          for isletter in (True, False))
        received = ranks * (4096 * letters + bytes_)
        row(name, f"{letters:.2f}", f"{bigger:.2f}", f"{bytes_ * ranks / options.islands:.0f}" if bytes_ else "–", f"{received / 1000:.1f}")


def sent(lines, are_letters):
    """How many messages, and their bytes, by one process."""
    found = [(calls, size * calls) for what, size, calls, _ in lines if what == "allgather" and (size == 4096) == are_letters]
    return sum(calls for calls, _ in found), sum(bytes_ for _, bytes_ in found)


def delay(trial, options):
    """Seconds of a step over the delay between machines, each a network namespace."""
    agent = trial.folder / "ssh-into"
    agent.write_text(network.AGENT)
    agent.chmod(agent.stat().st_mode | stat.S_IXUSR)
    inside = ["ip", "netns", "exec", "fkc0", "unshare", "--uts", "sh", "-c", 'hostname fkc0; exec "$@"', "sh"]
    settings = [word for key, value in (("plm_rsh_agent", agent), ("btl", "tcp,self"), ("btl_tcp_if_include", network.DEVICE),
                                        ("oob_tcp_if_include", network.DEVICE)) for word in ("--mca", key, str(value))]
    steps = 200
    # Namespaces are taken away at an end that is asked for, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # Before other programs, or else waits are those for a processor. It is for seconds, and processes that wait sleep.
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    print("Least of", options.rounds, "rounds; a network namespace for every process, and one for the launcher.\n")
    header("processes", "islands", "delay, ms", "there and back, ms", "ms a step", "more than without, in delays")
    for ranks, islands in ((2, 8), (2, 64), (4, 16), (4, 64)):
        least = None
        for milliseconds in map(float, options.delays.split(",")):
            with network.machines(ranks + 1, milliseconds / 1000) as names:
                hosts = ",".join(network.address(number + 1) + ":1" for number in range(ranks))
                launch = [*inside, *OPEN_MPI, *settings, "-host", hosts, "-n", str(ranks)]
                back = network.round_trip(names)
                seconds, _ = trial.seconds(config(islands, steps), launch, rounds=options.rounds)
            step = 1000 * seconds / steps
            least = least or step
            more = f"{(step - least) / milliseconds:.1f}" if milliseconds else "–"
            row(ranks, islands, f"{milliseconds:g}", f"{1000 * back:.2f}", f"{step:.2f}", more)


def records(trial, options):
    """Microseconds that every process computes for every island of the run, its own or not.

    A process of P computes s·K/P + r·K for K islands: s is its own work, and two numbers of processes tell r. Processor time is counted, outside
    of messages and in a step more, so that other programs do not enter.
    """
    islands, steps, each = 8192, 20, 8

    def own(ranks):
        few, many = (sum(seconds for one in trial.counted(config(islands, count, each=each), ranks) for what, _, _, seconds in one if what == "computing")
                     for count in (steps, 2 * steps))
        return (many - few) / ranks / steps / islands * 1e6

    header("processes", "islands", "µs of a process, a step and an island of the run")
    found = {ranks: statistics.median(own(ranks) for _ in range(options.rounds)) for ranks in (2, 8)}
    for ranks, one in found.items():
        row(ranks, islands, f"{one:.2f}")
    shared = (8 * found[8] - 2 * found[2]) / 6
    print(f"\nr = {shared:.2f} µs for every island of the run, s = {2 * (found[2] - shared):.2f} µs for one of its own, of {each} particles")


def main():
    parser = argparse.ArgumentParser(description="Measures how runs on many processes of MPI scale.")
    parser.add_argument("what", choices=["sampling", "messages", "delay", "records", "project"])
    parser.add_argument("--fkc", type=pathlib.Path, default=ROOT / ".build/release/fkc")
    parser.add_argument("--ranks", default="1,2,4,8,16,32,64")
    parser.add_argument("--kinds", default="strong,weak")
    parser.add_argument("--islands", type=int, default=64, help="of the whole run")
    parser.add_argument("--each", type=int, default=4, help="islands of a process, for weak scaling")
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--pause", type=float, default=0.02, help="seconds of a call of the network")
    parser.add_argument("--delays", default="0,1,2,5", help="in milliseconds")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    if options.what == "project":
        return project(header, row)
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(options.fkc.resolve(), pathlib.Path(folder))
        {"sampling": sampling, "messages": messages, "delay": delay, "records": records}[options.what](trial, options)


if __name__ == "__main__":
    main()
