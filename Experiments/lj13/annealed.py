"""Remakes RESULTS.md's table, README's free energies and the pictures of annealed runs (needs data/ of sample.py and free_energy.json).

    python annealed.py              every method at 2,000 particles and ours at 10,000, five temperatures, three seeds
    python annealed.py --keep       the same, without running again what was run before

Distances are to the reference chains of the run's own temperature. The floor is what as many configurations out of the
chains themselves score against the chains that they do not come from.
"""

import argparse
import json
import pathlib
import sys

import annealed_pictures
import lennard_jones as lj
import numpy as np
import score

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import repeated_runs

BETA = "target.annealed.inverse_temperature"
# Inverse temperatures relative to T = 2, and the names of the references.
TEMPERATURES = {1.3333333: 1.5, 1.6666667: 1.2, 2.0: 1.0, 2.5: 0.8, 3.0: 0.6667}
LARGE = 10000
METHODS = {
    "annealed-none-target": "none, target score",
    "annealed-none-tempered": "none, tempered noise",
    "annealed-published-target": "published FKC, target score",
    "annealed-published-tempered": "published FKC, tempered noise",
    "annealed-ours": "ours",
}
COLUMNS = [("energy_w1", 2), ("energy_w2", 2), ("distance_w2", 3)]
# Skreta et al. 2025, Table 3, and for T = 1.2 and 1.0 the authors' results notebook: 50,000 particles, 1,000 steps.
PUBLISHED = {
    1.5: {"none, target score": ("5.34 ± 0.05", "6.21 ± 0.25", "0.168 ± 0.009"), "none, tempered noise": ("2.15 ± 0.05", "3.92 ± 0.26", "0.095 ± 0.006"),
          "FKC, target score": ("3.37 ± 0.08", "3.39 ± 0.09", "0.083 ± 0.003"), "FKC, tempered noise": ("0.77 ± 0.16", "0.94 ± 0.17", "0.066 ± 0.002")},
    1.2: {"FKC, target score": ("3.36 ± 0.02", "–", "–"), "FKC, tempered noise": ("0.96 ± 0.22", "–", "–")},
    1.0: {"FKC, target score": ("4.01 ± 0.32", "–", "–"), "FKC, tempered noise": ("2.59 ± 0.09", "–", "–")},
    0.8: {"none, target score": ("14.73 ± 0.03", "15.56 ± 0.05", "0.189 ± 0.002"), "none, tempered noise": ("6.49 ± 0.06", "8.50 ± 0.28", "0.108 ± 0.007"),
          "FKC, target score": ("6.25 ± 2.71", "6.36 ± 2.67", "0.048 ± 0.019"), "FKC, tempered noise": ("7.02 ± 0.54", "7.11 ± 0.54", "0.047 ± 0.006")},
    0.6667: {},
}


def reference(temperature):
    return np.load(HERE / "data" / f"reference_{temperature}.npy")


def measured(run):
    """Distances of a run's samples, redrawn to equal weights, and its log Z beside the chains'."""
    temperature = TEMPERATURES[run.settings[BETA]]
    samples, _ = score.loaded(run.folder)
    figures = lj.figures(samples, reference(temperature))
    exact = json.loads((HERE / "free_energy.json").read_text())["annealed"][str(temperature)]
    found = run.figures["log_normalizer"]
    if found is not None:
        figures["log_normalizer_error"] = found - exact["log_normalizer_at_end"]
    return figures


def floor(temperature, count, repeats=10):
    """Distances of `count` configurations of one half of the ladders to the other half."""
    chains = reference(temperature)
    halves = np.split(chains, 2)
    generator = np.random.default_rng(1)
    found = []
    for repeat in range(repeats):
        own, other = halves[repeat % 2], halves[1 - repeat % 2]
        found.append(lj.figures(own[generator.choice(len(own), count, replace=False)], other))
    return [repeated_runs.mean_sd([figures[name] for figures in found], digits) for name, digits in COLUMNS]


def cell(group, name, digits):
    """Mean ± standard deviation; the order of magnitude alone where two atoms of one sample lie on each other."""
    mean = np.mean(group.values(name))
    return f"{mean:.0e}" if mean >= 1000 else group.mean_sd(name, digits)


def rows(groups, label):
    """The lines of one method, by temperature."""
    lines = {}
    for group in groups:
        cells = [cell(group, name, digits) for name, digits in COLUMNS]
        cells += [group.mean("effective_sample_size", 0), group.mean("resample_count", 0)]
        lines[TEMPERATURES[group.settings[BETA]]] = f"| {label} | " + " | ".join(cells) + " |"
    return lines


def table(small, large):
    lines = ["| | energy W1 | energy W2 | distance W2 | ESS | resamplings |", "|---|---|---|---|---|---|"]
    by_method = [rows([g for g in small.groups if g.config == name], f"{label}, 2,000 particles") for name, label in METHODS.items()]
    by_method.append(rows(large.groups, "**ours, 10,000 particles**"))
    for temperature in TEMPERATURES.values():
        lines.append(f"| **T = {temperature:.3g}** | | | | | |")
        lines += [method[temperature] for method in by_method]
        for count in (2000, 10000):
            lines.append(f"| chains themselves, {count:,} | " + " | ".join(floor(temperature, count)) + " | – | – |")
        for label, cells in PUBLISHED[temperature].items():
            lines.append(f"| *published {label}, 50,000 particles, 1,000 steps* | " + " | ".join(f"*{cell}*" for cell in cells) + " | – | – |")
    return lines


def free_energies(large):
    exact = json.loads((HERE / "free_energy.json").read_text())["annealed"]
    lines = ["| T | log ∫ q^β, chains | found | its standard error | error |", "|---|---|---|---|---|"]
    for group in large.groups:
        known = exact[str(TEMPERATURES[group.settings[BETA]])]
        lines.append(
            f"| {TEMPERATURES[group.settings[BETA]]:.3g} | {known['log_normalizer_at_end']:.2f} ± {known['error']:.2f} | "
            f"{group.mean_sd('log_normalizer', 2)} | {group.mean('log_normalizer_standard_error', 2)} | {group.mean_sd('log_normalizer_error', 2)} |")
    return lines


def pictures(small, large):
    shown = []
    for beta, temperature in TEMPERATURES.items():
        sets = {}
        ours = large.group("annealed-ours", {BETA: beta, "particles": LARGE})
        groups = {
            "no correction": small.group("annealed-none-tempered", {BETA: beta}),
            "published FKC": small.group("annealed-published-tempered", {BETA: beta}), "ours": ours,
        }
        for label, group in groups.items():
            sets[label] = np.concatenate([score.loaded(run.folder)[0] for run in group.runs])
        shown.append((temperature, reference(temperature), sets))
        for run in ours.runs:
            folder = run.folder / "pictures"
            folder.mkdir(exist_ok=True)
            annealed_pictures.draw([(temperature, reference(temperature), {"run": score.loaded(run.folder)[0]})], folder / "energies.svg")
            (folder / "energies.txt").write_text(f"Energies and g(r) beside the chains at T = {temperature:.3g} (grey).\n")
    annealed_pictures.draw(shown, HERE / "annealed.svg")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", action="store_true", help="do not run again what was run before")
    options = parser.parse_args()
    betas = {BETA: list(TEMPERATURES)}
    small = repeated_runs.Sweep([HERE / f"{name}.yaml" for name in METHODS], "1-3", betas, HERE / "runs" / "annealed")
    large = repeated_runs.Sweep(
        [HERE / "annealed-ours.yaml"], "1-3", {**betas, "particles": [LARGE]}, HERE / "runs" / "annealed-10000")
    for sweep in (small, large):
        sweep.run(keep=options.keep)
        sweep.measure(measured, keep=options.keep)
    seconds = large.groups[0].mean("wall_seconds", 0)
    repeated_runs.write_table(HERE / "RESULTS.md", table(small, large), "annealed")
    repeated_runs.write_table(
        HERE / "README.md", free_energies(large) + ["", f"Seeds 1 to 3, {repeated_runs.machine()}; {seconds} s a run of 10,000 particles."], "free energies")
    pictures(small, large)


if __name__ == "__main__":
    main()
