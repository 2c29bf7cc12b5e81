"""Writes the tables of RESULTS.md between its markers from report.json and conditional.csv, which evaluate.py wrote.

    python table.py
"""

import csv
import json
import pathlib

import properties

HERE = pathlib.Path(__file__).parent


def rows_of(report):
    """The three tables as one text."""
    lines = []
    reconstruction = report["reconstruction"]
    labels = [properties.LABELS[name] for name in properties.NAMES]
    lines += ["| held-out split | exact from the mean | exact from a draw | " + " | ".join(f"R² {x}" for x in labels) + " |"]
    lines += ["|" + "---|" * (3 + len(labels))]
    for split in ("test", "test_scaffolds"):
        figures = [reconstruction[f"{split}_exact_from_mean"], reconstruction[f"{split}_exact_from_draw"]]
        head = [f"{reconstruction[f'{split}_head_r2'][name]:.3f}" for name in properties.NAMES]
        lines += [f"| {split} | " + " | ".join([f"{100 * x:.1f} %" for x in figures] + head) + " |"]

    names = {
        "valid": "valid, of all",
        "unique_at_2000": "unique, of the valid among the first 2,000",
        "unique": "unique, of all valid",
        "novel": "not in the training set, of the distinct",
        "structural_filters": "allowed atoms, no charge, no ring over 8, of the distinct",
        "all_filters": "the same and MOSES's limits on mass, bonds and log P",
    }
    plain, gaussian = report["plain"], report["gaussian_latents"]
    lines += ["", f"| | {plain['count']:,} plain samples | {gaussian['count']:,} from N(0, I) in the latent | two halves of the test set |"]
    lines += ["|---|---|---|---|"]
    lines += [f"| {text} | {100 * plain[key]:.1f} % | {100 * gaussian[key]:.1f} % | – |" for key, text in names.items()]
    lines += [f"| internal diversity | {plain['internal_diversity']:.3f} | {gaussian['internal_diversity']:.3f} | {report['test_diversity']:.3f} |"]
    for name, label in zip(properties.NAMES, labels):
        figures = [part[name] for part in (plain["w1"], gaussian["w1"], report["test_halves_w1"])]
        lines += [f"| W1 of {label} to the test set | " + " | ".join(f"{x:.3g}" for x in figures) + " |"]

    with open(HERE / "conditional.csv") as file:
        asked = list(csv.DictReader(file))
    grid = sorted({float(row["asked_sd"]) for row in asked})
    lines += ["", "| asked alone, in sd | " + " | ".join(f"{x:+g}" for x in grid) + " | slope |", "|" + "---|" * (2 + len(grid))]
    for name, label in zip(properties.NAMES, labels):
        cells = [
            f"{float(row['mean_sd_units']):+.2f} ± {float(row['deviation_sd_units']):.2f}"
            for value in grid
            for row in asked
            if row["property"] == name and float(row["asked_sd"]) == value
        ]
        lines += [f"| {label} | " + " | ".join(cells) + f" | {report['slopes'][name]:.2f} |"]
    return "\n".join(lines)


def main():
    report = json.loads((HERE / "report.json").read_text())
    page = (HERE / "RESULTS.md").read_text()
    before, rest = page.split("<!-- table -->", 1)
    after = rest.split("<!-- end of table -->", 1)[1]
    (HERE / "RESULTS.md").write_text(f"{before}<!-- table -->\n{rows_of(report)}\n<!-- end of table -->{after}")


if __name__ == "__main__":
    main()
