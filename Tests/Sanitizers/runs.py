"""Runs of a program that was built with a sanitizer: none may find a fault. make sanitize

    python3 Tests/Sanitizers/runs.py .build-sanitize/thread/release/fkc
    python3 Tests/Sanitizers/runs.py .build-sanitize/address/release/fkc --every 1      all small runs of Tests/Bytes, not one in four

First come runs that are made for it, by four threads: passes of particles, resampling in chunks and of whole islands, controls and moves, a pair
beside the run, streams of a GSL generator, a program that answers; then parts, a merge, a checkpoint to go on from, and what report and compare
read. A run whose particles are too few for four threads would not tell: each of these has blocks for all of them. Small runs of Tests/Bytes
follow, with four times their particles; together they use every part of the engine, networks too.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
MIXTURE = {"kind": "gaussian-mixture", "means": [[-2, 0.5], [1.5, -1]], "weights": [0.25, 0.75], "standard_deviations": [0.5, 0.7]}
PROGRAM = {"kind": "program", "command": [sys.executable, str(ROOT / "Tests" / "Ranks" / "model.py")], "dimensions": 2}
ANNEALED = {"annealed": {"model": "m", "inverse_temperature": 2}}
# What the sanitizers end a process with where they find something; no exit code of fkc.
FOUND = 99
# Right, or refused with a sentence: Tests/Bytes has runs that are refused, and knows which.
ENDED = (0, 64, 65, 70)


def config(sampler=(), model=MIXTURE, target=ANNEALED, **more):
    return {"seed": 1, "particles": 3000, "process": {"kind": "variance-exploding"}, "models": {"m": model}, "target": target,
            "sampler": {"steps": 12, **dict(sampler)}, **more}


def resampled(scheme):
    return config(resampling={"scheme": scheme, "ess_threshold": 1})


CONFIGS = {
    "islands and a pair": config({"step_size_error": "doubling"}, islands=4, checkpoint={"every_steps": 3}),
    "moves": config({"control": "linear", "rejuvenation": {"kind": "metropolis"}}, islands=2, output={"trajectory": {"every_steps": 3, "particles": 20}}),
    "scores": config({"control": "scores"}),
    "exchange": config(islands={"count": 10, "exchange": {"ess_threshold": 1}}),
    "a generator of GSL": config(rng="mt19937"),
    "a program": config({"steps": 6, "control": "none"}, model=PROGRAM, target={"annealed": {"model": "m", "inverse_temperature": 1}}),
    **{scheme: resampled(scheme) for scheme in ["killing", "systematic", "multinomial", "residual", "stratified", "ssp", "metropolis"]},
}


def options():
    """What is the environment of a process under a sanitizer. What is left at the end of a process is no leak."""
    common = f"exitcode={FOUND}"
    suppressions = pathlib.Path(__file__).with_name("thread.suppressions").resolve()
    return {"TSAN_OPTIONS": f"{common}:suppressions={suppressions}", "ASAN_OPTIONS": f"{common}:detect_leaks=0", "SWIFT_BACKTRACE": "enable=no"}


class Trial:
    def __init__(self, fkc, folder):
        self.fkc, self.folder, self.calls, self.faults, self.refused = fkc, folder, 0, 0, 0
        self.environment = {**os.environ, **options()}

    def call(self, *arguments, allowed=(0,)):
        done = subprocess.run([self.fkc, *arguments], cwd=self.folder, check=False, env=self.environment, capture_output=True, text=True, timeout=1200)
        self.calls += 1
        self.refused += done.returncode not in (0, 75)
        if "Sanitizer" in done.stderr or done.returncode not in allowed:
            self.faults += 1
            print(f"fkc {' '.join(map(str, arguments))}: status {done.returncode}: {done.stderr[:4000]}", file=sys.stderr, flush=True)

    def run(self, config, output, *more, allowed=(0,)):
        self.call("run", config, "--output", output, "--threads", "4", "--progress", "none", "--allow-programs", *more, allowed=allowed)

    def written(self, name, config):
        (self.folder / name).write_text(json.dumps(config))
        return name

    def made_for_it(self):
        for index, content in enumerate(CONFIGS.values()):
            self.run(self.written(f"{index}.yaml", content), f"out-{index}")
        # The first config in two parts, and again with an end between, to go on from a checkpoint.
        for part in ("0-1", "2-3"):
            self.run("0.yaml", f"part-{part}", "--islands", part)
        self.call("merge", "part-0-1", "part-2-3", "--output", "merged")
        self.run("0.yaml", "ended", "--set", "sampler.steps=2000", "--stop-after", "1s", allowed=(75,))
        self.run("0.yaml", "ended", "--set", "sampler.steps=2000", "--stop-after", "2s", "--resume", allowed=(0, 75))
        self.call("report", "out-0", "out-1")
        self.call("compare", "out-0", "out-1")

    def small(self, every):
        # It asks fkc for its generators.
        os.environ.update(FKC=self.fkc, **options())
        sys.path.insert(0, str(ROOT / "Tests" / "Bytes"))
        import small_runs

        for index, (_name, content) in enumerate(list(small_runs.all_runs())[::every]):
            if isinstance(content, dict):
                content = self.written("small.yaml", {**content, "particles": 4 * content["particles"]})
                settings = []
            else:
                settings = ["--set", "particles=1280", "--set", "sampler.steps=16"]
            self.run(content, f"small-{index}", "--no-report", *settings, allowed=ENDED)


def are_right(fkc, every=4):
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(os.path.abspath(fkc), pathlib.Path(folder))
        trial.made_for_it()
        if every:
            trial.small(every)
    print(f"{trial.calls} commands, {trial.refused} of them refused, {trial.faults} with a fault")
    return trial.faults == 0 and trial.calls > len(CONFIGS)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fkc")
    parser.add_argument("--every", type=int, default=4, help="of the small runs of Tests/Bytes; 0 is none")
    chosen = parser.parse_args()
    return 0 if are_right(chosen.fkc, chosen.every) else 1


if __name__ == "__main__":
    sys.exit(main())
