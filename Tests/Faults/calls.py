"""Calls of the file system that fail one by one, or all from one on.

    python3 Tests/Faults/calls.py .build/release/fkc                           # part of make faults
    python3 Tests/Faults/calls.py .build/release/fkc --calls 20 --of sweep

Every command has to end with 73 and a sentence, or to do without what it could not write; no half file has a final name, and the same command then
comes to the same bytes.
"""
import errno
import pathlib
import random
import sys

import common
from common import Failure

# How a call fails: a full disk and a broken one, for once or from then on; a system makes a broken disk read-only.
FAULTS = [("ENOSPC", ""), ("ENOSPC", ":on"), ("EIO", ""), ("EIO", ":on"), ("EROFS", ":on")]
QUIET = ["--progress", "none", "--no-report", "--threads", "1"]
COMMANDS = {
    "run": ["run", "c.yaml", "--resume", *QUIET],
    "part": ["run", "c.yaml", "--resume", "--islands", "1", *QUIET],
    "sweep": ["sweep", "c.yaml", "--seeds", "0-1", *QUIET],
    "merge": ["merge", "part-0", "part-1"],
}


class Checks:
    def __init__(self, fkc, folder, library):
        self.folder, self.program, self.library = folder, common.Program(fkc, folder), library
        self.program.write("c.yaml", common.config(
            particles=256, steps=10, rest="checkpoint: {every_steps: 4}\noutput: {trajectory: {every_steps: 9, particles: 15}}"))
        for island in (0, 1):
            self.program.run("run", "c.yaml", "--islands", island, "--output", f"part-{island}", *QUIET)
        self.program.run("merge", "part-0", "part-1", "--output", "joined", "--no-report")
        self.joined = common.contents(folder / "joined")

    def fails(self, name, most, draws):
        """Each call of one command fails once, or it and all that follow."""
        arguments, count = [*COMMANDS[name], "--output"], self.folder / "count"
        self.program.run(*arguments, f"whole-{name}", environment={"LD_PRELOAD": self.library, "FAULT_COUNT": count})
        calls = int(count.read_text().split()[0])
        whole = common.contents(self.folder / f"whole-{name}")
        trials = [(call, *fault) for call in range(1, calls + 1) for fault in FAULTS]
        chosen = trials if most is None else draws.sample(trials, min(len(trials), most))
        for call, kind, mode in chosen:
            self.one(name, [*arguments, name], whole, f"{call}:{getattr(errno, kind)}{mode}")
        return f"calls: {len(chosen)} times one of the {calls} calls of a {name} failed by ENOSPC, EIO or EROFS, alone or with all after it: 0 or 73, and " \
               "then the same bytes"

    def one(self, name, arguments, whole, fault):
        what, out = f"a {name} whose call {fault} fails", self.folder / name
        ended = self.program.run(*arguments, allowed=(0, 73), environment={"LD_PRELOAD": self.library, "FAULT_CALL": fault})
        if out.exists() and ended.status != 0 and name != "sweep":
            common.check_whole_or_absent(whole, out, what)
        again = self.program.run(*arguments, allowed=(0,) if name != "merge" else (0, 73))
        if again.status == 73 and "already holds a run" not in again.err:
            raise Failure(f"{what}: {again.err}")
        # A lock's file that could not be removed locks nothing.
        for lock in out.rglob(".partial-lock"):
            lock.unlink()
        common.check_same(whole, out, f"{what}, with {ended.status} and {ended.err!r}")
        if name == "part":
            self.program.run("merge", "part-0", out.name, "--output", "again", "--no-report")
            common.check_same(self.joined, self.folder / "again", f"{what}, merged")
            common.remove(self.folder / "again")
        common.remove(out)


def main():
    options = common.options(__doc__, ("--calls", {"type": int, "help": "of each command that fail in turn; all by default"}),
                             ("--of", {"choices": sorted(COMMANDS), "nargs": "+", "default": [*COMMANDS], "help": "all by default"}),
                             ("--seed", {"type": int, "default": 1}))
    with common.scratch() as name:
        folder = pathlib.Path(name)
        library = common.shim(folder)
        if library is None:
            return 0
        checks = Checks(options.fkc, folder, library)
        return common.main([lambda name=name: checks.fails(name, options.calls, random.Random(f"{options.seed} {name}")) for name in options.of])


if __name__ == "__main__":
    sys.exit(main())
