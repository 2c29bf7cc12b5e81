"""What it saves to ask a model that is a program about the whole population at once: requests a step and particle-steps
a second, by blocks and whole, for a guided pair whose both branches one program answers.

    python3 Benchmarks/program-overhead/batches.py     # after make build; needs numpy; two minutes

`nothing` answers -x. `perceptron` is d -> 512 -> d in numpy on one thread. `device` waits 2 ms a call and 1 us a row, as a
graphics card with a launch cost would.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FKC = ROOT / ".build/release/fkc"
STEPS = 20

MODEL = f"""
import os
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import sys, time
import numpy
sys.path.insert(0, {str(ROOT / "Clients/python")!r})
import feynman_kac_worker

kind, d, stacked = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "stacked"
rng = numpy.random.default_rng(0)
first = rng.normal(size=(d, 512), scale=d**-0.5).astype("float32")
second = rng.normal(size=(512, d), scale=0.01).astype("float32")
calls = open("calls", "w")

def score(x, t, signal, noise, condition):
    print(len(x), file=calls, flush=True)
    if kind == "device":
        time.sleep(0.002 + 1e-6 * len(x))
    if kind == "perceptron":
        return -x + numpy.tanh(x @ first) @ second
    return -x

feynman_kac_worker.serve(score, dimensions=d, conditions=1, stacked=stacked)
"""


def run(folder, kind, dimensions, particles, batch_rows, stacked):
    """Calls of the function and requests, both a step, and particle-steps a second of sampling; the best of three."""
    words = f"[{sys.executable}, model.py, {kind}, '{dimensions}', {'stacked' if stacked else 'apart'}]"
    model = (
        f"{{kind: program, command: {words}, dimensions: {dimensions}, conditions: 1, batch_rows: {batch_rows}, "
        "minimum_noise_level: 1e-6"
    )
    (folder / "c.yaml").write_text(f"""
particles: {particles}
process: {{kind: variance-exploding, sigma_min: 0.01, sigma_max: 2}}
models:
  u: {model}}}
  c: {model}, condition: [1]}}
target: {{guided: {{unconditional: u, conditional: c, scale: 2.0}}}}
sampler: {{steps: {STEPS}, control: none, start: gaussian, scheme: euler-maruyama}}
correction: none
output: {{directory: out}}
""")
    best = 0.0
    for _ in range(3):
        command = [str(FKC), "run", "c.yaml", "--progress", "none", "--overwrite", "--allow-programs"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        seconds = json.loads((folder / "out/summary.json").read_text())["wall_seconds"]
        best = max(best, particles * STEPS / seconds)
    calls = len((folder / "calls").read_text().split())
    return calls / (STEPS + 1), best


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "model.py").write_text(MODEL)
        print("| model | d | particles | rows of a request | calls a step | particle-steps a second |")
        print("|---|---:|---:|---|---:|---:|")
        for dimensions, particles in [(64, 8192), (1024, 2048)]:
            for kind in ["nothing", "perceptron", "device"]:
                for batch_rows, stacked in [("blocks", False), ("all", False), ("all", True)]:
                    calls, rate = run(folder, kind, dimensions, particles, batch_rows, stacked)
                    how = "blocks" if batch_rows == "blocks" else "all" + (", stacked" if stacked else "")
                    print(f"| {kind} | {dimensions} | {particles:,} | {how} | {calls:.0f} | {rate:,.0f} |", flush=True)


main()
