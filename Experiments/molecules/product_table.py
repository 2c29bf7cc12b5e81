"""Products of two property experts, by three samplers: runs the grid with `fkc sweep`, decodes, writes README's table.

    python product_table.py [--seeds 1-5] [--count 500] [--threads 2]

Runs that are there already are kept, so an interrupted table goes on. What is counted is defined in judge.py.
"""

import argparse
import csv
import json
import math
import os
import pathlib
import statistics
import subprocess

import numpy as np

import judge
import properties
from numpy_decoder import Decoder

HERE = pathlib.Path(__file__).resolve().parent
FKC = os.environ.get("FKC", str(HERE.parent.parent / ".build/release/fkc"))
SAMPLERS = {
    "product-plain": "plain",
    "product-paper": "FKC, the paper's settings",
    "product": "FKC, our defaults",
}
# The pure product, and the composition in which the unconditional model is divided out so that exponents sum to 1.
TARGETS = {
    "{lipophilic: 1, polar: 1}": "a b",
    "{lipophilic: 2, polar: 2}": "a² b²",
    "{lipophilic: 1, polar: 1, anything: -1}": "a b / q",
    "{lipophilic: 2, polar: 2, anything: -3}": "a² b² / q³",
}
# Two-sided 95 % points of Student's t, by degrees of freedom.
STUDENT = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}
BEGIN, END = "<!-- products -->", "<!-- end of products -->"


def sweep(output, configs, options, *settings):
    """Runs a grid and returns the rows of its sweep.csv that are whole."""
    command = [FKC, "sweep", *[str(HERE / f"{name}.yaml") for name in configs], "--seeds", options.seeds]
    for setting in settings:
        command += ["--set", setting]
    subprocess.run([*command, "--output", output, "--threads", str(options.threads), "--progress", "none"], check=True)
    with open(output / "sweep.csv") as file:
        return [row for row in csv.DictReader(file) if row["status"] == "whole"]


def interval(values, scale=1.0, digits=1):
    """'mean ± half the 95 % interval of the mean' by Student's t over the seeds; a dash where a figure is missing."""
    if not values or any(value is None for value in values):
        return "–"
    values = [scale * value for value in values]
    if len(values) == 1:
        return f"{values[0]:.{digits}f}"
    half = STUDENT[len(values) - 1] * statistics.stdev(values) / math.sqrt(len(values))
    return f"{statistics.fmean(values):.{digits}f} ± {half:.{digits}f}"


def number(text):
    return float(text) if text not in ("", None) else None


def reference():
    """SMILES of MOSES's training molecules that satisfy both, and their share; None where data.py has not run."""
    path = HERE / "data/moses.npz"
    if not path.exists():
        return None
    data = np.load(path)
    table = data["train_properties"]
    values = (table - table.mean(0)) / table.std(0)
    chosen = judge.satisfied(values, judge.ASKED)
    return [str(text) for text in data["train_smiles"][chosen]], float(chosen.mean())


def chemnet(sets, molecules, size=1000):
    """Fréchet ChemNet distance of `size` of each set of SMILES to twice as many of `molecules`, by the `fcd` package
    (Preuer et al. 2018); under "floor" that of `size` other ones of `molecules`, what a perfect sample would have."""
    try:
        import fcd
    except ImportError:
        print("fcd is not installed: no Fréchet ChemNet distances")
        return {}

    model = fcd.load_ref_model()

    def moments(smiles):
        activations = fcd.get_predictions(model, smiles)
        return activations.mean(0), np.cov(activations.T)

    rng = np.random.default_rng(1)
    some = lambda smiles, count: [smiles[i] for i in rng.permutation(len(smiles))[:count]]
    known = some(molecules, 3 * size)
    wanted = moments(fcd.canonical_smiles(known[size:]))
    found = {}
    for name, smiles in {**sets, "floor": known[:size]}.items():
        found[name] = float(fcd.calculate_frechet_distance(*moments(fcd.canonical_smiles(some(smiles, size))), *wanted))
    return found


def table(groups, distances):
    """The lines of the two tables. `groups`: (target, sampler) → rows, one a seed, figures of judge.py beside fkc's."""
    lines = ["| target | sampler | valid | both satisfied | the same, distinct | by the head | score, both | score, worse | log P | TPSA |"]
    lines += ["|" + "---|" * 10]
    for (target, sampler), rows in groups.items():
        percent = [interval([row[name] for row in rows], 100) + " %" for name in ("valid", "both_satisfied", "both_satisfied_distinct", "both_satisfied_by_head")]
        scores = [interval([row[name] for row in rows], 1, 3) for name in ("score_product", "score_worse")]
        values = [interval([row[f"{name}_mean"] for row in rows], 1, 2) for name in judge.ASKED]
        lines += ["| " + " | ".join([target, sampler, *percent, *scores, *values]) + " |"]
    lines += ["", "| target | sampler | both, to plain's | log Z | its error within a run | ESS | resamplings | ancestors "]
    lines[-1] += "| unique | diversity | filters | novel | FCD |"
    lines += ["|" + "---|" * 13]
    plain = {target: rows for (target, sampler), rows in groups.items() if sampler == "plain"}
    for (target, sampler), rows in groups.items():
        column = lambda name: [row.get(name) for row in rows]
        ratio = "–"
        if target in plain and sampler != "plain":
            ratio = f"{statistics.fmean(column('both_satisfied')) / statistics.fmean([row['both_satisfied'] for row in plain[target]]):.2f} ×"
        errors = column("log_normalizer_standard_error")
        distance = distances.get((target, sampler))
        cells = [
            target, sampler, ratio, interval(column("log_normalizer"), 1, 2),
            "–" if None in errors else f"{statistics.fmean(errors):.2f}",
            *[f"{statistics.fmean(column(name)):.0f}" for name in ("effective_sample_size", "resample_count", "unique_ancestors")],
            f"{100 * statistics.fmean(column('unique')):.1f} %",
            f"{statistics.fmean(column('internal_diversity')):.3f}",
            f"{100 * statistics.fmean(column('passes_filters')):.1f} %",
            "–" if None in column("novel") else f"{100 * statistics.fmean(column('novel')):.1f} %",
            "–" if distance is None else f"{distance:.1f}",
        ]  # fmt: skip
        lines += ["| " + " | ".join(cells) + " |"]
    return lines


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", default="1-5")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    decoder, training = Decoder(HERE / "decoder.safetensors"), judge.training_texts()
    folders = [
        (HERE / "runs/sweep-products", sweep(HERE / "runs/sweep-products", SAMPLERS, options, "target.product=" + ",".join(TARGETS))),
        (HERE / "runs/sweep-joint", sweep(HERE / "runs/sweep-joint", ["joint"], options)),
    ]
    groups, smiles = {}, {}
    for output, rows in folders:
        for row in rows:
            folder = output / row["folder"]
            figures, texts, values = judge.judged(folder, decoder, count=options.count, training=training)
            judge.write(folder, figures, texts, values, decoder)
            names = ("log_normalizer", "log_normalizer_standard_error", "effective_sample_size", "resample_count", "unique_ancestors")
            figures |= {name: number(row[name]) for name in names}
            key = (TARGETS[row["target.product"]], SAMPLERS[row["config"]]) if "target.product" in row else ("joint", "asked for both")
            groups.setdefault(key, []).append(figures)
            smiles.setdefault(key, []).extend(text for text in texts if text)
            print(key, row["seed"], json.dumps({n: figures[n] for n in ("valid", "both_satisfied", "score_worse")}), flush=True)
    order = [(t, s) for t in TARGETS.values() for s in SAMPLERS.values()] + [("joint", "asked for both")]
    groups = {key: groups[key] for key in order if key in groups}
    known = reference()
    # The pure product and what it is measured against only: a third of a minute a set.
    distances = chemnet({key: smiles[key] for key in groups if key[0] in ("a b", "joint")}, known[0]) if known else {}
    lines = table(groups, distances)
    if known:
        lines += ["", f"Of MOSES's training molecules {100 * known[1]:.2f} % ({len(known[0]):,}) satisfy both"]
        lines[-1] += f"; two disjoint samples of them are {distances['floor']:.1f} apart by the distance of the last column." if distances else "."
    readme = HERE / "README.md"
    before, rest = readme.read_text().split(BEGIN)
    readme.write_text(before + BEGIN + "\n" + "\n".join(lines) + "\n" + END + rest.split(END)[1])
    print("\n".join(lines))


if __name__ == "__main__":
    main()
