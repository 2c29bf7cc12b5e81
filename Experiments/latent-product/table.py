"""Remakes the table of this folder's README: each config with five seeds. Needs numpy.

    python3 table.py
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import design
import numpy as np
import repeated_runs
import score

SEEDS = range(1, 6)
CONFIGS = {
    "baseline": "no correction, 200 steps", "paper": "published settings, 1,000 steps", "ours": "defaults, 200 steps",
    "ours-moves": "100 steps with a move each",
}
# Figures of score.py that a run's summary does not have.
METRICS = ["mode_mass_error", "mean_error", "variance_ratio", "log_normalizer_error"]


def measure(run, exact, mixture):
    scores = score.score(run.folder, exact, mixture)
    return {name: scores[name] for name in METRICS}


def main():
    exact = json.loads((HERE / "exact.json").read_text())
    _, *components = design.product(
        score.expert("expert_a.json"), score.expert("expert_b.json"), exact["noise_level"])
    mixture = design.flat(*components)
    sweep = repeated_runs.Sweep([HERE / f"{config}.yaml" for config in CONFIGS], f"{SEEDS[0]}-{SEEDS[-1]}").run()
    sweep.measure(lambda run: measure(run, exact, mixture))
    lines = [
        "| | mode masses, TV | mean, sd | variance ratio | log Z error | its standard error | ESS |",
        "|---|---|---|---|---|---|---|"]
    for group in sweep.groups:
        cells = [group.mean_sd(name, 3) for name in METRICS]
        cells += [
            group.mean("log_normalizer_standard_error", 3), group.mean("effective_sample_size", 0)]
        lines.append(f"| {CONFIGS[group.config]} | " + " | ".join(cells) + " |")
    uniform = np.full(10_000, 1e-4)
    perfect = [
        score.figures(design.draw(*mixture, 10_000, seed).astype(float), uniform, exact, mixture) for seed in SEEDS]
    cells = [
        repeated_runs.mean_sd([p[key] for p in perfect], 3)
        for key in ("mode_mass_error", "mean_error", "variance_ratio")]
    lines.append("| perfect samples | " + " | ".join(cells) + " | 0 | – | 10000 |")
    lines += ["", f"Seeds 1 to 5, {repeated_runs.machine()}."]
    repeated_runs.write_table(HERE / "README.md", lines)


if __name__ == "__main__":
    main()
