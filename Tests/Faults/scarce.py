"""Memory that runs out, and clocks that jump.

    python3 Tests/Faults/scarce.py .build/release/fkc --trials 100          # part of make faults

Memory that a run is forecast to need and the system does not give ends it before the start with 65; where it is gone in the middle, the run ends with
70 and a sentence, and goes on from its last checkpoint to the same bytes. Clocks that jump by hours, either way, change no byte, and nothing
waits for them: no checkpoint comes early again and again, none stays out, and no time is below zero.
"""
import json
import pathlib
import random
import subprocess
import sys
import time

import common
from common import Failure

HOUR = 3600
# Forwards, back, there and back, and again and again.
JUMPS = ["{a}:7200", "{a}:-7200", "{a}:36000,{b}:0", "{a}:-36000,{b}:0", "{a}:90000,{b}:-90000", "{a}:3600,{b}:-3600,{c}:7200"]


class Checks:
    def __init__(self, fkc, folder, library, draws):
        self.program, self.folder, self.library, self.draws = common.Program(fkc, folder), folder, library, draws
        rest = "checkpoint: {every_steps: 100}\noutput: {trajectory: {every_steps: 9, particles: 15}}"
        self.program.write("c.yaml", common.config(particles=2000, steps=1500, rest=rest))
        began = time.monotonic()
        self.program.run(*self.arguments("whole"))
        self.seconds = time.monotonic() - began
        self.whole = common.contents(folder / "whole")

    @staticmethod
    def arguments(out, *more):
        return ["run", "c.yaml", "--output", out, "--progress", "none", "--no-report", "--threads", "2", *more]

    def goes_on(self, what):
        self.program.run(*self.arguments("out", "--resume"))
        common.check_same(self.whole, self.folder / "out", what)
        common.remove(self.folder / "out")

    def traces(self):
        """Whether Swift prints where a fault was, which is its default and needs memory."""
        return {"SWIFT_BACKTRACE": self.draws.choice(["enable=no", "enable=yes"])}

    # MARK: - Memory

    def forecast(self):
        for limit, resource in (("ulimit -v", "--as"), ("ulimit -d", "--data")):
            ended = self.program.run(*self.arguments("out", "--set", "particles=30000000"), allowed=(65,), before=["prlimit", f"{resource}=2000000000"])
            if limit not in ended.err or "leaves the run" not in ended.err or (self.folder / "out").exists():
                raise Failure(f"a run that does not fit says: {ended.err!r}")
        return "memory: a run whose forecast does not fit is refused with 65, by the limit's name, and leaves nothing"

    def smaller_limits(self):
        """Every limit from one that loads the program to one that is enough: no other end than a sentence."""
        ends = {}
        for megabytes in range(80, 400, 8):
            ended = self.program.run(*self.arguments("out"), allowed=(0, 65, 69, 70, 127), before=["prlimit", f"--as={megabytes << 20}"])
            ends[ended.status] = ends.get(ended.status, 0) + 1
            # 127 is the loader's, which finds no room for the program's libraries.
            if ended.status in (0, 70):
                self.goes_on("a run in little memory")
        if 0 not in ends or 65 not in ends:
            raise Failure(f"limits from 80 to 392 MiB end by {ends}")
        return f"memory: under limits of 80 to 392 MiB it ends by a sentence or its results: {named(ends)}"

    def taken_away(self, trials):
        """The limit falls to what the process has, at a random instant: whatever it then asks for is refused."""
        ends = {}
        for _ in range(trials):
            process = self.program.start(*self.arguments("out"), environment=self.traces())
            try:
                process.wait(self.draws.uniform(0.1, 1.1) * self.seconds)
            except subprocess.TimeoutExpired:
                taken = [int(line.split()[1]) << 10 for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines() if "VmSize" in line]
                subprocess.run(["prlimit", "--pid", str(process.pid), f"--as={taken[0] if taken else 1}"], check=False, capture_output=True)
            # 65 where it gets none from before its particles have theirs.
            ended = self.program.finish(process, {0, 65, 70}, "a run that gets no more memory")
            words = {65: ["the system refused", "but ulimit -v leaves the run"], 70: ["the system gives this process no more memory"]}
            if not any(word in ended.err for word in words.get(ended.status, [""])):
                raise Failure(f"a run that gets no more memory says: {ended.err!r}")
            ends[ended.status] = ends.get(ended.status, 0) + 1
            self.goes_on("a run that got no more memory")
        if trials >= 5 and 70 not in ends:
            raise Failure("no run missed the memory that it did not get: nothing was tried")
        return f"memory: {trials} runs got none from a random instant on: {named(ends)}; they went on to the same bytes"

    def no_allocation(self, trials):
        """From an allocation on none is granted, wherever in the program it is."""
        if self.library is None:
            return "memory: skipped, allocations that fail"
        # Before this many the system's own libraries are not ready to say anything.
        first, last = (self.allocations(arguments) for arguments in (["--version"], self.arguments("counted")))
        for _ in range(trials):
            number = self.draws.randint(first, last)
            fault = {"LD_PRELOAD": self.library, "FAULT_MEMORY": number, **self.traces()}
            ended = self.program.run(*self.arguments("out"), allowed=(0, 65, 70, 73), environment=fault)
            if ended.status == 0:
                raise Failure(f"a run did without allocation {number} of {last}")
            self.goes_on(f"a run without allocation {number}")
        return f"memory: {trials} runs got none from one of their {last - first} allocations on, ended with a sentence and went on to the same bytes"

    def allocations(self, arguments):
        self.program.run(*arguments, environment={"LD_PRELOAD": self.library, "FAULT_COUNT": self.folder / "count", "FAULT_MEMORY": 1 << 60})
        return int((self.folder / "count").read_text().split()[2])

    # MARK: - Clocks

    def clocks(self, trials):
        if self.library is None:
            return "clocks: skipped"
        every = ["--set", "checkpoint={every_seconds: 0.1}"]
        calm, readings = self.writes(every, None)
        most = 0
        for number in range(trials):
            places = sorted(self.draws.sample(range(1, readings), 3))
            jumps = JUMPS[number % len(JUMPS)].format(a=places[0], b=places[1], c=places[2])
            calls, _ = self.writes(every, jumps)
            most = max(most, calls - calm)
        return f"clocks: {trials} runs whose clocks jumped by up to 50 hours have the same bytes, and no time below zero; at most {most} more calls of " \
               f"the file system than the {calm} of a run without"

    def writes(self, more, jumps):
        """How many calls of the file system a run made, and how often it looked at a clock."""
        environment = {"LD_PRELOAD": self.library, "FAULT_COUNT": self.folder / "count", "FAULT_CLOCK": jumps or "1:0"}
        began = time.monotonic()
        self.program.run(*self.arguments("out", *more), environment=environment)
        took = time.monotonic() - began
        what = f"a run whose clocks jump by {jumps}"
        found, whole = common.contents(self.folder / "out"), dict(self.whole)
        # Its config says another interval.
        found.pop("config.yaml"), whole.pop("config.yaml")
        if found != whole:
            raise Failure(f"{what}: other results")
        summary = json.loads((self.folder / "out" / "summary.json").read_text())
        if summary["wall_seconds"] < 0 or (summary["particle_steps_per_second"] or 0) < 0:
            raise Failure(f"{what}: took {summary['wall_seconds']} s")
        calls, readings = map(int, (self.folder / "count").read_text().split()[:2])
        # A checkpoint is some ten calls, and one is due ten times a second.
        if jumps and calls > self.calm + 12 * (10 * took + 3):
            raise Failure(f"{what}: {calls} calls of the file system, {self.calm} without")
        self.calm = calls if jumps is None else self.calm
        common.remove(self.folder / "out")
        return calls, readings

    def checkpoints_come(self):
        """A clock that goes back by hours keeps no checkpoint away."""
        if self.library is None:
            return "clocks: skipped"
        process = self.program.start(*self.arguments("out", "--set", "checkpoint={every_seconds: 0.1}", "--set", "sampler.steps=60000"),
                                     environment={"LD_PRELOAD": self.library, "FAULT_CLOCK": "100:-36000"})
        common.await_checkpoint(self.folder / "out", process, count=2)
        process.terminate()
        self.program.finish(process, {75}, "a run whose clock went back")
        common.remove(self.folder / "out")
        return "clocks: checkpoints come as ever after a clock went back by ten hours"


def named(ends):
    return ", ".join(f"{count} with {status}" for status, count in sorted(ends.items()))


def main():
    options = common.options(__doc__, ("--trials", {"type": int, "default": 100}), ("--seed", {"type": int, "default": 1}))
    with common.scratch() as name:
        folder = pathlib.Path(name)
        checks = Checks(options.fkc, folder, common.shim(folder), random.Random(options.seed))
        steps = [checks.forecast, lambda: checks.taken_away(options.trials), lambda: checks.no_allocation(options.trials),
                 lambda: checks.clocks(options.trials), checks.checkpoints_come]
        return common.main(steps + ([checks.smaller_limits] if options.trials >= 100 else []))


if __name__ == "__main__":
    sys.exit(main())
