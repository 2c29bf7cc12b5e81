"""What a product run's molecules are worth: metrics.json, molecules.csv, molecules.sdf, molecules.smi and a gallery in the run's folder.

    python judge.py runs/product [--count 500] [--asked log_p=1 tpsa=1]

Needs NumPy, RDKit and SELFIES, not PyTorch. Definitions, in units of the training set's standard deviation from its mean:
a property is *satisfied* where the decoded molecule has it within half a unit of the asked value; its *score* is
exp(−½ ((value − asked) / 0.5)²), 1 where it is met exactly, 0.61 at the edge of the satisfied. An invalid molecule
satisfies nothing and scores 0.
"""

import argparse
import csv
import json
import pathlib

import export
import gallery
import metric_labels
import numpy as np
import properties
import texts
from numpy_decoder import Decoder
from rdkit import Chem

HERE = pathlib.Path(__file__).parent
ASKED = {"log_p": 1.0, "tpsa": 1.0}
TOLERANCE = 0.5


def standardised(table, decoder):
    """Properties `[N, 4]` in standard deviations from the training set's mean."""
    return (table - decoder.tensors["property_mean"]) / decoder.tensors["property_deviation"]


def satisfied(values, asked):
    """Rows of standardised properties `[N, 4]` where every asked one is within TOLERANCE."""
    columns = [properties.NAMES.index(name) for name in asked]
    return (np.abs(values[:, columns] - list(asked.values())) <= TOLERANCE).all(1)


def training_texts():
    """MOSES's training set, where data.py has put it; else None."""
    path = HERE / "data/train_smiles.txt"
    return set(path.read_text().split()) if path.exists() else None


def judged(folder, decoder, asked=ASKED, count=500, training=None):
    """Name → figure of `count` samples spread evenly over the run, and their SMILES and standardised properties."""
    samples = np.load(folder / "samples.npy")
    # Equally weighted already.
    samples = samples[export.spread(len(samples), count)]
    smiles = [texts.canonical(text) for text in decoder.selfies(samples)]
    values = standardised(properties.table(smiles), decoder)
    head = decoder.guesses(decoder.latent(samples))
    valid = np.array([bool(text) for text in smiles])
    both = satisfied(values, asked) & valid
    columns = [properties.NAMES.index(name) for name in asked]
    scores = np.exp(-0.5 * ((values[:, columns] - list(asked.values())) / TOLERANCE) ** 2)
    scores = np.where(valid[:, None], scores, 0)
    distinct = sorted({text for text in smiles if text})
    filtered = [properties.passes_filters(Chem.MolFromSmiles(text)) for text in distinct]
    figures = {
        "decoded": len(smiles),
        "valid": float(valid.mean()),
        "both_satisfied": float(both.mean()),
        "both_satisfied_distinct": len({text for text, holds in zip(smiles, both) if holds}) / len(smiles),
        "both_satisfied_by_head": float(satisfied(head, asked).mean()),
        "score_product": float(scores.prod(1).mean()),
        "score_worse": float(scores.min(1).mean()),
        "unique": len(distinct) / max(1, int(valid.sum())),
        "internal_diversity": texts.internal_diversity([text for text in smiles if text]),
        "passes_filters": float(np.mean(filtered)) if filtered else 0.0,
    }
    for column, name in zip(columns, asked):
        figures[f"{name}_mean"] = float(values[valid, column].mean())
        figures[f"{name}_deviation"] = float(values[valid, column].std())
    if training is not None:
        figures["novel"] = float(np.mean([text not in training for text in distinct])) if distinct else 0.0
    return figures, smiles, values


def write(folder, smiles, values, decoder, asked=ASKED):
    """molecules.csv, metrics_labels.json and pictures of molecules in the run's folder."""
    table = values * decoder.tensors["property_deviation"] + decoder.tensors["property_mean"]
    with open(folder / "molecules.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["smiles", *properties.NAMES])
        writer.writerows([[text, *(f"{value:.4f}" for value in row)] for text, row in zip(smiles, table)])
    labels = metric_labels.labels(asked, properties.LABELS)
    (folder / "metrics_labels.json").write_text(json.dumps(labels, indent=1) + "\n")
    gallery.write(folder / "pictures", smiles, values, table, asked)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", type=pathlib.Path, nargs="+")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--asked", nargs="+", default=[f"{n}={v}" for n, v in ASKED.items()], metavar="PROPERTY=VALUE")
    parser.add_argument("--together", type=pathlib.Path, metavar="FILE", help="one picture of all runs")
    parser.add_argument("--titles", nargs="+", metavar="TITLE", help="what the picture calls them")
    options = parser.parse_args()
    asked = {}
    for text in options.asked:
        name, _, value = text.partition("=")
        if name not in properties.NAMES:
            raise SystemExit(f"{name}: unknown property; known: {', '.join(properties.NAMES)}")
        asked[name] = float(value)
    decoder, training = Decoder(HERE / "decoder.safetensors"), training_texts()
    runs = []
    for folder, title in zip(options.folders, options.titles or map(str, options.folders)):
        figures, smiles, values = judged(folder, decoder, asked, options.count, training)
        table = values * decoder.tensors["property_deviation"] + decoder.tensors["property_mean"]
        runs.append((title, smiles, values, table))
        write(folder, smiles, values, decoder, asked)
        samples, log_weights, ancestors = export.run_of(folder, decoder.tensors["latent_mean"].size)
        rows = export.spread(len(samples), options.count)
        # Flat drawings: three dimensions take 30 ms a molecule, and export.py makes them.
        export.write(folder, smiles, log_weights[rows], ancestors[rows], rows, "2d")
        # Last: who finds it finds the rest.
        (folder / "metrics.json").write_text(json.dumps(figures, indent=1) + "\n")
        print(folder, json.dumps(figures))
    if options.together:
        gallery.compare(options.together, runs, asked)


if __name__ == "__main__":
    main()
