"""Kills runs at random instants and goes on from what they left: the results must have the bytes of a run that nobody killed.

    python3 Tests/Faults/kill.py .build/release/fkc --kills 200     # make faults
"""
import argparse
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

CONFIG = """
seed: 5
particles: 3000
islands: 2
process: {kind: variance-exploding}
models:
  m: {kind: gaussian-mixture, means: [[-2, 0.5], [1.5, -1], [0.2, 2]], weights: [0.2, 0.5, 0.3], standard_deviations: [0.5, 0.7, 0.6]}
target: {annealed: {model: m, inverse_temperature: 2}}
sampler: {steps: 3000}
checkpoint: {every_steps: 25}
output: {directory: out, trajectory: {every_steps: 9, particles: 15}}
"""
# What differs between two runs of one config is in summary.json: how long they took.
FILES = ["samples.npy", "log_weights.npy", "ancestors.npy", "genealogy.npy", "trace.csv", "config.yaml",
         "trajectory.npy", "trajectory_parents.npy", "trajectory_log_weights.npy"]


def parsed():
    parser = argparse.ArgumentParser(description="Kills runs at random instants and goes on.")
    parser.add_argument("fkc")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="of the instants")
    return parser.parse_args()


class Trial:
    def __init__(self, fkc, folder, draws):
        self.fkc, self.folder, self.draws = fkc, folder, draws
        (folder / "c.yaml").write_text(CONFIG)
        began = time.monotonic()
        self.run("--output", "whole")
        self.seconds = time.monotonic() - began
        self.whole = self.files("whole")

    def command(self, *arguments):
        return [self.fkc, "run", "c.yaml", "--progress", "none", *arguments]

    def run(self, *arguments):
        done = subprocess.run(self.command(*arguments), check=False, cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"fkc run {' '.join(arguments)} ended with {done.returncode}: {done.stderr}")

    def files(self, name):
        return {file: (self.folder / name / file).read_bytes() for file in FILES}

    def kill(self):
        """Starts or goes on, and kills it; True where it came to its end before that."""
        process = subprocess.Popen(self.command("--output", "out", "--resume", "--threads", str(self.draws.choice([1, 2]))),
                                   cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            process.wait(self.draws.uniform(0, 1.2 * self.seconds))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.wait()
        if process.returncode not in (0, -signal.SIGKILL):
            raise SystemExit(f"a run that went on ended with {process.returncode}: {process.stderr.read().decode()}")
        process.stderr.close()
        return process.returncode == 0

    def check(self):
        """Brings the run to its end, compares it, and makes room for the next."""
        self.run("--output", "out", "--resume")
        found = self.files("out")
        wrong = [file for file in FILES if found[file] != self.whole[file]]
        left = [path.name for path in (self.folder / "out").iterdir() if path.name.startswith(".")]
        for path in (self.folder / "out").iterdir():
            path.unlink()
        return wrong + left


def main():
    arguments = parsed()
    draws = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as name:
        trial = Trial(str(pathlib.Path(arguments.fkc).resolve()), pathlib.Path(name), draws)
        kills = runs = 0
        while kills < arguments.kills:
            # Some runs are killed once, others again and again.
            for _ in range(draws.choice([1, 1, 2, 4])):
                if kills == arguments.kills or trial.kill():
                    break
                kills += 1
            runs += 1
            wrong = trial.check()
            if wrong:
                print(f"after {kills} kills these files differ or were left: {', '.join(wrong)}")
                return 1
        print(f"{kills} of {kills} kills: the {runs} runs that they ended went on to the same bytes.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
