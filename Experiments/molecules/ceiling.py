"""Does the autoencoder or the diffusion network limit the samples? What decoding makes of the encoder's own draws.

    python ceiling.py [--weights FOLDER] [--count 600]

For held-out molecules, draws around the encoder's mean with a part of its standard deviation, and N(0, I) in the whitened
latent: the share of distinct molecules that pass the filters, and how far the decoded properties scatter around the
head's answer, in the training set's standard deviations. No diffusion network takes part.
"""

import argparse
import pathlib

import decode
import numpy as np
import properties
import torch
import vae
from rdkit import Chem
from train_vae import encoded

HERE = pathlib.Path(__file__).parent


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", type=pathlib.Path, default=HERE)
    parser.add_argument("--count", type=int, default=600)
    options = parser.parse_args()
    torch.set_num_threads(1)
    encoder, vocabulary = vae.load(options.weights / "encoder.safetensors", vae.Encoder)
    decoder, _ = vae.load(options.weights / "decoder.safetensors", vae.Decoder)
    rows = vocabulary.rows(np.load(HERE / "data/moses.npz")["test_tokens"][: options.count])
    mean, log_variance = encoded(encoder, rows, (rows > 0).sum(1))
    rng = np.random.default_rng(0)
    inverse = np.linalg.inv(decoder.latent_unwhitening.numpy())
    sets = {}
    for spread in (0.0, 0.5, 1.0):
        drawn = mean + spread * np.exp(0.5 * log_variance) * rng.standard_normal(mean.shape)
        sets[f"{spread} of the deviation"] = (drawn - decoder.latent_mean.numpy()) @ inverse
    sets["N(0, I)"] = rng.standard_normal(mean.shape)
    for name, latents in sets.items():
        smiles, guesses = decode.decode(latents, decoder, vocabulary)
        molecules = [Chem.MolFromSmiles(text) for text in set(smiles) if text]
        scatter = np.nanstd((properties.table(smiles) - guesses) / decoder.property_deviation.numpy(), 0)
        shares = ", ".join(f"{key} {value:.2f}" for key, value in zip(properties.NAMES, scatter))
        print(f"{name}: {100 * np.mean([properties.passes_filters(m) for m in molecules]):.1f} % pass; scatter {shares}", flush=True)


if __name__ == "__main__":
    main()
