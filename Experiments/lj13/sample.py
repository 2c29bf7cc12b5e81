"""Configurations of LJ-13 by Hamiltonian Monte Carlo with replica exchange, and what says that they are right.

    python sample.py              all sets, into data/ (not committed), diagnostics.json, autocorrelation.svg, chain_energies.svg

Many independent ladders of temperatures run side by side, one column each. Every round is one trajectory at each
temperature, then swaps between neighbours of a ladder, even and odd pairs in turn. Steps are tuned while burning in and
then fixed. Half of the ladders start as a dilute gas and half as a dense ball, so that R-hat means something.
"""

import argparse
import json
import os
import pathlib
import re
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import lennard_jones as lj
import numpy as np
from chain_statistics import autocorrelation, batch_errors, integrated_time, r_hat

HERE = pathlib.Path(__file__).parent
SETS = {
    # Training looks at T = 2 alone; the hotter ones only carry configurations about.
    "train": {"seed": 1, "temperatures": [2.0, 2.5, 3.2], "ladders": 128, "burn_in": 600, "thin": 5, "kept": 2000, "stored": [2.0]},
    "reference": {
        "seed": 2,
        "temperatures": [0.6667, 0.73, 0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.2],
        "ladders": 64,
        "burn_in": 800,
        "thin": 8,
        "kept": 800,
        "stored": [0.6667, 0.8, 1.0, 1.2, 1.5, 2.0],
    },
    # Up to where the atoms hardly meet, which gives free energies an absolute zero (free_energy.py).
    "hot": {
        "seed": 3,
        "temperatures": [2.0, 2.5, 3.2, 4.1, 5.3, 6.9, 9.0, 11.7, 15.2, 19.8, 25.7, 33.4, 43.4, 56.4, 73.3, 95.3, 123.9, 161.1, 200.0],
        "ladders": 16,
        "burn_in": 600,
        "thin": 8,
        "kept": 600,
        "stored": [2.0],
    },
    # Four times as many to train on, for the last training.
    "more": {"seed": 21, "temperatures": [2.0, 2.5, 3.2], "ladders": 128, "burn_in": 600, "thin": 5, "kept": 8000, "stored": [2.0]},
}
LEAPS = 40
# Mean energies and standard errors from chains of another program, 240,000 configurations at T = 2.
ELSEWHERE = {"2.0": (12.357, 0.029), "1.0": (-42.96, 0.01)}

# Rows of pairs, so that gaps are PAIRS @ x and forces its transpose.
PAIRS = np.zeros((len(lj.FIRST), lj.ATOMS))
PAIRS[np.arange(len(lj.FIRST)), lj.FIRST] = 1
PAIRS[np.arange(len(lj.FIRST)), lj.SECOND] = -1


def energy_and_gradient(x):
    """Of columns: x is [3, 13, M] without its centre of mass; energies [M] and gradients like x."""
    gap = PAIRS @ x
    squared = np.einsum("kpm,kpm->pm", gap, gap) + lj.OFFSET
    inverse = 1 / squared
    sixth = inverse * inverse * inverse
    energy = 2 * np.einsum("pm,pm->m", sixth, sixth - 2) + 0.5 * np.einsum("kam,kam->m", x, x)
    gap *= (24 * sixth * (1 - sixth)) * inverse
    return energy, PAIRS.T @ gap + x


def start(generator, columns):
    """Half dilute, half dense, pushed downhill until no two atoms overlap."""
    x = generator.standard_normal((3, lj.ATOMS, columns))
    x *= np.where(np.arange(columns) % 2, 2.0, 0.7)
    x -= x.mean(1, keepdims=True)
    for _ in range(400):
        gradient = energy_and_gradient(x)[1]
        length = np.sqrt((gradient**2).sum((0, 1)))
        x -= gradient * np.minimum(0.002, 0.1 / length)
    return x - x.mean(1, keepdims=True)


def run(name, seed, temperatures, ladders, burn_in, thin, kept, stored):
    generator = np.random.default_rng(seed)
    levels = len(temperatures)
    # Column of (ladder, level): ladder · levels + level; a swap exchanges configurations, never temperatures.
    heat = np.tile(temperatures, ladders)
    base = np.arange(ladders) * levels
    # Whole ladders start alike.
    x = np.repeat(start(generator, ladders), levels, axis=2)
    energy, gradient = energy_and_gradient(x)
    step = np.full(levels, 0.02)
    accepted, swapped = np.zeros(levels), np.zeros(levels - 1)
    swap_rounds = np.zeros(levels - 1)
    picked = [temperatures.index(value) for value in stored]
    samples = np.empty((len(stored), ladders, kept, 3 * lj.ATOMS), np.float32)
    # By round, for the autocorrelation: energy and squared radius of every ladder at T = 2.
    watched = temperatures.index(2.0)
    series = np.empty((2, ladders, kept * thin))
    energies = np.empty((levels, ladders, kept))

    for index in range(-burn_in, kept * thin):
        if index == 0:
            accepted[:], swapped[:], swap_rounds[:] = 0, 0, 0
        momentum = generator.standard_normal(x.shape)
        momentum -= momentum.mean(1, keepdims=True)
        # Momenta have variance T: positions at any temperature then move alike.
        momentum *= np.sqrt(heat)
        # A length that varies from trajectory to trajectory hits no period.
        length = np.tile(step, ladders) * generator.uniform(0.6, 1.2, len(heat))
        before = energy + 0.5 * np.einsum("kam,kam->m", momentum, momentum)
        y, slope = x.copy(), gradient
        for leap in range(LEAPS):
            momentum -= (0.5 if leap == 0 else 1.0) * length * slope
            y += length * momentum
            moved, slope = energy_and_gradient(y)
        momentum -= 0.5 * length * slope
        after = moved + 0.5 * np.einsum("kam,kam->m", momentum, momentum)
        accept = np.log(generator.random(len(heat))) < (before - after) / heat
        np.copyto(x, y, where=accept)
        np.copyto(gradient, slope, where=accept)
        np.copyto(energy, moved, where=accept)
        rate = accept.reshape(ladders, levels).mean(0)
        accepted += rate
        if index < 0:
            step *= np.exp(0.1 * (rate - 0.8))

        for level in range(index % 2, levels - 1, 2):
            low, high = base + level, base + level + 1
            gain = (1 / temperatures[level] - 1 / temperatures[level + 1]) * (energy[low] - energy[high])
            swap = np.log(generator.random(ladders)) < gain
            a, b = low[swap], high[swap]
            for array in (x, gradient, energy):
                array[..., a], array[..., b] = array[..., b].copy(), array[..., a].copy()
            swapped[level] += swap.mean()
            swap_rounds[level] += 1

        if index >= 0:
            here = base + watched
            series[0, :, index] = energy[here]
            series[1, :, index] = (x[:, :, here] ** 2).sum((0, 1)) / lj.ATOMS
            if (index + 1) % thin == 0:
                energies[:, :, index // thin] = energy.reshape(ladders, levels).T
                for row, level in enumerate(picked):
                    chosen = x[:, :, base + level]
                    chosen = chosen - chosen.mean(1, keepdims=True)
                    samples[row, :, index // thin] = chosen.transpose(2, 1, 0).reshape(ladders, -1)

    rounds = kept * thin
    report = {
        "seed": seed,
        "ladders": ladders,
        "configurations": ladders * kept,
        "rounds": rounds,
        "burn_in": burn_in,
        "rounds_between_samples": thin,
        "leapfrog_steps": LEAPS,
        "temperatures": temperatures,
        "steps": (step).round(5).tolist(),
        "acceptance": (accepted / rounds).round(4).tolist(),
        "swap_acceptance": (swapped / np.maximum(swap_rounds, 1)).round(4).tolist(),
    }
    return samples, series, energies, report


def energy_table(samples, stored):
    """Mean energies with the standard error from the spread of independent ladders, and a printed row for each."""
    table = {}
    for row, temperature in enumerate(stored):
        energy = lj.energies(samples[row].reshape(-1, samples.shape[-1])).reshape(samples.shape[1:3])
        chains = energy.mean(1)
        # The virial over its exact mean: 1 at equilibrium.
        ratio = lj.virial(samples[row].reshape(-1, samples.shape[-1])).reshape(energy.shape).mean(1) / (36 * temperature)
        table[str(temperature)] = {
            "mean_energy": round(float(chains.mean()), 4),
            "standard_error": round(float(chains.std(ddof=1) / np.sqrt(len(chains))), 4),
            "standard_deviation": round(float(energy.std()), 4),
            "r_hat": round(r_hat(energy), 5),
            "virial_ratio": round(float(ratio.mean()), 5),
            "virial_standard_error": round(float(ratio.std(ddof=1) / np.sqrt(len(ratio))), 5),
            "chain_means": chains.round(3).tolist(),
            "chain_standard_errors": [round(float(v), 3) for v in batch_errors(energy)],
        }
    return table


def doubts(document):
    """What says that the chains are wrong. Some twenty comparisons at 4 standard errors: a false alarm once in 800 runs."""
    found = []
    for name, report in document.items():
        for temperature, row in report["energies"].items():
            where = f"{name}, T = {temperature}"
            if row["r_hat"] > 1.01:
                found.append(f"{where}: R-hat {row['r_hat']}")
            if abs(row["virial_ratio"] - 1) > 4 * row["virial_standard_error"]:
                found.append(f"{where}: virial ratio {row['virial_ratio']} ± {row['virial_standard_error']}")
            mean, error = ELSEWHERE.get(temperature, (row["mean_energy"], 0))
            if abs(row["mean_energy"] - mean) > 4 * np.hypot(error, row["standard_error"]):
                found.append(f"{where}: mean energy {row['mean_energy']} ± {row['standard_error']}, elsewhere {mean} ± {error}")
    return found


def draw(name, samples, correlations, stored, axes):

    for label, values in correlations.items():
        axes[0].plot(values[:60], label=f"{label}, {name}")
    energy = lj.energies(samples[stored.index(2.0)].reshape(-1, samples.shape[-1])).reshape(samples.shape[1:3])
    edges = np.linspace(-40, 60, 41)
    # Eight groups of ladders keep the picture small.
    for group in np.array_split(energy, 8):
        axes[1].stairs(np.histogram(group, edges, density=True)[0], edges, lw=0.6, color=f"C{list(SETS).index(name)}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--output", type=pathlib.Path, default=HERE / "data")
    parser.add_argument("--quick", action="store_true", help="a tenth of the rounds, to see that it works; writes no diagnostics")
    options = parser.parse_args()
    options.output.mkdir(exist_ok=True)

    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams.update({"svg.fonttype": "none", "font.size": 9, "svg.hashsalt": "lj13"})
    pictures = [plt.subplots(figsize=(5, 3)) for _ in range(2)]
    axes = [axis for _, axis in pictures]
    document = {}
    for name, plan in SETS.items():
        if options.quick:
            plan = {**plan, "kept": plan["kept"] // 10, "burn_in": plan["burn_in"] // 4}
        began = time.perf_counter()
        samples, series, energies, report = run(name, **plan)
        report["seconds"] = round(time.perf_counter() - began, 1)
        correlations = {label: autocorrelation(values, 400) for label, values in zip(("energy", "squared radius"), series)}
        report["autocorrelation_time_in_rounds"] = {label: round(integrated_time(values), 2) for label, values in correlations.items()}
        report["r_hat"] = {label: round(r_hat(values), 5) for label, values in zip(correlations, series)}
        report["energies"] = energy_table(samples, plan["stored"])
        document[name] = report
        np.savez(options.output / f"energies_{name}.npz", temperatures=plan["temperatures"], energies=energies)
        for row, temperature in enumerate(plan["stored"]):
            np.save(options.output / f"{name}_{temperature}.npy", samples[row].reshape(-1, samples.shape[-1]))
        draw(name, samples, correlations, plan["stored"], axes)

        print(f"{name}: {report['configurations']} configurations a temperature, {report['ladders']} ladders, {report['seconds']} s")
        print("  acceptance     ", dict(zip(report["temperatures"], report["acceptance"])))
        print("  swaps upwards  ", dict(zip(report["temperatures"], report["swap_acceptance"])))
        print("  autocorrelation time at T = 2, in rounds:", report["autocorrelation_time_in_rounds"], " R-hat:", report["r_hat"])
        for temperature, row in report["energies"].items():
            energy = f"{row['mean_energy']:.3f} ± {row['standard_error']:.3f}"
            ratio = f"{row['virial_ratio']:.4f} ± {row['virial_standard_error']:.4f}"
            print(f"  T = {temperature}: mean energy {energy}, R-hat {row['r_hat']:.4f}, virial / 36 T {ratio}")
            if temperature == "2.0":
                pairs = zip(row["chain_means"], row["chain_standard_errors"])
                print("    chains:", ", ".join(f"{mean:.2f} ± {error:.2f}" for mean, error in pairs))

    gap = [document[name]["energies"]["2.0"] for name in ("train", "reference")]
    error = np.hypot(*(row["standard_error"] for row in gap))
    print(f"difference of the sets at T = 2: {gap[0]['mean_energy'] - gap[1]['mean_energy']:.3f}, standard error {error:.3f}")
    if options.quick:
        return
    faults = doubts(document)
    axes[0].set(xlabel="rounds", ylabel="autocorrelation at T = 2")
    axes[0].axhline(0, color="grey", lw=0.5)
    axes[0].legend(frameon=False)
    axes[1].set(xlabel="energy at T = 2", ylabel="density, by group of chains")
    for (figure, _), name in zip(pictures, ("autocorrelation", "chain_energies")):
        figure.tight_layout()
        figure.savefig(HERE / f"{name}.svg", metadata={"Date": None})
    # Lists of numbers on one line each.
    text = re.sub(r"\[\s+([^\[\]]*?)\s+\]", lambda found: "[" + re.sub(r"\s+", " ", found[1]) + "]", json.dumps(document, indent=1))
    (HERE / "diagnostics.json").write_text(text + "\n")
    if faults:
        raise SystemExit("\n".join(faults))
    print("checks passed: R-hat below 1.01; virials and the other program's mean energies within 4 standard errors")


if __name__ == "__main__":
    main()
