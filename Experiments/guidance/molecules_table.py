"""Remakes RESULTS.md's table of molecules: every method and scale with three seeds, decoded and measured.

    python molecules_table.py [--scales 1.5,2,3,5]

At w = 1 all are the conditional model and one of them is run.
"""

import argparse
import pathlib
import sys

import numpy as np
import torch
from rdkit import Chem

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "molecules")]
import decode
import properties
import repeated_runs
import vae
from evaluate import internal_diversity

SEEDS = "1-3"
SCALE = "target.guided.scale"
METHODS = {
    "plain": "plain CFG", "fkc": "FKC", "apg": "APG", "apg-kernel-ratio": "APG + kernel ratio",
    "adaptive": "Adaptive Guidance", "adaptive-fkc": "Adaptive Guidance + FKC"}
# In standard deviations of MOSES's training set, as the condition of the configs has it.
ASKED = {"log_p": 1.0, "tpsa": -1.0}
WINDOW = 0.5


def measured(run, decoder, vocabulary):
    """The figures of one run's decoded samples, and what it cost."""
    rows = repeated_runs.summary(run.folder)["model_evaluations"].values()
    smiles, _ = decode.decode(np.load(run.folder / "samples.npy"), decoder, vocabulary)
    valid = [text for text in smiles if text]
    standard = (properties.table(valid) - decoder.property_mean.numpy()) / decoder.property_deviation.numpy()
    distinct = [Chem.MolFromSmiles(text) for text in sorted(set(valid))]
    inside = np.ones(len(valid), bool)
    found = {}
    for name, asked in ASKED.items():
        column = standard[:, properties.NAMES.index(name)]
        inside &= np.abs(column - asked) <= WINDOW
        found[f"{name}_mean"] = float(column.mean())
        found[f"{name}_deviation"] = float(column.std())
    return found | {
        "evaluations": sum(rows) / run.figures["particles"],
        "window": float(inside.sum() / len(smiles)),
        "distinct_window": len({text for text, hit in zip(valid, inside) if hit}) / len(smiles),
        "valid": len(valid) / len(smiles),
        "unique": len(distinct) / len(smiles),
        "structural_filters": float(np.mean([properties.structural_filters(molecule) for molecule in distinct])),
        "filters": float(np.mean([properties.passes_filters(molecule) for molecule in distinct])),
        "diversity": internal_diversity(valid),
        "sa": float(standard[:, properties.NAMES.index("sa")].mean()),
    }


def row(group):
    def percent(key):
        return repeated_runs.mean_sd([100 * value for value in group.values(key)], 1) + " %"

    return [
        *(f"{np.mean(group.values(f'{p}_mean')):+.2f} ± {np.mean(group.values(f'{p}_deviation')):.2f}" for p in ASKED),
        percent("window"), percent("distinct_window"), percent("unique"), percent("filters"),
        group.mean_sd("diversity", 3), f"{np.mean(group.values('sa')):+.2f}", group.mean("effective_sample_size", 0),
        group.mean_sd("log_normalizer", 2), group.mean("evaluations", 0)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scales", default="1.5,2,3,5")
    scales = [float(scale) for scale in parser.parse_args().scales.split(",")]
    torch.set_num_threads(1)
    decoder, vocabulary = vae.load(decode.DECODER, vae.Decoder)
    output = HERE / "runs/molecules"
    unguided = repeated_runs.Sweep([HERE / "molecules/plain.yaml"], SEEDS, {SCALE: [1]}, output / "unguided")
    guided = repeated_runs.Sweep([HERE / f"molecules/{method}.yaml" for method in METHODS], SEEDS, {SCALE: scales}, output / "guided")
    for sweep in (unguided, guided):
        sweep.run().measure(lambda run: measured(run, decoder, vocabulary))
    lines = [
        "| w | | log P, sd | TPSA, sd | in the window | distinct there | unique | filters | diversity | SA, sd | ESS | log Z | evaluations |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
        "| 1 | conditional model | " + " | ".join(row(unguided.groups[0])) + " |"]
    for scale in scales:
        lines += [f"| {scale:g} | {name} | " + " | ".join(row(guided.group(method, {SCALE: scale}))) + " |" for method, name in METHODS.items()]
    valid = min(value for group in unguided.groups + guided.groups for value in group.values("valid"))
    lines += ["", f"Seeds 1 to 3, {repeated_runs.machine()}. At least {100 * valid:.1f} % of every run's rows are valid."]
    repeated_runs.write_table(HERE / "RESULTS.md", lines, "table of molecules")


if __name__ == "__main__":
    main()
