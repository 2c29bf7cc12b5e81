"""Remakes the README's tables of mixtures and picture.svg. Needs numpy and matplotlib.

    python mixtures_table.py
"""

import matplotlib
import numpy as np

import mixtures
import sweeps

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.hashsalt": "guidance", "font.size": 8, "svg.fonttype": "none"})
from matplotlib import pyplot  # noqa: E402

HERE = sweeps.HERE
SEEDS = range(1, 6)
METHODS = {
    "plain": "plain CFG", "fkc": "FKC", "fkc-800": "FKC, c = 1.5, 800 steps", "apg": "APG",
    "apg-kernel-ratio": "APG + kernel ratio", "apg-kernel-ratio-800": "APG + kernel ratio, 800 steps",
    "adaptive": "Adaptive Guidance", "adaptive-fkc": "Adaptive Guidance + FKC"}
DISTANCES = ("total_variation", "mode_mass_error", "mean_error")


def cells(folders, exact):
    """One row's figures, means and spreads over seeds."""
    found = [sweeps.summary(folder) for folder in folders]
    distances = [exact.distances(*mixtures.samples(folder)) for folder in folders]
    normalizers = [s["log_normalizer"] for s in found]
    errors = [None if z is None else z - exact.log_normalizer for z in normalizers]
    return [
        *(sweeps.spread([d[key] for d in distances], 3) for key in DISTANCES),
        sweeps.spread(errors, 3),
        f"{np.mean([s['effective_sample_size'] for s in found]):.0f}",
        f"{np.mean([sweeps.evaluations(s) for s in found]):.0f}"]


def table(pair, folders):
    lines = [
        "| w | | TV | mode masses, TV | mean, sd | log Z error | ESS | evaluations a particle |",
        "|---|---|---|---|---|---|---|---|"]
    for scale in sweeps.SCALES:
        exact = mixtures.Guided(pair, float(scale))
        for method, name in METHODS.items():
            row = cells([folders[method, scale, seed] for seed in SEEDS], exact)
            lines.append(f"| {scale} | {name} | " + " | ".join(row) + " |")
        floor = [exact.distances(exact.draw(10_000, seed), np.full(10_000, 1e-4)) for seed in SEEDS]
        row = [sweeps.spread([d[key] for d in floor], 3) for key in DISTANCES]
        lines.append(f"| {scale} | *exact draws* | " + " | ".join(row) + " | 0 | 10000 | – |")
    return lines


def picture(folders):
    """Where plain guidance, APG and both corrections put their mass, beside the exact density."""
    panels = ("plain", "apg", "fkc", "apg-kernel-ratio")
    scales = {"modes": "3", "shapes": "3"}
    figure, axes = pyplot.subplots(len(scales), len(panels) + 1, figsize=(10, 4.3))
    for row, (pair, scale) in enumerate(scales.items()):
        exact = mixtures.Guided(pair, float(scale))
        images = {"exact": exact.cells}
        for method in panels:
            images[method] = exact.histogram(*mixtures.samples(folders[pair][method, scale, 1]))
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
    folders = {}
    for pair in ("modes", "shapes"):
        output = HERE / "runs" / pair
        configs = [HERE / f"mixtures/{method}.yaml" for method in METHODS]
        settings = [
            f"models.{branch}.file={HERE}/mixtures/{pair}-{branch}.json" for branch in ("unconditional", "conditional")]
        folders[pair] = sweeps.run(configs, SEEDS, output, *settings)
        lines = table(pair, folders[pair])
        sweeps.replace(
            HERE / "README.md", f"table of {pair}", [*lines, "", f"Seeds 1 to 5, {sweeps.repeated_runs.machine()}."])
    picture(folders)


if __name__ == "__main__":
    main()
