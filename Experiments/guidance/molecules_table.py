"""Remakes the README's table of molecules: every method and scale with three seeds, decoded and measured.

    python molecules_table.py [--scales 2,3,5]

At w = 1 all are the conditional model and one of them is run. A run's figures are kept beside it in metrics.json, which a run that is made again takes with it.
"""

import argparse
import json
import pathlib
import sys

import numpy as np
import torch
from rdkit import Chem

import sweeps

sys.path.insert(0, str(sweeps.HERE.parent / "molecules"))
import decode  # noqa: E402
import properties  # noqa: E402
import vae  # noqa: E402
from evaluate import internal_diversity  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
SEEDS = range(1, 4)
METHODS = {
    "plain": "plain CFG", "fkc": "FKC", "apg": "APG", "apg-kernel-ratio": "APG + kernel ratio",
    "adaptive": "Adaptive Guidance", "adaptive-fkc": "Adaptive Guidance + FKC"}
# In standard deviations of MOSES's training set, as the condition of the configs has it.
ASKED = {"log_p": 1.0, "tpsa": -1.0}
WINDOW = 0.5


def metrics(folder, decoder, vocabulary):
    """The figures of one run's samples, kept in its folder."""
    kept = folder / "metrics.json"
    if kept.exists():
        return json.loads(kept.read_text())
    smiles, _ = decode.decode(np.load(folder / "samples.npy"), decoder, vocabulary)
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
    found |= {
        "window": float(inside.sum() / len(smiles)),
        "distinct_window": len({text for text, hit in zip(valid, inside) if hit}) / len(smiles),
        "valid": len(valid) / len(smiles),
        "unique": len(distinct) / len(smiles),
        "structural_filters": float(np.mean([properties.structural_filters(molecule) for molecule in distinct])),
        "filters": float(np.mean([properties.passes_filters(molecule) for molecule in distinct])),
        "diversity": internal_diversity(valid),
        "sa": float(standard[:, properties.NAMES.index("sa")].mean()),
    }
    kept.write_text(json.dumps(found) + "\n")
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scales", default="2,3,5")
    scales = parser.parse_args().scales.split(",")
    torch.set_num_threads(1)
    decoder, vocabulary = vae.load(decode.DECODER, vae.Decoder)
    output = HERE / "runs/molecules"
    folders = sweeps.run([HERE / "molecules/plain.yaml"], SEEDS, output / "unguided", scales=["1"])
    folders |= sweeps.run(
        [HERE / f"molecules/{method}.yaml" for method in METHODS], SEEDS, output / "guided", scales=scales)
    lines = [
        "| w | | log P, sd | TPSA, sd | in the window | distinct there | unique | filters | diversity | SA, sd | ESS | log Z | evaluations |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|"]
    for scale in ("1", *scales):
        for method, name in METHODS.items():
            if (method, scale, SEEDS[0]) not in folders:
                continue
            runs = [folders[method, scale, seed] for seed in SEEDS]
            found = [metrics(folder, decoder, vocabulary) for folder in runs]
            summaries = [sweeps.summary(folder) for folder in runs]

            def mean(key):
                return np.mean([f[key] for f in found])

            def percent(key):
                return sweeps.spread([100 * f[key] for f in found], 1) + " %"

            row = [
                *(f"{mean(f'{p}_mean'):+.2f} ± {mean(f'{p}_deviation'):.2f}" for p in ASKED),
                percent("window"), percent("distinct_window"), percent("unique"), percent("filters"),
                sweeps.spread([f["diversity"] for f in found], 3), f"{mean('sa'):+.2f}",
                f"{np.mean([s['effective_sample_size'] for s in summaries]):.0f}",
                sweeps.spread([s["log_normalizer"] for s in summaries], 2),
                f"{np.mean([sweeps.evaluations(s) for s in summaries]):.0f}"]
            lines.append(f"| {scale} | {'conditional model' if scale == '1' else name} | " + " | ".join(row) + " |")
    valid = min(metrics(folder, decoder, vocabulary)["valid"] for folder in folders.values())
    lines += ["", f"Seeds 1 to 3, {sweeps.repeated_runs.machine()}. At least {100 * valid:.1f} % of every run's rows are valid."]
    sweeps.replace(HERE / "README.md", "table of molecules", lines)


if __name__ == "__main__":
    main()
