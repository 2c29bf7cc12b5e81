"""Remakes the table of this folder's README: six configs, five seeds each. Standard library only.

    python3 table.py
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import repeated_runs

SEEDS = "1-5"
TRANSPORT_SAMPLES = 4000
CONFIGS = {
    "baseline": "no correction, 1,000 steps", "paper": "published settings, 1,000 steps",
    "default": "defaults, **100 steps**", "ours-100": "ours, 50 steps with a move each", "ours": "ours, 100 steps with nine moves each",
    "auto": "ours, steps by `auto` with a move each",
}
COLUMNS = [
    ("total_variation", "TV", 3), ("mmd_squared_fixed_bandwidths", "MMD²", 4),
    ("energy_w1", "energy W1", 3), ("energy_w2_squared", "energy W2²", 4), ("w1", "W1", 2), ("w2", "W2", 2),
]
# Skreta et al. 2025, Table A1: mean ± standard deviation of five runs.
PUBLISHED = [
    "| *published, none* | *0.487 ± 0.007* | *0.020 ± 0.001* | – | – | *11.30 ± 0.30* | *15.67 ± 0.27* | – | – |",
    "| *published, systematic* | *0.372 ± 0.020* | *0.007 ± 0.005* | – | – | *6.26 ± 3.96* | *11.27 ± 5.63* | – | – |",
]


def measure(run, exact):
    """The distances of a run's samples from exact ones, and the error of its log Z."""
    comparison = repeated_runs.compare(
        run.folder, HERE / "reference.npy", "--transport-samples", TRANSPORT_SAMPLES, "--floor-repeats", 0)
    value = run.figures["log_normalizer"]
    return {
        **{key: comparison["metrics"][key]["value"] for key, _, _ in COLUMNS},
        "log_normalizer_error": None if value is None else value - exact["log_normalizer"],
        # A pilot's are among them.
        "evaluations": sum(repeated_runs.summary(run.folder)["model_evaluations"].values()) / 1e6,
    }


def row(group):
    cells = [group.mean_sd(key, digits) for key, _, digits in COLUMNS]
    cells += [group.mean_sd("log_normalizer_error", 3), group.mean("evaluations", 1)]
    return f"| {CONFIGS[group.config]} | " + " | ".join(cells) + " |"


def floor_row():
    """What perfect samples score: fresh exact draws against the reference's size, by fkc's own floor."""
    comparison = repeated_runs.compare(
        HERE / "reference.npy", HERE / "reference.npy", "--transport-samples", TRANSPORT_SAMPLES,
        "--mixture", HERE / "gmm40.json", "--noise-level", 0.025**2, "--inverse-temperature", 3,
        "--floor-repeats", 5)
    metrics = comparison["metrics"]
    cells = [
        f"{metrics[key]['floor_mean']:.{digits}f} ± {metrics[key]['floor_standard_deviation']:.{digits}f}"
        for key, _, digits in COLUMNS]
    return "| perfect samples | " + " | ".join(cells) + " | 0 | – |"


def main():
    exact = json.loads((HERE / "exact.json").read_text())["end_of_path"]
    sweep = repeated_runs.Sweep([HERE / f"{config}.yaml" for config in CONFIGS], SEEDS).run()
    sweep.measure(lambda run: measure(run, exact))
    lines = [
        "| | " + " | ".join(name for _, name, _ in COLUMNS) + " | log Z error | evaluations, 10⁶ |",
        "|---|" + "---|" * (len(COLUMNS) + 2)]
    lines += [row(group) for group in sweep.groups]
    lines.append(floor_row())
    lines += PUBLISHED
    lines += ["", f"Seeds 1 to 5, {repeated_runs.machine()}."]
    repeated_runs.write_table(HERE / "README.md", lines)


if __name__ == "__main__":
    main()
