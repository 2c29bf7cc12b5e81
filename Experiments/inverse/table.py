"""Remakes the first table of this folder's README. Needs NumPy.

    python table.py [--problems 20]

For each row of the table, 20 random problems; for each problem every method once, 10,000 particles, judged against 10,000 exact
samples of the posterior. A problem a core at a time.
"""

import argparse
import concurrent.futures
import functools
import json
import os
import pathlib
import subprocess
import sys
import tempfile

# The problems share out the cores.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import dps
import numpy as np
import problems

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import repeated_runs

PARTICLES = 10_000
# d, m, inpainting
CASES = [
    (8, 1, False), (8, 2, False), (8, 4, False), (80, 1, False), (80, 2, False), (80, 4, False), (8, 1, True),
    (80, 1, True),
]
# The standard deviation of the grid of means is √128; with the components' own it is 11.4.
DENOISED = {"at": "denoised", "data_standard_deviation": 11.4}
METHODS = {
    "DPS": None,
    "guided, no weights": ("none", 100, DENOISED),
    "reward at the state": ("feynman-kac", 100, {"at": "state"}),
    "twisted": ("feynman-kac", 100, DENOISED),
    "twisted, finite difference": ("feynman-kac", 50, {**DENOISED, "jacobian": "finite-difference"}),
    "twisted, kernel ratio": ("kernel-ratio", 100, DENOISED),
}


def config(problem, correction, steps, point):
    return {
        "particles": PARTICLES, "islands": 10, "process": {"kind": "variance-preserving"},
        "models": {
            "prior": {
                "kind": "gaussian-mixture", "means": problem.means.tolist(), "weights": problem.weights.tolist(),
                "standard_deviations": 1.0,
            }
        },
        "target": {
            "annealed": {"model": "prior", "inverse_temperature": 1.0}, "reward": {**problem.reward(), **point}},
        "sampler": {"steps": steps, "control": "none"}, "correction": correction,
    }


def run(settings, seed):
    """Samples, weights and the summary of a config, or None where fkc ends with a numerical failure."""
    with tempfile.TemporaryDirectory() as scratch:
        path, folder = pathlib.Path(scratch, "config.yaml"), pathlib.Path(scratch, "run")
        path.write_text(json.dumps(settings) + "\n")
        command = [
            repeated_runs.FKC, "run", path, "--seed", str(seed), "--output", folder, "--threads", "1", "--progress", "none",
            "--no-report"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 70:
            return None
        if done.returncode:
            raise RuntimeError(done.stderr)
        logs = np.load(folder / "log_weights.npy")
        return np.load(folder / "samples.npy").astype(float), np.exp(logs), repeated_runs.summary(folder)


def figures(case, seed):
    """For every method the distance, mode error, log Z error and share of effective particles, or None."""
    dimensions, measurements, inpainting = case
    problem = problems.problem(dimensions, measurements, seed, inpainting)
    posterior = problem.posterior()
    reference = problems.draw(posterior, PARTICLES, np.random.default_rng([1, seed]))
    uniform = np.full(PARTICLES, 1 / PARTICLES)

    def judged(samples, weights, evidence=None, effective=None):
        distance = problems.sliced_wasserstein(samples, weights, reference, np.random.default_rng(2))
        error = None if evidence is None else evidence - posterior[3]
        return distance, problems.mode_error(samples, weights, posterior), error, effective

    found = {}
    for name, settings in METHODS.items():
        if settings is None:
            samples = dps.sample(problem, PARTICLES, np.random.default_rng([3, seed]))
            found[name] = judged(samples, uniform)
            continue
        result = run(config(problem, *settings), seed)
        if result is None:
            found[name] = None
            continue
        samples, weights, summary = result
        has_weights = settings[0] != "none"
        found[name] = judged(
            samples, weights, summary["log_normalizer"],
            summary["effective_sample_size"] / PARTICLES if has_weights else None)
    found["exact samples"] = judged(problems.draw(posterior, PARTICLES, np.random.default_rng([4, seed])), uniform)
    return found


def interval(values):
    """Mean and the half-width of its 95 % interval over problems."""
    return f"{np.mean(values):.2f} ± {1.96 * np.std(values, ddof=1) / np.sqrt(len(values)):.2f}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--problems", type=int, default=20)
    options = parser.parse_args()
    names = [*METHODS, "exact samples"]
    distances = ["| d | m | " + " | ".join(names) + " |", "|---|---|" + "---|" * len(names)]
    others = [
        "| | mode masses, TV | log Z error, median | nine in ten below | ESS | failed |", "|---|---|---|---|---|---|"]
    everything = {name: [] for name in names}
    with concurrent.futures.ProcessPoolExecutor() as pool:
        # All rows are handed out at once, so that no core waits for the end of one.
        rows = [pool.map(functools.partial(figures, case), range(options.problems)) for case in CASES]
        for case, row in zip(CASES, rows):
            found = list(row)
            cells = []
            for name in names:
                results = [one[name] for one in found if one[name] is not None]
                everything[name] += [one[name] for one in found]
                failed = len(found) - len(results)
                text = interval([result[0] for result in results]) if len(results) > 1 else "–"
                cells.append(text + (f" ({failed} failed)" if failed else ""))
            measured = f"{case[1]}, inpainting" if case[2] else str(case[1])
            distances.append(f"| {case[0]} | {measured} | " + " | ".join(cells) + " |")
            print(distances[-1], file=sys.stderr, flush=True)
    for name in names:
        results = [one for one in everything[name] if one is not None]
        errors = [abs(one[2]) for one in results if one[2] is not None]
        shares = [one[3] for one in results if one[3] is not None]
        others.append(
            f"| {name} | {np.mean([one[1] for one in results]):.3f} | "
            + (f"{np.median(errors):.3f} | {np.quantile(errors, 0.9):.3g}" if errors else "– | –") + " | "
            + (f"{np.mean(shares):.2f}" if shares else "–") + f" | {len(everything[name]) - len(results)} |")
    lines = distances + [""] + others + [
        "", f"{options.problems} problems a row, {PARTICLES:,} particles, {repeated_runs.machine()}."]
    repeated_runs.write_table(HERE / "README.md", lines)


if __name__ == "__main__":
    main()
