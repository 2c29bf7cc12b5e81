"""Remakes the table of this folder's README: each config with five seeds. Needs numpy.

    python3 table.py
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import design  # noqa: E402
import numpy as np  # noqa: E402
import repeated_runs  # noqa: E402
import score  # noqa: E402

SEEDS = range(1, 6)
CONFIGS = {
    "baseline": "no correction, 200 steps", "paper": "published settings, 1,000 steps", "ours": "ours, 200 steps",
    "ours-800": "ours, 800 steps",
}


def main():
    exact = json.loads((HERE / "exact.json").read_text())
    _, *components = design.product(
        score.expert("expert_a.json"), score.expert("expert_b.json"), exact["noise_level"])
    mixture = design.flat(*components)
    lines = [
        "| | mode masses, TV | mean, sd | variance ratio | log Z error | its standard error | ESS | seconds |",
        "|---|---|---|---|---|---|---|---|"]
    for config, name in CONFIGS.items():
        folders = [repeated_runs.run(HERE / f"{config}.yaml", seed) for seed in SEEDS]
        scores = [score.score(folder, exact, mixture) for folder in folders]
        errors = [s["log_normalizer_standard_error"] for s in scores]
        seconds = [repeated_runs.summary(folder)["wall_seconds"] for folder in folders]
        cells = [
            repeated_runs.spread([s["mode_mass_error"] for s in scores], 3),
            repeated_runs.spread([s["mean_error"] for s in scores], 3),
            repeated_runs.spread([s["variance_ratio"] for s in scores], 3),
            repeated_runs.spread([s["log_normalizer_error"] for s in scores], 3),
            "–" if None in errors else f"{sum(errors) / len(errors):.3f}",
            f"{sum(s['effective_sample_size'] for s in scores) / len(scores):.0f}",
            f"{sum(seconds) / len(seconds):.2f}"]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    uniform = np.full(10_000, 1e-4)
    perfect = [
        score.figures(design.draw(*mixture, 10_000, seed).astype(float), uniform, exact, mixture) for seed in SEEDS]
    cells = [
        repeated_runs.spread([p[key] for p in perfect], 3)
        for key in ("mode_mass_error", "mean_error", "variance_ratio")]
    lines.append("| perfect samples | " + " | ".join(cells) + " | 0 | – | 10000 | – |")
    lines += ["", f"Seeds 1 to 5, {repeated_runs.machine()}."]
    repeated_runs.write_table(HERE / "README.md", lines)


if __name__ == "__main__":
    main()
