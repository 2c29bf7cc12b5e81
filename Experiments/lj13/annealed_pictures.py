"""Pictures of annealed runs beside the reference, one row a temperature: energies, and how densely atoms surround an atom."""

import matplotlib

matplotlib.use("Agg")
import lennard_jones as lj
import matplotlib.pyplot as plt
import numpy as np

# Colours that colour-blind readers tell apart (Okabe & Ito).
COLORS = ("#D55E00", "#0072B2", "#009E73")


def surroundings(x, edges):
    """g(r): other atoms per unit volume at distance r from an atom, the mean over atoms and configurations."""
    counts = np.histogram(np.sqrt(lj.squared_distances(x)), edges)[0]
    volumes = 4 / 3 * np.pi * np.diff(edges**3)
    return 2 * counts / (len(x) * lj.ATOMS * volumes)


def draw(rows, path):
    """`rows`: (temperature, reference [N, 39], {label: samples [N, 39]}), at most three labels."""
    plt.rcParams.update({"svg.fonttype": "none", "font.size": 9, "svg.hashsalt": "lj13"})
    figure, axes = plt.subplots(len(rows), 2, figsize=(7.2, 1.7 * len(rows)), squeeze=False)
    for (left, right), (temperature, reference, sets) in zip(axes, rows):
        energies = lj.energies(reference)
        low, high = np.quantile(energies, [0.0005, 0.9995])
        edges = np.linspace(low - 0.15 * (high - low), high + 0.35 * (high - low), 60)
        radii = np.linspace(0.7, 4.0, 100)

        def density(values, edges=edges):
            return np.histogram(values, edges)[0] / len(values) / np.diff(edges)

        left.stairs(density(energies), edges, fill=True, color="0.82", label="reference")
        right.stairs(surroundings(reference, radii), radii, fill=True, color="0.82")
        for (label, samples), color in zip(sets.items(), COLORS):
            left.stairs(density(lj.energies(samples)), edges, color=color, lw=1.2, label=label)
            right.stairs(surroundings(samples, radii), radii, color=color, lw=1.2)
        left.set_ylabel(f"T = {temperature:.3g}")
        for axis in (left, right):
            axis.set_yticks([])
            axis.spines[["top", "right", "left"]].set_visible(False)
    axes[0, 0].legend(frameon=False, fontsize=8)
    axes[0, 0].set_title("energy", loc="left", fontsize=9)
    axes[0, 1].set_title("g(r), other atoms around an atom", loc="left", fontsize=9)
    axes[-1, 0].set_xlabel("energy")
    axes[-1, 1].set_xlabel("distance")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
