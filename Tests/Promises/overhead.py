"""What the engine adds to the time of a network that takes 20 ms for 4,096 rows of two numbers: one call a step, one core.

    python3 Tests/Promises/overhead.py .build/release/fkc [--pause 0.02]

The network is Tests/Ranks/model.py, and says itself how long it had each request. What is more of the sampling's time than that is the
engine's, with the pipes between them; the least of five runs counts, because other programs only ever add.
"""
import argparse
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONFIG = """
seed: 1
particles: 4096
process: {{kind: variance-exploding, sigma_min: 0.01, sigma_max: 20}}
models:
  p: {{kind: program, command: [{python}, {model}, --pause, '{pause}', --times, {times}], dimensions: 2, workers: 1, data_standard_deviation: 1}}
target: {{annealed: {{model: p, inverse_temperature: 2}}, path: constant}}
sampler: {{steps: 100, start: gaussian, plain_samples: none, step_size_error: none}}
"""
PROMISED = 0.05


def share(fkc, folder, pause):
    times = folder / "times"
    (folder / "c.yaml").write_text(CONFIG.format(python=sys.executable, model=ROOT / "Tests/Ranks/model.py", pause=pause, times=times))
    command = [fkc, "run", "c.yaml", "--output", "out", "--overwrite", "--no-report", "--progress", "none", "--allow-programs", "--threads", "1"]
    subprocess.run(command, check=True, cwd=folder, capture_output=True, text=True, timeout=120)
    calls = [float(line) for line in times.read_text().splitlines()]
    times.unlink()
    # Calls before the first step are those that look at the model: sampling has one at the start and one a step.
    sampled = calls[-101:]
    if len(sampled) < 101:
        raise SystemExit(f"the network was asked {len(calls)} times, not 101")
    return json.loads((folder / "out/summary.json").read_text())["wall_seconds"] / sum(sampled) - 1


def main():
    parser = argparse.ArgumentParser(description="Measures what the engine adds to a network's time.")
    parser.add_argument("fkc", type=pathlib.Path)
    parser.add_argument("--pause", type=float, default=0.02)
    options = parser.parse_args()
    # Before other programs where that is allowed, or else their time would be the engine's.
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    with tempfile.TemporaryDirectory() as name:
        found = min(share(options.fkc.resolve(), pathlib.Path(name), options.pause) for _ in range(5))
    print(f"overhead: {100 * found:.1f} % of a network's {1000 * options.pause:g} ms a call; at most {100 * PROMISED:g} % are promised.")
    return 1 if found > PROMISED else 0


if __name__ == "__main__":
    sys.exit(main())
