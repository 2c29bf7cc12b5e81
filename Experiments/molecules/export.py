"""Files for chemists of a run whose samples are latents of this decoder: molecules.sdf and molecules.smi in the run's folder.

    python export.py runs/product [--coordinates 2d] [--count 300] [--score my_reward.py --strength 10] [--heaviest 100]

Both have each distinct molecule once, the heaviest first. A weighted run stays weighted: log_weight is the logarithm of the weights of
all samples that decode to the molecule, summed, and the weights of a file sum to 1, unless --heaviest leaves molecules out. A line of
molecules.smi is SMILES, name and log_weight, with tabs between. A record of molecules.sdf has these properties:

    smiles                  RDKit's canonical text
    log_weight, weight      in nats, and its exponential
    copies, rows            how many samples decode to the molecule, and which: rows of samples.npy, from 0
    ancestors               the particles of the start that these samples descend from
    log_p, sa, qed, tpsa    properties.py
    passes_filters          1 where the plain rules of MOSES's set hold, else 0
    score                   with --score alone
    open_stereocentres      stereocentres and double bonds that the SMILES leaves open; coordinates show one of the possibilities
    coordinates             3d (ETKDG, then MMFF94, with hydrogens), or 2d where that was asked for or embedding failed

With --score, whose file has a function `score` of a list of RDKit's molecules as decoded_reward.py takes it, samples are weighed by
e^(strength · score) besides. Of plain samples that makes a tilted library, and at a high strength the heaviest molecules are best-of-N.

Needs NumPy, RDKit and SELFIES.
"""

import argparse
import importlib.util
import json
import pathlib

import decoded_reward
import numpy as np
import properties
import texts
from rdkit import Chem
from rdkit.Chem import AllChem

# The same molecule gets the same coordinates each time.
EMBEDDING_SEED = 1


def spread(total, count=None):
    """`count` of `total` rows, evenly spread: rows are in the order of their ancestors, so the first ones are kin."""
    return np.linspace(0, total - 1, min(count or total, total)).round().astype(int)


def run_of(folder, dimensions):
    """Samples, log weights and ancestors of a run's folder; ends with a sentence where they are not latents of the decoder."""
    found = {}
    for name in ("samples", "log_weights", "ancestors"):
        path = folder / f"{name}.npy"
        if not path.exists():
            raise SystemExit(f"{path} is missing: {folder} is not the folder of a finished run")
        found[name] = np.load(path)
    shape = found["samples"].shape
    if len(shape) != 2 or shape[1] != dimensions or not np.issubdtype(found["samples"].dtype, np.floating):
        raise SystemExit(f"{folder / 'samples.npy'}: {found['samples'].dtype} {list(shape)}; this decoder takes floats [rows, {dimensions}]")
    return found["samples"], found["log_weights"], found["ancestors"]


def distinct(smiles, log_weights, ancestors, rows, extra):
    """Each valid molecule once, the heaviest first: a dictionary of what its samples have together."""
    log_weights = np.asarray(log_weights, float)
    valid = [place for place, text in enumerate(smiles) if text]
    if not valid:
        return []
    total = np.logaddexp.reduce(log_weights[valid])
    places = {}
    for place in valid:
        places.setdefault(smiles[place], []).append(place)
    found = [
        {
            "smiles": text,
            "log_weight": float(np.logaddexp.reduce(log_weights[of]) - total),
            "rows": [int(rows[place]) for place in of],
            "ancestors": sorted({int(ancestors[place]) for place in of}),
            "extra": {name: values[of[0]] for name, values in extra.items()},
        }
        for text, of in places.items()
    ]
    return sorted(found, key=lambda molecule: -molecule["log_weight"])


def embedded(molecule):
    """The molecule with hydrogens and coordinates in three dimensions, or None where RDKit finds none."""
    molecule = Chem.AddHs(molecule)
    settings = AllChem.ETKDGv3()
    settings.randomSeed = EMBEDDING_SEED
    if AllChem.EmbedMolecule(molecule, settings) < 0:
        return None
    # Of no consequence where the force field lacks parameters: the embedding stays.
    AllChem.MMFFOptimizeMolecule(molecule)
    return molecule


def record(found, name, coordinates):
    """A molecule of an SDF with its properties."""
    plain = Chem.MolFromSmiles(found["smiles"])
    placed = embedded(plain) if coordinates == "3d" else None
    used = "2d" if placed is None else "3d"
    if placed is None:
        placed = Chem.Mol(plain)
        AllChem.Compute2DCoords(placed)
    stereo = Chem.FindPotentialStereo(plain)
    stated = {
        "smiles": found["smiles"],
        "log_weight": f"{found['log_weight']:.6f}",
        "weight": f"{np.exp(found['log_weight']):.6g}",
        "copies": len(found["rows"]),
        "rows": " ".join(map(str, found["rows"])),
        "ancestors": " ".join(map(str, found["ancestors"])),
        **{key: f"{value:.4f}" for key, value in zip(properties.NAMES, properties.of(plain))},
        "passes_filters": int(properties.passes_filters(plain)),
        **{key: f"{value:.4f}" for key, value in found["extra"].items()},
        "open_stereocentres": sum(centre.specified == Chem.StereoSpecified.Unspecified for centre in stereo),
        "coordinates": used,
    }
    placed.SetProp("_Name", name)
    for key, value in stated.items():
        placed.SetProp(key, str(value))
    return placed


def write(folder, smiles, log_weights, ancestors, rows, coordinates="3d", extra=None, heaviest=None):
    """molecules.sdf and molecules.smi in the folder; how many molecules they hold. Arguments have one entry a sample; `extra` names
    further properties of molecules, such as a score; `heaviest` is the most molecules to write."""
    found = distinct(smiles, log_weights, ancestors, rows, extra or {})[:heaviest]
    names = [f"molecule-{number}" for number in range(1, len(found) + 1)]
    # Written under another name first: a file that is there is whole.
    partial = [folder / f"molecules.{kind}.partial" for kind in ("sdf", "smi")]
    with Chem.SDWriter(str(partial[0])) as writer:
        for name, molecule in zip(names, found):
            writer.write(record(molecule, name, coordinates))
    lines = [f"{molecule['smiles']}\t{name}\t{molecule['log_weight']:.6f}\n" for name, molecule in zip(names, found)]
    partial[1].write_text("".join(lines))
    for path in partial:
        path.replace(path.with_suffix(""))
    return len(found)


def score_of(path):
    """The function `score` of a Python file."""
    if not path.exists():
        raise SystemExit(f"{path}: no such file")
    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    if not hasattr(module, "score"):
        raise SystemExit(f"{path} has no function 'score'")
    return module.score


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", type=pathlib.Path, nargs="+")
    parser.add_argument("--coordinates", choices=("3d", "2d"), default="3d")
    parser.add_argument("--count", type=int, help="decode so many samples, evenly spread, instead of all")
    parser.add_argument("--score", type=pathlib.Path, metavar="FILE", help="weigh by e^(strength · score), with the score of a Python file")
    parser.add_argument("--strength", type=float, default=1.0)
    parser.add_argument("--heaviest", type=int, help="write so many molecules at most")
    options = parser.parse_args()
    reward = decoded_reward.DecodedReward(score_of(options.score) if options.score else None)
    decoder = reward.decoder
    for folder in options.folders:
        samples, log_weights, ancestors = run_of(folder, decoder.tensors["latent_mean"].size)
        rows = spread(len(samples), options.count)
        smiles = [texts.canonical(text) for text in decoder.selfies(samples[rows])]
        log_weights, extra = log_weights[rows], {}
        if options.score:
            extra["score"] = reward.scored(smiles)
            log_weights = log_weights + options.strength * extra["score"]
        count = write(folder, smiles, log_weights, ancestors[rows], rows, options.coordinates, extra, options.heaviest)
        print(f"{folder}: {len(rows)} samples, {sum(map(bool, smiles))} valid, {count} molecules in molecules.sdf and molecules.smi")
        trust = json.loads((folder / "summary.json").read_text())["trust"]
        if trust != "ok":
            print(f"{folder}: the run is {trust}; summary.json says why")


if __name__ == "__main__":
    main()
