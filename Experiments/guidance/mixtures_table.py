"""Remakes RESULTS.md's tables of mixtures and picture.svg. Needs numpy and matplotlib.

    python mixtures_table.py
"""

import pathlib
import sys

import matplotlib
import mixtures
import numpy as np

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.hashsalt": "guidance", "font.size": 8, "svg.fonttype": "none"})
from matplotlib import pyplot

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import repeated_runs

SEEDS = range(1, 6)
SCALE = "target.guided.scale"
SCALES = (1, 1.5, 2, 3, 5)
METHODS = {
    "plain": "plain CFG", "fkc": "FKC", "fkc-800": "FKC, 800 steps", "apg": "APG",
    "apg-kernel-ratio": "APG + kernel ratio", "apg-kernel-ratio-800": "APG + kernel ratio, 800 steps",
    "adaptive": "Adaptive Guidance", "adaptive-fkc": "Adaptive Guidance + FKC"}
DISTANCES = ("total_variation", "mode_mass_error", "mean_error")


def measured(run, exacts):
    """Distances of a run's samples to the exact density, and what it cost."""
    exact = exacts[run.settings[SCALE]]
    normalizer = run.figures["log_normalizer"]
    rows = repeated_runs.summary(run.folder)["model_evaluations"].values()
    return exact.distances(*mixtures.samples(run.folder)) | {
        "log_normalizer_error": None if normalizer is None else normalizer - exact.log_normalizer,
        "evaluations": sum(rows) / run.figures["particles"],
    }


def table(sweep, exacts):
    lines = [
        "| w | | TV | mode masses, TV | mean, sd | log Z error | ESS | evaluations a particle |",
        "|---|---|---|---|---|---|---|---|"]
    for scale, exact in exacts.items():
        for method, name in METHODS.items():
            group = group_of(sweep, method, scale)
            row = [
                *(group.mean_sd(key, 3) for key in (*DISTANCES, "log_normalizer_error")),
                group.mean("effective_sample_size", 0), group.mean("evaluations", 0)]
            lines.append(f"| {scale} | {name} | " + " | ".join(row) + " |")
        floor = [exact.distances(exact.draw(10_000, seed), np.full(10_000, 1e-4)) for seed in SEEDS]
        row = [repeated_runs.mean_sd([d[key] for d in floor], 3) for key in DISTANCES]
        lines.append(f"| {scale} | *exact draws* | " + " | ".join(row) + " | 0 | 10000 | – |")
    return lines


def group_of(sweep, method, scale):
    return next(group for group in sweep.groups if group.config == method and group.settings[SCALE] == scale)


def picture(sweeps):
    """Where plain guidance, APG and both corrections put their mass, beside the exact density."""
    panels = ("plain", "apg", "fkc", "apg-kernel-ratio")
    scales = {"modes": 3, "shapes": 3}
    figure, axes = pyplot.subplots(len(scales), len(panels) + 1, figsize=(10, 4.3))
    for row, (pair, scale) in enumerate(scales.items()):
        exact = mixtures.Guided(pair, scale)
        images = {"exact": exact.cells}
        for method in panels:
            images[method] = exact.histogram(*mixtures.samples(group_of(sweeps[pair], method, scale).runs[0].folder))
        for axis, (method, image) in zip(axes[row], images.items()):
            axis.imshow(
                image.T, origin="lower", extent=(-mixtures.EDGE, mixtures.EDGE) * 2, cmap="magma_r",
                vmin=0, vmax=exact.cells.max())
            axis.set(xlim=(-4, 5), ylim=(-4, 5), xticks=[], yticks=[])
            axis.set_title(METHODS.get(method, method) if row == 0 else "")
        axes[row, 0].set_ylabel(f"{pair}, w = {scale}")
    figure.tight_layout()
    figure.savefig(HERE / "picture.svg", metadata={"Date": None})


def main():
    sweeps = {}
    for pair in ("modes", "shapes"):
        files = {f"models.{branch}.file": [f"{HERE}/mixtures/{pair}-{branch}.json"] for branch in ("unconditional", "conditional")}
        exacts = {scale: mixtures.Guided(pair, scale) for scale in SCALES}
        sweep = repeated_runs.Sweep(
            [HERE / f"mixtures/{method}.yaml" for method in METHODS], f"{SEEDS[0]}-{SEEDS[-1]}", {SCALE: SCALES, **files},
            HERE / "runs" / pair)
        sweep.run().measure(lambda run, exacts=exacts: measured(run, exacts))
        lines = [*table(sweep, exacts), "", f"Seeds 1 to 5, {repeated_runs.machine()}."]
        repeated_runs.write_table(HERE / "RESULTS.md", lines, f"table of {pair}")
        sweeps[pair] = sweep
    picture(sweeps)


if __name__ == "__main__":
    main()
