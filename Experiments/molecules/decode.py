"""Latents to molecules: what `fkc run` wrote, or any float32 [N, d] array, as SMILES and properties.

    python decode.py runs/plain/samples.npy --output molecules.csv
    python decode.py samples.npy --output molecules.csv --at_most "sa=2.2" --at_least "log_p=3"

Columns: row, smiles (RDKit's canonical text, empty where RDKit refuses the decoded SELFIES), valid, passes_filters
(properties.py), log_p, sa, qed, tpsa, and head_<property>, the guess of the decoder's property head from the latent
alone. With bounds, prints how many of the distinct valid molecules satisfy each and all of them.
"""

import argparse
import csv
import pathlib

import numpy as np
import properties
import torch
import vae
from rdkit import Chem
from texts import canonical

DECODER = pathlib.Path(__file__).parent / "decoder.safetensors"


def decode(latents, decoder=None, vocabulary=None, batch=2048):
    """SMILES of whitened latents `[N, d]`, "" where invalid, and `[N, 4]` guesses of the property head, in units."""
    if decoder is None:
        decoder, vocabulary = vae.load(DECODER, vae.Decoder)
    smiles, guesses = [], []
    for part in torch.as_tensor(np.asarray(latents, np.float32)).split(batch):
        z = decoder.latent(part).detach()
        smiles += [canonical(text) for text in vocabulary.spelled(decoder.beam(z))]
        guesses.append((decoder.property_mean + decoder.property(z) * decoder.property_deviation).detach().numpy())
    return smiles, np.concatenate(guesses)


def bounds(texts):
    """["sa=2.2"] as {"sa": 2.2}."""
    pairs = [text.split("=") for text in texts]
    unknown = [name for name, _ in pairs if name not in properties.NAMES]
    if unknown:
        raise SystemExit(f"{unknown[0]}: unknown property; known: {', '.join(properties.NAMES)}")
    return {name: float(value) for name, value in pairs}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("samples", type=pathlib.Path)
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("molecules.csv"))
    parser.add_argument("--at_least", nargs="*", default=[], metavar="PROPERTY=VALUE")
    parser.add_argument("--at_most", nargs="*", default=[], metavar="PROPERTY=VALUE")
    options = parser.parse_args()
    torch.set_num_threads(1)
    smiles, guesses = decode(np.load(options.samples))
    table = properties.table(smiles)
    with open(options.output, "w", newline="") as file:
        writer = csv.writer(file)
        heads = [f"head_{name}" for name in properties.NAMES]
        writer.writerow(["row", "smiles", "valid", "passes_filters", *properties.NAMES, *heads])
        for row, (text, known, guess) in enumerate(zip(smiles, table, guesses)):
            passes = bool(text) and properties.passes_filters(Chem.MolFromSmiles(text))
            figures = [f"{value:.4f}" for value in (*known, *guess)]
            writer.writerow([row, text, int(bool(text)), int(passes), *figures])
    first = {text: row for row, text in reversed(list(enumerate(smiles))) if text}
    distinct = np.array(sorted(first.values()), int)
    print(f"{len(smiles)} rows, {sum(map(bool, smiles))} valid, {len(distinct)} distinct: {options.output}")
    both = np.ones(len(distinct), bool)
    limits = [("≥", bounds(options.at_least), 1), ("≤", bounds(options.at_most), -1)]
    for sign, asked, direction in limits:
        for name, value in asked.items():
            holds = direction * (table[distinct, properties.NAMES.index(name)] - value) >= 0
            both &= holds
            print(f"{name} {sign} {value:g}: {holds.sum()} distinct molecules")
    if options.at_least or options.at_most:
        print(f"all of these: {both.sum()} distinct molecules")


if __name__ == "__main__":
    main()
