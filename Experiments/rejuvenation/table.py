"""Moves at a level beside more steps of the same cost, on forty modes, on LJ-13 and on molecules.

    make experiment-rejuvenation      # needs numpy and scipy; remakes the table of README.md, which is that of gmm40
    python3 table.py lj13             # one of gmm40, lj13, molecules; prints alone
"""
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "lj13"), str(HERE.parent / "molecules")]

import lennard_jones
import repeated_runs

FKC = repeated_runs.FKC
GMM, LJ, MOLECULES = HERE.parent / "gmm40", HERE.parent / "lj13", HERE.parent / "molecules"
NONE, LANGEVIN, METROPOLIS = None, {"kind": "langevin"}, {"kind": "metropolis"}


def moves(kernel, count):
    return {**kernel, "moves": count}


# (config, settings of all rows, seeds, [(row's name, settings, rejuvenation)])
EXPERIMENTS = {
    "gmm40": (GMM / "default.yaml", {"sampler.step_size_error": "none", "resampling.ess_threshold": 0.9}, range(1, 6), [
        (f"{name}, {steps} steps", {"target.path": path, "sampler.steps": steps}, kernel)
        for path in ("auto", "constant") for name, steps, kernel in (
            (f"{path} path, no moves", 200, NONE), (f"{path} path, langevin", 100, LANGEVIN),
            (f"{path} path, metropolis", 100, METROPOLIS), (f"{path} path, 3 × metropolis", 50, moves(METROPOLIS, 3)))]),
    "lj13": (LJ / "annealed-ours.yaml", {
        "sampler.step_size_error": "none", "target.annealed.inverse_temperature": 2.9999, "particles": 500}, range(1, 4), [
            (f"{name}, {steps} steps", {"sampler.steps": steps, "sampler.noise_scale": noise, "target.path": path}, kernel)
            for name, steps, noise, path, kernel in (
                ("no moves, c = 2.5", 200, 2.5, "constant", NONE), ("langevin, c = 2.5", 100, 2.5, "constant", LANGEVIN),
                ("no moves, c = 1", 200, 1.0, "constant", NONE), ("langevin, c = 1", 100, 1.0, "constant", LANGEVIN),
                ("3 × langevin, c = 1", 50, 1.0, "constant", moves(LANGEVIN, 3)), ("late path, no moves, c = 1", 110, 1.0, "late", NONE))]),
    "molecules": (MOLECULES / "product.yaml", {"sampler.step_size_error": "none"}, range(1, 6), [
        (f"{name}, {steps} steps", {"sampler.steps": steps, "target.path": path}, kernel) for name, steps, path, kernel in (
            ("no moves", 200, "constant", NONE), ("langevin", 100, "constant", LANGEVIN), ("3 × langevin", 50, "constant", moves(LANGEVIN, 3)),
            ("late path, no moves", 110, "late", NONE))]),
}


def run(config, settings, kernel, seed):
    """(samples, weights, summary) of a run."""
    with tempfile.TemporaryDirectory() as folder:
        command = [FKC, "run", config, "--output", f"{folder}/run", "--progress", "none", "--seed", str(seed)]
        if kernel:
            settings = {**settings, "sampler.rejuvenation": json.dumps(kernel)}
        for key, value in settings.items():
            command += ["--set", f"{key}={value}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
        found = pathlib.Path(folder) / "run"
        return np.load(found / "samples.npy"), np.exp(np.load(found / "log_weights.npy")), json.loads((found / "summary.json").read_text())


def nearest(rows):
    """The distance of every row to the nearest other one."""
    found = []
    for part in np.array_split(rows, max(1, len(rows) // 500)):
        squares = (part**2).sum(1)[:, None] + (rows**2).sum(1) - 2 * part @ rows.T
        found.append(np.sqrt(np.maximum(np.partition(squares, 1, axis=1)[:, 1], 0)))
    return np.concatenate(found)


# ---- What is measured of each

def gmm40():
    means = np.array(json.loads((GMM / "gmm40.json").read_text())["means"])
    reference = np.load(GMM / "reference.npy")
    exact = json.loads((GMM / "exact.json").read_text())["end_of_path"]["log_normalizer"]
    low, high = reference.min(0) - 1, reference.max(0) + 1

    def histogram(x, w):
        return np.histogram2d(x[:, 0], x[:, 1], 200, [[low[0], high[0]], [low[1], high[1]]], weights=w)[0]

    def masses(x, w):
        return np.bincount(((x[:, None] - means)**2).sum(-1).argmin(1), w, len(means))

    even = np.full(len(reference), 1 / len(reference))

    def measure(x, w, summary):
        return {
            "TV": 0.5 * np.abs(histogram(x, w) - histogram(reference, even)).sum(),
            "mode masses": 0.5 * np.abs(masses(x, w) - masses(reference, even)).sum(),
            "log Z error": summary["log_normalizer"] - exact, "effective ancestors": summary["effective_ancestors"]}
    return measure, {"TV": 3, "mode masses": 3, "log Z error": 3, "effective ancestors": 0}


def lj13():
    chains = json.loads((LJ / "free_energy.json").read_text())["annealed"]["0.6667"]["log_normalizer_at_end"]

    def measure(x, w, summary):
        energies = lennard_jones.energies(x)
        # Sorted distances of all pairs tell configurations apart that are not the same turned around or numbered otherwise.
        apart = nearest(np.sort(np.sqrt(lennard_jones.squared_distances(x)), axis=1))
        return {
            # TRAINING.md has the chains' mean.
            "mean energy − chains'": float((w * energies).sum()) + 60.662, "log Z − chains'": summary["log_normalizer"] - chains,
            "nearest other": float(np.median(apart)), "effective ancestors": summary["effective_ancestors"]}
    return measure, {"mean energy − chains'": 2, "log Z − chains'": 2, "nearest other": 3, "effective ancestors": 0}


def molecules():
    import demo

    def measure(x, w, summary):
        with tempfile.TemporaryDirectory() as folder:
            np.save(pathlib.Path(folder) / "samples.npy", x)
            both, _ = demo.guessed(pathlib.Path(folder))
        return {
            "both, by the head, %": 100 * both, "nearest other": float(np.median(nearest(x.astype(float)))),
            "log Z": summary["log_normalizer"], "effective ancestors": summary["effective_ancestors"]}
    return measure, {"both, by the head, %": 1, "nearest other": 2, "log Z": 2, "effective ancestors": 0}


def table(name):
    config, common, seeds, rows = EXPERIMENTS[name]
    measure, columns = {"gmm40": gmm40, "lj13": lj13, "molecules": molecules}[name]()
    lines = ["| | " + " | ".join(columns) + " | evaluations a particle | acceptance |", "|---|" + "---|" * (len(columns) + 2)]
    for label, settings, kernel in rows:
        found = []
        for seed in seeds:
            x, w, summary = run(config, {**common, **settings}, kernel, seed)
            found.append((measure(x, w, summary), summary))
        cells = []
        for column, digits in columns.items():
            values = [figures[column] for figures, _ in found]
            cells.append(f"{statistics.mean(values):.{digits}f} ± {statistics.stdev(values):.{digits}f}")
        last = found[0][1]
        cells.append(f"{max(last['model_evaluations'].values()) / last['particles']:.0f}")
        acceptance = (last["rejuvenation"] or {}).get("acceptance")
        cells.append("–" if acceptance is None else f"{acceptance:.2f}")
        lines.append(f"| {label} | {' | '.join(cells)} |")
        print(lines[-1], flush=True)
    return lines


def main():
    for name in sys.argv[1:]:
        table(name)
    if not sys.argv[1:]:
        lines = table("gmm40")
        repeated_runs.write_table(HERE / "README.md", [*lines, "", f"Seeds 1 to 5, {repeated_runs.machine()}."])


if __name__ == "__main__":
    main()
