"""Draws the pictures of Documentation/GALLERY.md from runs of the Python package: `make gallery`, half a minute on two cores.

Every picture has a seed; below 200 kB each, for who clones the repository.
"""

import json
import pathlib
import warnings

import feynman_kac as fk
import matplotlib
import numpy as np

matplotlib.use("Agg")
from matplotlib import pyplot as plt

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LEFT = fk.GaussianMixture([[-2, 0], [2, 1]], [0.3, 0.7], 0.8, name="left")
RIGHT = fk.GaussianMixture([[0, -1.5], [1, 1.5]], [0.6, 0.4], 1.0, name="right")
EXPLODING = fk.VarianceExploding(0.01, 50)
BLUE, ORANGE = "#1f6feb", "#d1690e"


def density(axes, samples, weights, extent, title, bins=90):
    """A weighted histogram of two coordinates, on its own scale."""
    low, high = extent
    counts, _, _ = np.histogram2d(samples[:, 0], samples[:, 1], bins, [extent, extent], weights=weights)
    axes.imshow(counts.T, origin="lower", extent=(low, high, low, high), cmap="Blues", vmax=np.quantile(counts[counts > 0], 0.98))
    axes.set_title(title, fontsize=10)
    axes.set_xticks([])
    axes.set_yticks([])


def save(figure, name):
    figure.savefig(HERE / f"{name}.png", dpi=100, bbox_inches="tight", pil_kwargs={"optimize": True})
    plt.close(figure)


def product():
    """Two mixtures, their product with and without weights, and the exact one."""
    settings = {"process": EXPLODING, "particles": 60_000, "steps": 100, "seed": 1}
    runs = [fk.sample(target, **settings) for target in (LEFT**1.0, RIGHT**1.0)]
    runs += [fk.sample(LEFT * RIGHT, correction="none", **settings), fk.sample(LEFT * RIGHT, **settings)]
    figure, panels = plt.subplots(1, 5, figsize=(11, 2.5))
    for axes, run, title in zip(panels, runs, ("q₁", "q₂", "scores added up", "corrected")):
        density(axes, run.samples, run.weights, (-4.5, 4.5), title)
    grid = np.linspace(-4.5, 4.5, 200)
    x = np.stack(np.meshgrid(grid, grid), -1)
    mixtures = (((-2, 0, 0.3, 0.64), (2, 1, 0.7, 0.64)), ((0, -1.5, 0.6, 1.0), (1, 1.5, 0.4, 1.0)))
    exact = np.prod([sum(w / v * np.exp(-((x - [a, b]) ** 2).sum(-1) / 2 / v) for a, b, w, v in parts) for parts in mixtures], axis=0)
    panels[4].imshow(exact, origin="lower", cmap="Blues")
    panels[4].set_title("exact q₁q₂", fontsize=10)
    panels[4].set_xticks([])
    panels[4].set_yticks([])
    save(figure, "product")


def forty_modes():
    """The forty-mode benchmark at β = 3: plain, by the defaults, exact."""
    folder = ROOT / "Experiments/gmm40"
    figure, panels = plt.subplots(1, 3, figsize=(9, 3.1))
    for axes, name, title in ((panels[0], "baseline", "no correction, 1,000 steps"), (panels[1], "default", "defaults, 100 steps")):
        run = fk.run(folder / f"{name}.yaml")
        density(axes, run.samples, run.weights, (-45, 45), title)
    exact = np.load(folder / "reference.npy")
    density(panels[2], exact, np.ones(len(exact)), (-45, 45), "exact samples")
    save(figure, "forty-modes")


def lineages():
    """Particles on their way from noise to data."""
    run = fk.sample(LEFT * RIGHT, process=EXPLODING, particles=400, steps=150, seed=3, trajectory={"every_steps": 1, "particles": 400})
    states, parents = run.trajectory.samples[:, :, 0], run.trajectory.parents
    figure, axes = plt.subplots(figsize=(9, 3))
    slots = np.arange(states.shape[1])
    paths = [states[-1, slots]]
    for row in range(len(states) - 1, 0, -1):
        slots = parents[row, slots]
        paths.append(states[row - 1, slots])
    paths = np.array(paths[::-1])
    final = paths[-1]
    for path, end in zip(paths.T[::3], final[::3]):
        axes.plot(np.arcsinh(path), color=BLUE if end > 0 else ORANGE, alpha=0.25, linewidth=0.7)
    axes.set(xlabel="step, from noise to data", ylabel="arcsinh x₁", xlim=(0, len(paths) - 1))
    save(figure, "lineages")


def intervals():
    """Forty seeds of one target: log Z and its interval, beside the exact answer."""
    exact = -3.7581
    figure, axes = plt.subplots(figsize=(9, 2.6))
    covered = 0
    for seed in range(1, 41):
        z = fk.sample(LEFT * RIGHT, process=EXPLODING, particles=2000, islands=8, seed=seed).log_normalizer
        hit = z.interval[0] <= exact <= z.interval[1]
        covered += hit
        axes.plot([seed, seed], z.interval, color=BLUE if hit else ORANGE)
        axes.plot(seed, z.value, ".", color=BLUE if hit else ORANGE)
    axes.axhline(exact, color="black", linewidth=0.8)
    axes.set(xlabel=f"seed; {covered} of 40 intervals of 95 % have the exact log Z", ylabel="log Z")
    save(figure, "intervals")


def paths():
    """The effective sample size and log Z along a late and a constant path."""
    mixture = fk.GaussianMixture([[-3, 0], [2, 1], [0, 4]], [0.2, 0.3, 0.5], [0.4, 0.7, 1.0], name="q")
    figure, (above, below) = plt.subplots(1, 2, figsize=(9, 2.8))
    for path, colour in (("constant", ORANGE), ("auto", BLUE)):
        run = fk.sample(mixture**5, process=EXPLODING, particles=10_000, seed=1, path=path)
        level = np.log10(run.trace["noise_level"])
        above.plot(level, run.trace["effective_sample_size"], color=colour, label={"auto": "late (the default)"}.get(path, path))
        below.plot(level, run.trace["log_normalizer_ratio"], color=colour)
    above.set(xlabel="log₁₀ v, from noise to data", ylabel="effective sample size", ylim=(0, 10_500))
    below.set(xlabel="log₁₀ v", ylabel="log Z, from its start")
    for axes in (above, below):
        axes.invert_xaxis()
    above.legend(fontsize=8)
    figure.tight_layout()
    save(figure, "paths")


def rewards():
    """A mixture, and the same tilted by a reward that has a function in it: nearness to a ring."""
    figure, panels = plt.subplots(1, 3, figsize=(9, 3.1))
    wide = fk.GaussianMixture([[-1, -1], [1.5, 1]], [0.5, 0.5], 1.2, name="q")
    settings = {"process": EXPLODING, "particles": 60_000, "steps": 100, "seed": 1}
    plain = fk.sample(wide**1.0, **settings)
    density(panels[0], plain.samples, plain.weights, (-4, 4), "q")
    radius = fk.Reward(lambda x: np.hypot(x[:, 0], x[:, 1]), gradient=lambda x: x / np.maximum(np.hypot(x[:, 0], x[:, 1]), 1e-6)[:, None])
    for axes, spread in ((panels[1], 0.5), (panels[2], 0.1)):
        run = fk.sample(wide**1.0, reward=fk.rewards.Near(radius, 1.5, spread), **settings)
        density(axes, run.samples, run.weights, (-4, 4), f"|x| near 1.5, within {spread}")
    save(figure, "rewards")


if __name__ == "__main__":
    warnings.simplefilter("ignore", fk.RunWarning)
    plt.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
    for draw in (product, forty_modes, lineages, intervals, paths, rewards):
        draw()
    sizes = {path.name: path.stat().st_size for path in sorted(HERE.glob("*.png"))}
    print(json.dumps(sizes, indent=1))
    assert max(sizes.values()) < 200_000, "a picture has more than 200 kB"
