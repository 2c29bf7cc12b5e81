"""Kills fkc every few seconds, again and again: a run has to come to its end all the same, with the bytes of one that nobody killed.

    python3 Tests/Faults/progress.py .build/release/fkc                          # make faults

One run has a checkpoint a second; one finds out more before its first step than it has time for between two kills.
"""
import pathlib
import signal
import subprocess
import sys

import common
from common import Failure

# A network of 20 ms a call that gives scores alone: what is found out before the first step takes longer than a process lives.
SLOW = """
seed: 3
particles: 4000
islands: 8
process: {{kind: variance-exploding, sigma_min: 0.01, sigma_max: 20}}
models:
  m: {{kind: program, command: [{python}, {model}, --pause, '0.02'], dimensions: 2, data_standard_deviation: 1}}
target: {{annealed: {{model: m, inverse_temperature: 2}}}}
sampler: {{steps: auto}}
"""


def progress(fkc, what, content, every):
    """A run that is killed every few seconds comes to its end, with the same bytes."""
    with common.scratch() as name:
        folder = pathlib.Path(name)
        program = common.Program(fkc, folder)
        program.write("c.yaml", content)
        arguments = ["run", "c.yaml", "--progress", "none", "--no-report", "--threads", 1, "--allow-programs", "--output"]
        program.run(*arguments, "whole")
        places = [(-1, 0)]
        while len(places) < 100:
            process = program.start(*arguments, "out", "--resume")
            try:
                process.wait(every)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
            program.finish(process, {0, -signal.SIGKILL}, "a run that is killed again and again")
            if process.returncode == 0:
                common.check_same(common.contents(folder / "whole"), folder / "out", "a run that was killed again and again")
                steps = ", ".join(str(step) for step, _ in places[1:])
                return f"{what}: killed every {every} s, a run came to its end, with the same bytes, by the steps {steps}"
            notes = folder / "out" / ".fkc-checkpoint" / "notes"
            places.append((common.checkpoint_step(folder / "out"), notes.stat().st_mtime if notes.exists() else 0))
            # A machine that is busy may give a run no second of its own in five.
            if len(places) > 3 and places[-1] <= places[-4]:
                raise Failure(f"a run that is killed every {every} s stands still at step {places[-1][0]}")
    raise Failure("a run that is killed again and again has no end")


def main():
    options = common.options(__doc__)
    short = common.config(steps=40000, rest="checkpoint: {every_seconds: 1}")
    slow = SLOW.format(python=sys.executable, model=pathlib.Path(__file__).resolve().parents[1] / "Ranks" / "model.py")
    return common.main([lambda: progress(options.fkc, "progress", short, 5),
                        lambda: progress(options.fkc, "progress before the first step", slow, 2.5)])


if __name__ == "__main__":
    sys.exit(main())
