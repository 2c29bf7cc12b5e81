"""Model programs that die, hang or answer nonsense in the middle of a run.

    python3 Tests/Faults/programs.py .build/release/fkc --calls 10          # part of make faults

The run ends with 70 and a sentence that names the model, the step and what was wrong, leaves no result and no process, and keeps its checkpoint, from
which it goes on to the same bytes with a program that is well.
"""
import pathlib
import random
import re
import sys

import common
from common import Failure

# What the sentence says of each.
KINDS = {
    "die": "ended with status 3 .*the model is tired", "kill": "was ended by signal 9", "hang": "did not answer within 5.0 seconds",
    "nan": r"returned a value that is not finite .* for particle 0", "short": "ended with status 0 before it had answered",
    "garbage": "garbage.* in place of an answer", "rows": r"answered with shape \[1, 65, 2\]", "long": "in place of an answer",
    "refuse": "reported: the model knows no such point",
}
STEPS = 60


class Checks:
    def __init__(self, fkc, folder, draws):
        self.program, self.folder, self.draws = common.Program(fkc, folder), folder, draws
        command = f"[{sys.executable}, {common.HERE / 'model.py'}]"
        model = f"p: {{kind: program, command: {command}, dimensions: 2, timeout_seconds: 5}}"
        text = common.config(particles=64, islands=1, steps=STEPS, models=model, target="annealed: {model: p, inverse_temperature: 2}, path: constant",
                             sampler=", start: gaussian, control: none, step_size_error: none, plain_samples: none", rest="checkpoint: {every_steps: 5}")
        self.program.write("c.yaml", text)
        self.program.run(*self.arguments("whole"))
        self.whole = common.contents(folder / "whole")
        # How many requests come before the first step.
        self.earlier = 40 - self.step(self.program.run(*self.arguments("early"), allowed=(70,), environment={"FAULT": "die:40"}), "an early end")

    @staticmethod
    def arguments(out, *more):
        return ["run", "c.yaml", "--output", out, "--allow-programs", "--progress", "none", "--no-report", *more]

    @staticmethod
    def step(ended, what):
        """The step that the sentence names."""
        found = re.search(r"\bstep (\d+)", ended.said[-1] if ended.said else "")
        if not found or "'p'" not in ended.said[-1]:
            raise Failure(f"{what}: names no model or step: {ended.err!r}")
        return int(found[1])

    def fails(self, kind, calls):
        out = self.folder / "out"
        kept = 0
        for _ in range(calls):
            # After the first checkpoint, so that there is one to keep, and before the last call, so that what comes too late is seen.
            step = self.draws.randint(6, STEPS - 2)
            what = f"a program that does '{kind}' at step {step}"
            ended = self.program.run(*self.arguments("out"), allowed=(70,), environment={"FAULT": f"{kind}:{self.earlier + step}"})
            # An answer with too much is one, and the next one is wrong.
            if self.step(ended, what) != step + (kind == "long") or not re.search(KINDS[kind], ended.said[-1]):
                raise Failure(f"{what}: says {ended.err!r}")
            common.check_whole_or_absent(self.whole, out, what)
            if left := self.processes():
                raise Failure(f"{what}: left the processes {left}")
            kept += common.checkpoint_step(out) > 0
            self.program.run(*self.arguments("out", "--resume"))
            common.check_same(self.whole, out, what)
            common.remove(out)
        if kept < calls:
            raise Failure(f"{calls - kept} of {calls} programs that did '{kind}' took the checkpoint along")
        return f"programs: {calls} that did '{kind}': 70, a sentence, the checkpoint kept, and then the same bytes"

    def processes(self):
        """Programs that are there still."""
        found = []
        for path in pathlib.Path("/proc").iterdir():
            try:
                if path.name.isdigit() and str(common.HERE / "model.py").encode() in (path / "cmdline").read_bytes().split(b"\0") \
                        and (path / "cwd").resolve() == self.folder.resolve():
                    found.append(path.name)
            except OSError:
                continue
        return found


def main():
    options = common.options(__doc__, ("--calls", {"type": int, "default": 10, "help": "that each kind fails at"}), ("--seed", {"type": int, "default": 1}))
    with common.scratch() as name:
        checks = Checks(options.fkc, pathlib.Path(name), random.Random(options.seed))
        return common.main([lambda kind=kind: checks.fails(kind, options.calls) for kind in KINDS])


if __name__ == "__main__":
    sys.exit(main())
