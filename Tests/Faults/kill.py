"""Kills fkc at random instants and goes on from what it left: the results must have the bytes of a run that nobody killed.

    python3 Tests/Faults/kill.py .build/release/fkc --kills 200                  # make faults
    python3 Tests/Faults/kill.py .build/release/fkc --kills 40 --of checkpoint

Killed are a run, a sweep, a run on three processes of MPI (one of them, or all with their launcher), a merge, and a run in the middle of
writing a checkpoint.
"""
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

import common
from common import Failure

REST = """checkpoint: {every_steps: 25}
output: {trajectory: {every_steps: 9, particles: 15}}"""


class Kind:
    """Something that is begun, killed and gone on with."""
    about = ""

    def __init__(self, fkc, folder, draws):
        self.program, self.folder, self.draws = common.Program(fkc, folder), folder, draws
        self.out = folder / "out"
        self.prepare()
        self.program.run(*self.arguments("whole"))
        self.whole = common.contents(folder / "whole")
        began = time.monotonic()
        self.program.finish(self.start(), {0}, f"a {self.about}")
        self.seconds = time.monotonic() - began
        common.check_same(self.whole, self.out, f"a {self.about}")
        common.remove(self.out)

    def prepare(self):
        self.program.write("c.yaml", common.config(particles=1500, steps=1200, rest=REST))

    def arguments(self, out):
        """What begins it, and goes on with it."""
        return ["run", "c.yaml", "--output", out, "--resume", "--progress", "none", "--threads", self.draws.choice([1, 1, 2])]

    def start(self):
        return self.program.start(*self.arguments("out"))

    def wait(self, process):
        """Until the instant that it is killed at."""
        try:
            process.wait(self.draws.uniform(0, 1.2 * self.seconds))
        except subprocess.TimeoutExpired:
            pass

    def strike(self, process):
        process.send_signal(signal.SIGKILL)

    def kill(self):
        """Begins it or goes on, and kills it; False where it came to its end before that."""
        is_new, began = not self.out.exists(), time.monotonic()
        process = self.start()
        self.wait(process)
        if process.poll() is None:
            self.strike(process)
        self.program.finish(process, self.allowed, "what was gone on with")
        if is_new and process.returncode == 0:
            # The machine has less to do than when it was timed.
            self.seconds = min(self.seconds, time.monotonic() - began)
        return process.returncode != 0

    allowed = frozenset({0, -signal.SIGKILL})

    def finish(self):
        self.program.run(*self.arguments("out"))

    def check(self):
        """Brings it to its end, compares it, and makes room for the next."""
        self.finish()
        common.check_same(self.whole, self.out, f"a {self.about} that was killed and went on")
        common.remove(self.out)
        return ""


class Run(Kind):
    about = "run"


class Sweep(Kind):
    about = "sweep"

    def prepare(self):
        self.program.write("c.yaml", common.config(particles=600, steps=600, rest=REST))

    def arguments(self, out):
        return ["sweep", "c.yaml", "--set", "sampler.steps=300,500", "--seeds", "0-1", "--output", out, "--progress", "none",
                "--threads", self.draws.choice([1, 1, 2])]


class Merge(Kind):
    """Into a new folder, or in place of an older run, of which the killed merge leaves all or nothing."""
    about = "merge"

    def prepare(self):
        self.replaces = False
        text = common.config(particles=30000, steps=30, sampler=", control: none", rest="output: {trajectory: {every_steps: 3, particles: 15000}}")
        self.program.write("c.yaml", text)
        for island in (0, 1):
            self.program.run("run", "c.yaml", "--islands", island, "--output", f"part-{island}", "--progress", "none", "--no-report")
        self.program.run("run", "c.yaml", "--seed", 6, "--output", "old", "--progress", "none", "--no-report")
        self.old = common.contents(self.folder / "old")

    def arguments(self, out):
        return ["merge", "part-0", "part-1", "--output", out] + (["--overwrite"] if self.replaces else [])

    def start(self):
        if not self.out.exists():
            self.replaces = self.draws.random() < 0.5
            if self.replaces:
                shutil.copytree(self.folder / "old", self.out)
        return super().start()

    # A merge that was killed after its results were in their places finds them there.
    allowed = frozenset({0, 73, -signal.SIGKILL})

    def finish(self):
        if self.replaces:
            # Whoever reads the folder sees the old run or the new one.
            self.program.run("report", "out")
            if common.contents(self.out, hidden=False) not in (self.old, self.whole):
                raise Failure("a folder whose run was being replaced holds neither the old one nor the new one")
        ended = self.program.run(*self.arguments("out"), allowed=(0,) if self.replaces else (0, 73))
        if ended.status == 73 and "already holds a run" not in ended.err:
            raise Failure(f"a merge that was killed is refused: {ended.err}")


class Checkpoint(Kind):
    """A run that writes its state after every step, and is killed while it does."""
    about = "checkpoint"

    def prepare(self):
        self.within = self.kills = 0
        self.program.write("c.yaml", common.config(particles=200000, steps=10, rest="checkpoint: {every_steps: 1}"))

    def wait(self, process):
        time.sleep(self.draws.uniform(0, 0.7 * self.seconds))
        next_state = self.out / ".fkc-checkpoint" / "state-next"
        while process.poll() is None and not next_state.exists():
            time.sleep(0.0005)
        time.sleep(self.draws.uniform(0, 0.004))

    def kill(self):
        was_killed = super().kill()
        self.kills += was_killed
        self.within += was_killed and (self.out / ".fkc-checkpoint" / "state-next").exists()
        return was_killed

    def check(self):
        super().check()
        if self.kills >= 20 and not self.within:
            raise Failure(f"{self.kills} kills, and none came while a checkpoint was being written")
        return f"{self.within} of {self.kills} left a checkpoint half written"


class Ranks(Kind):
    """Three processes of MPI, of which one is killed, or all with their launcher."""
    about = "run on 3 processes"

    def prepare(self):
        self.program.write("c.yaml", common.config(particles=3000, islands=6, steps=500, rest=REST))
        root = ["--allow-run-as-root"] if os.geteuid() == 0 else []
        self.launcher = ["timeout", str(common.TIMEOUT), "mpirun", "--oversubscribe", *root, "-n", "3"]

    def arguments(self, out):
        return super().arguments(out)[:-2]

    def start(self):
        return self.program.start(*self.arguments("out"), before=self.launcher, start_new_session=True)

    def processes(self):
        """Those of fkc that this folder's launcher started."""
        found = []
        for path in pathlib.Path("/proc").iterdir():
            try:
                words = (path / "cmdline").read_bytes().split(b"\0") if path.name.isdigit() else [b""]
                if words[0] == self.program.fkc.encode() and (path / "cwd").resolve() == self.folder.resolve():
                    found.append(int(path.name))
            except OSError:
                continue
        return found

    # The launcher's own words for a process that is gone are not fkc's.
    allowed = frozenset({0, *range(1, 256), -signal.SIGKILL})

    def strike(self, process):
        ranks = self.processes()
        if ranks and self.draws.random() < 0.6:
            return self.end(self.draws.choice(ranks))
        os.killpg(process.pid, signal.SIGKILL)
        for rank in self.processes():
            self.end(rank)

    @staticmethod
    def end(process):
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def kill(self):
        was_killed = super().kill()
        until = time.monotonic() + common.TIMEOUT
        while self.processes():
            if time.monotonic() > until:
                raise Failure("processes of MPI outlive one that was killed")
            time.sleep(0.01)
        return was_killed


KINDS = {"run": Run, "sweep": Sweep, "mpi": Ranks, "merge": Merge, "checkpoint": Checkpoint}


def killed(fkc, name, kills, seed):
    """Kills one kind so often; says what came of it."""
    if name == "mpi" and not shutil.which("mpirun"):
        return "mpi: skipped, no mpirun is here"
    draws = random.Random(f"{seed} {name}")
    with common.scratch() as folder:
        kind = KINDS[name](fkc, pathlib.Path(folder), draws)
        done = runs = 0
        note = ""
        while done < kills:
            # Some are killed once, others again and again.
            for _ in range(draws.choice([1, 1, 2, 4])):
                if done == kills or not kind.kill():
                    break
                done += 1
            runs += 1
            note = kind.check()
    return f"{name}: {done} of {kills} kills; what they ended went on to the same bytes, {runs} of {runs} times" + (f"; {note}" if note else "")


def main():
    choices = [*KINDS, "all"]
    options = common.options(__doc__, ("--kills", {"type": int, "default": 200}), ("--of", {"choices": choices, "default": ["all"], "nargs": "+"}),
                             ("--seed", {"type": int, "default": 1, "help": "of the instants"}))
    every = "all" in options.of
    names = [name for name in KINDS if every or name in options.of]
    shares = {name: options.kills // len(names) + (index < options.kills % len(names)) for index, name in enumerate(names)}
    checks = [lambda name=name, share=share: killed(options.fkc, name, share, options.seed) for name, share in shares.items()]
    return common.main(checks)


if __name__ == "__main__":
    sys.exit(main())
