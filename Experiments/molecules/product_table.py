"""Products of two property experts, by three samplers: runs the grid with `fkc sweep`, decodes, writes RESULTS.md's table.

    python product_table.py [--keep]

With --keep, finished runs and their decoded molecules are kept. What is counted is defined in judge.py.
"""

import argparse
import csv
import json
import pathlib
import sys

import judge
import numpy as np
from numpy_decoder import Decoder

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import repeated_runs

SEEDS, COUNT = "1-5", 300
SAMPLERS = {"product-plain": "plain", "product-paper": "FKC, the paper's settings", "product": "FKC, our defaults"}
# The pure product, and the composition in which the unconditional model is divided out so that exponents sum to 1.
TARGETS = {
    "a b": {"lipophilic": 1, "polar": 1},
    "a² b²": {"lipophilic": 2, "polar": 2},
    "a b / q": {"lipophilic": 1, "polar": 1, "anything": -1},
    "a² b² / q³": {"lipophilic": 2, "polar": 2, "anything": -3},
}
# q, which the configs do not have: they are of the pure product.
UNCONDITIONAL = {"models.anything": {"kind": "mlp", "file": "diffusion.safetensors"}}
NOISIER = "a b, noise scale 1.5"
JOINT = ("joint", "asked for both")


def percent(values):
    return repeated_runs.mean_interval([100 * value for value in values], 1) + " %"


def reference():
    """SMILES of MOSES's training molecules that satisfy both, and their share."""
    data = np.load(HERE / "data/moses.npz")
    table = data["train_properties"]
    values = (table - table.mean(0)) / table.std(0)
    chosen = judge.satisfied(values, judge.ASKED)
    return [str(text) for text in data["train_smiles"][chosen]], float(chosen.mean())


def chemnet(sets, molecules, size=1000):
    """Fréchet ChemNet distance of `size` of each set of SMILES to twice as many of `molecules`, by the `fcd` package
    (Preuer et al. 2018); under "floor" that of `size` other ones of `molecules`, what a perfect sample would have."""
    import fcd

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


def smiles_of(group):
    """The valid SMILES of a group's runs, out of their molecules.csv."""
    found = []
    for run in group.runs:
        with open(run.folder / "molecules.csv") as file:
            found += [row["smiles"] for row in csv.DictReader(file) if row["smiles"]]
    return found


def table(groups, distances):
    """The lines of the two tables; `groups` by (target, sampler), `distances` too where there are any."""
    lines = ["| target | sampler | valid | both satisfied | the same, distinct | by the head | score, both | score, worse | log P | TPSA |"]
    lines += ["|" + "---|" * 10]
    for (target, sampler), group in groups.items():
        shares = ("valid", "both_satisfied", "both_satisfied_distinct", "both_satisfied_by_head")
        cells = [percent(group.values(name)) for name in shares]
        cells += [group.mean_interval(name, 3) for name in ("score_product", "score_worse")]
        cells += [group.mean_interval(f"{name}_mean", 2) for name in judge.ASKED]
        lines += ["| " + " | ".join([target, sampler, *cells]) + " |"]
    lines += ["", "| target | sampler | both, to plain's | log Z | its error within a run | ESS | resamplings | ancestors "]
    lines[-1] += "| unique | diversity | filters | novel | FCD |"
    lines += ["|" + "---|" * 13]
    for (target, sampler), group in groups.items():
        ratio = "–"
        if (target, "plain") in groups and sampler != "plain":
            satisfied = [np.mean(groups[target, name].values("both_satisfied")) for name in (sampler, "plain")]
            ratio = f"{satisfied[0] / satisfied[1]:.2f} ×"
        distance = distances.get((target, sampler))
        cells = [
            ratio, group.mean_interval("log_normalizer", 2), group.mean("log_normalizer_standard_error", 2),
            *[group.mean(name, 0) for name in ("effective_sample_size", "resample_count", "unique_ancestors")],
            f"{100 * np.mean(group.values('unique')):.1f} %", group.mean("internal_diversity", 3),
            f"{100 * np.mean(group.values('passes_filters')):.1f} %", f"{100 * np.mean(group.values('novel')):.1f} %",
            "–" if distance is None else f"{distance:.1f}",
        ]  # fmt: skip
        lines += ["| " + " | ".join([target, sampler, *cells]) + " |"]
    return lines


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", action="store_true", help="keep finished runs and their molecules")
    options = parser.parse_args()
    decoder, training = Decoder(HERE / "decoder.safetensors"), judge.training_texts()
    if training is None:
        raise SystemExit("data/train_smiles.txt is missing: run data.py first")

    def measured(run):
        figures, smiles, values = judge.judged(run.folder, decoder, count=COUNT, training=training)
        judge.write(run.folder, smiles, values, decoder)
        print(f"{run.folder}: both satisfied {figures['both_satisfied']:.3f}", flush=True)
        return figures

    targets = {"target.product": list(TARGETS.values())} | {name: [model] for name, model in UNCONDITIONAL.items()}
    products = repeated_runs.Sweep([HERE / f"{name}.yaml" for name in SAMPLERS], SEEDS, targets, HERE / "runs/sweep-products")
    more_noise = {"sampler.noise_scale": [1.5]}
    noisier = repeated_runs.Sweep(
        [HERE / "product-plain.yaml", HERE / "product.yaml"], SEEDS, more_noise, HERE / "runs/sweep-noisier")
    joint = repeated_runs.Sweep([HERE / "joint.yaml"], SEEDS, output=HERE / "runs/sweep-joint")
    for sweep in (products, noisier, joint):
        sweep.run(keep=options.keep).measure(measured, keep=options.keep)
    groups = {}
    for label, target in TARGETS.items():
        for sampler, name in SAMPLERS.items():
            groups[label, name] = products.group(sampler, {"target.product": target} | UNCONDITIONAL)
    for sampler in ("product-plain", "product"):
        groups[NOISIER, SAMPLERS[sampler]] = noisier.group(sampler, {"sampler.noise_scale": 1.5})
    groups[JOINT] = joint.group("joint")

    known, share = reference()
    kept = HERE / "runs/chemnet.json"
    if options.keep and kept.exists():
        distances = {tuple(key.split("|")) if "|" in key else key: value for key, value in json.loads(kept.read_text()).items()}
    else:
        # The pure product and what it is measured against only: half a minute a set.
        distances = chemnet({key: smiles_of(group) for key, group in groups.items() if key[0] in ("a b", JOINT[0])}, known)
        kept.write_text(json.dumps({"|".join(k) if isinstance(k, tuple) else k: value for k, value in distances.items()}))
    lines = table(groups, distances)
    lines += ["", f"Of MOSES's training molecules {100 * share:.2f} % ({len(known):,} of those drawn) satisfy both; two disjoint"]
    lines[-1] += f" samples of them are {distances['floor']:.1f} apart by the distance of the last column."
    repeated_runs.write_table(HERE / "RESULTS.md", lines, "products")


if __name__ == "__main__":
    main()
