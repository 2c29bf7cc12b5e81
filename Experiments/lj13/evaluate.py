"""How good egnn.safetensors is at T = 2, without annealing: python evaluate.py (needs data/ of sample.py)

Draws samples in PyTorch, as the Swift engine draws them, and compares them with the reference set. The floor is what
perfect samples of the same number score: independent draws of the training set against the same reference. Writes
evaluation.json and energies.svg.
"""

import argparse
import json
import os
import pathlib
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import lennard_jones as lj
import numpy as np
import torch
from native import NativeEGNN
from sampling import sample

# isort: split
# Found where native.py looks for it.
import torch_export

HERE = pathlib.Path(__file__).parent
COLUMNS = ("energy_w1", "trimmed_energy_w1", "distance_w2", "mean_energy")


def row(label, figures):
    """A line of the table: mean ± standard deviation over repeats."""
    cells = [f"{np.mean([f[c] for f in figures]):.3f} ± {np.std([f[c] for f in figures], ddof=1):.3f}" for c in COLUMNS]
    return f"| {label} | " + " | ".join(cells) + " |"


def draw(samples, reference_energies, steps):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams.update({"svg.fonttype": "none", "font.size": 9, "svg.hashsalt": "lj13"})
    figure, axes = plt.subplots(figsize=(5, 3))
    edges = np.linspace(-45, 65, 45)
    for values, label, style in (
        (reference_energies, "reference", {"fill": True, "color": "0.8"}),
        (np.concatenate([lj.energies(x) for x in samples]), f"network, {steps} steps", {"color": "C3"}),
    ):
        axes.stairs(np.histogram(values, edges)[0] / len(values) / np.diff(edges), edges, label=label, **style)
    axes.set(xlabel="energy at T = 2", ylabel="density")
    axes.legend(frameon=False)
    figure.tight_layout()
    figure.savefig(HERE / "energies.svg", metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--network", type=pathlib.Path, default=HERE / "egnn.safetensors")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--torch", action="store_true", help="sample by the PyTorch module, not by training_step.cpp")
    parser.add_argument("--dry", action="store_true", help="print, write nothing")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)

    network, stated = torch_export.load(options.network)
    reference = np.load(HERE / "data" / "reference_2.0.npy")
    reference_energies = lj.energies(reference)
    perfect = np.load(HERE / "data" / "train_2.0.npy")
    order = np.random.default_rng(0).permutation(len(perfect))

    print(stated["notes"])
    print(f"{options.count} samples, {options.steps} steps, seeds {options.seeds}, reference {len(reference)}")
    samples, runs = [], []
    for seed in options.seeds:
        began = time.perf_counter()
        x = sample(network if options.torch else NativeEGNN(network), options.count, options.steps, seed).numpy()
        samples.append(x)
        seconds = round(time.perf_counter() - began, 1)
        runs.append({"seed": seed, "seconds": seconds, **lj.figures(x, reference, reference_energies)})
        print(json.dumps(runs[-1]), flush=True)
    draws = [perfect[order[k * options.count : (k + 1) * options.count]] for k in range(20)]
    floor = [lj.figures(x, reference, reference_energies) for x in draws]
    print("| | " + " | ".join(c.replace("_", " ") for c in COLUMNS) + " |")
    print(row("network", runs))
    print(row("perfect samples", floor))
    print("largest of the perfect samples' energy W1:", round(max(f["energy_w1"] for f in floor), 3))
    together = np.concatenate(samples)
    print("all seeds together:", json.dumps(lj.figures(together, reference, reference_energies)))
    if not options.dry:
        draw(samples, reference_energies, options.steps)
        document = {"network": stated["notes"], "count": options.count, "steps": options.steps, "runs": runs, "floor": floor}
        (HERE / "evaluation.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
