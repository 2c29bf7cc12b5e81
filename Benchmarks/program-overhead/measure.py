"""What asking a model that is a program costs: the time of fkc runs whose model answers -x, divided by their
requests, beside that of the same runs with an analytic Gaussian. Both contain the engine's own work. One thread.

    python3 Benchmarks/program-overhead/measure.py     # after make build; needs numpy
"""

import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FKC = ROOT / ".build/release/fkc"
BLOCKS, STEPS = 8, 250

MODEL = f"""
import sys
sys.path.insert(0, {str(ROOT / "Clients/python")!r})
import feynman_kac_worker
feynman_kac_worker.serve(lambda x, time, signal, noise, condition: -x)
"""


def seconds(folder, name, model, rows, dimensions):
    """The least of five runs, of sampling alone."""
    config = f"""
particles: {BLOCKS * rows}
process: {{kind: variance-exploding, sigma_min: 0.01, sigma_max: 2}}
models: {{a: {model}}}
target: {{annealed: {{model: a, inverse_temperature: 1.0}}}}
sampler: {{steps: {STEPS}, control: none, start: gaussian, scheme: euler-maruyama}}
correction: none
output: {{directory: out-{name}}}
"""
    (folder / "c.yaml").write_text(config)
    command = [str(FKC), "run", "c.yaml", "--threads", "1", "--progress", "none", "--overwrite", "--allow-programs"]
    times = []
    for _ in range(5):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        times.append(json.loads((folder / f"out-{name}/summary.json").read_text())["wall_seconds"])
    return min(times)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "model.py").write_text(MODEL)
        print("rows  dimensions  kB each way  µs a block, own program  µs a block, analytic")
        # Rows of a block as the engine takes them for that many dimensions.
        for rows, dimensions in [(512, 2), (512, 32), (256, 64), (64, 256)]:
            own = f"{{kind: program, command: [{sys.executable}, model.py], dimensions: {dimensions}}}"
            mean = [0.0] * dimensions
            analytic = f"{{kind: gaussian, mean: {mean}, standard_deviation: 1.0}}"
            requests = BLOCKS * (STEPS + 1)
            costs = [
                1e6 * seconds(folder, name, model, rows, dimensions) / requests
                for name, model in [("own", own), ("analytic", analytic)]
            ]
            print(f"{rows:4}  {dimensions:10}  {4 * rows * dimensions / 1000:11.0f}  {costs[0]:23.0f}  {costs[1]:20.0f}")


main()
