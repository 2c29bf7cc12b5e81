"""MOSES's molecules out of the `molsets` wheel: SELFIES tokens and properties as arrays in data/.

    python data.py [--molecules 270000] [--held_out 10000] [--processes 2] [--seed 1]

Writes data/moses.npz: for train, test and test_scaffolds `<split>_tokens` uint8 [N, longest] (rows into `alphabet`,
0 past the end), `<split>_properties` float32 [N, 4] and `<split>_smiles`; and data/train_smiles.txt, the whole
training set, for novelty. The split is MOSES's own; rows are a random subset of each.
"""

import argparse
import gzip
import multiprocessing
import pathlib
import subprocess
import sys
import time
import zipfile

import numpy as np

FOLDER = pathlib.Path(__file__).parent / "data"
WHEEL = "molsets-0.3.1-py3-none-any.whl"  # Installing it fails today because of its old dependencies.
LONGEST = 64


def splits():
    """The SMILES of the three splits, in the wheel's order."""
    FOLDER.mkdir(exist_ok=True)
    if not (FOLDER / WHEEL).exists():
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(FOLDER), "molsets==0.3.1"]
        subprocess.run(command, check=True)
    found = {}
    with zipfile.ZipFile(FOLDER / WHEEL) as wheel:
        for name in ("train", "test", "test_scaffolds"):
            lines = gzip.decompress(wheel.read(f"moses/dataset/data/{name}.csv.gz")).decode().splitlines()[1:]
            found[name] = [line.split(",")[0] for line in lines]
    return found


def prepared(smiles):
    """SELFIES symbols and properties of one molecule."""
    import properties
    import selfies
    from rdkit import Chem

    symbols = list(selfies.split_selfies(selfies.encoder(smiles)))
    return symbols, properties.of(Chem.MolFromSmiles(smiles))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--molecules", type=int, default=270_000)
    parser.add_argument("--held_out", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    start = time.time()
    rng = np.random.default_rng(arguments.seed)
    everything = splits()
    (FOLDER / "train_smiles.txt").write_text("\n".join(everything["train"]) + "\n")
    arrays, alphabet = {}, {}
    with multiprocessing.Pool(arguments.processes) as pool:
        for name, smiles in everything.items():
            count = arguments.molecules if name == "train" else arguments.held_out
            chosen = [smiles[i] for i in rng.permutation(len(smiles))[:count]]
            tokens = np.zeros((len(chosen), LONGEST), np.uint8)
            values = np.zeros((len(chosen), 4), np.float32)
            for row, (symbols, figures) in enumerate(pool.imap(prepared, chosen, chunksize=500)):
                # Held-out molecules may bring symbols that training never showed; they get rows of their own.
                tokens[row, : len(symbols)] = [alphabet.setdefault(s, len(alphabet) + 1) for s in symbols]
                values[row] = figures
                if row % 50_000 == 0:
                    print(f"{name} {row} of {len(chosen)}, {time.time() - start:.0f} s", flush=True)
            arrays[f"{name}_tokens"], arrays[f"{name}_properties"] = tokens, values
            arrays[f"{name}_smiles"] = np.array(chosen)
    np.savez(FOLDER / "moses.npz", alphabet=np.array([""] + list(alphabet)), **arrays)
    print(f"{len(alphabet)} symbols, {time.time() - start:.0f} s")


if __name__ == "__main__":
    main()
