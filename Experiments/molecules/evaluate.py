"""How good the chain is: reconstruction, plain samples, conditional samples; tables to stdout, pictures beside it.

    python evaluate.py [--count 10000] [--each 1000] [--seed 3]

Plain samples and conditional ones come from sampler.py, 40 Heun steps, and the weights as they are in the files.
"""

import argparse
import csv
import json
import pathlib
import time

import decode
import matplotlib
import numpy as np
import properties
import torch
import vae
from rdkit import Chem
from sampler import condition, sample, torch_export
from scipy.stats import wasserstein_distance
from texts import internal_diversity
from train_vae import encoded

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.hashsalt": "molecules", "font.size": 8, "svg.fonttype": "none"})
from matplotlib import pyplot

HERE = pathlib.Path(__file__).parent
GRID = (-1.5, -0.75, 0.0, 0.75, 1.5)


def reconstruction(data, encoder, decoder, vocabulary, count=2000):
    """Fractions of held-out molecules that decoding the mean of q(z|x), or a draw, gives back, by canonical SMILES;
    and R² of the property head from the mean."""
    found = {}
    inverse = np.linalg.inv(decoder.latent_unwhitening.numpy())
    for split in ("test", "test_scaffolds"):
        rows = vocabulary.rows(data[f"{split}_tokens"][:count])
        mean, log_variance = encoded(encoder, rows, (rows > 0).sum(1))
        drawn = mean + np.exp(0.5 * log_variance) * np.random.default_rng(0).standard_normal(mean.shape)
        truth = [Chem.CanonSmiles(str(text)) for text in data[f"{split}_smiles"][:count]]
        for kind, z in (("mean", mean), ("draw", drawn)):
            smiles, _ = decode.decode((z - decoder.latent_mean.numpy()) @ inverse, decoder, vocabulary)
            found[f"{split}_exact_from_{kind}"] = float(np.mean([a == b for a, b in zip(smiles, truth)]))
        known = data[f"{split}_properties"][:count]
        with torch.no_grad():
            guess = (decoder.property_mean + decoder.property(torch.from_numpy(mean)) * decoder.property_deviation).numpy()
        explained = 1 - ((guess - known) ** 2).mean(0) / known.var(0)
        found[f"{split}_head_r2"] = {name: float(value) for name, value in zip(properties.NAMES, explained)}
    return found


def described(smiles, table, known, training=None):
    """The usual figures of a set of decoded samples, against MOSES's test set `known` `[M, 4]`."""
    valid = [text for text in smiles if text]
    distinct = sorted(set(valid))
    molecules = [Chem.MolFromSmiles(text) for text in distinct]
    found = {
        "count": len(smiles),
        "valid": len(valid) / len(smiles),
        "unique_at_2000": len({text for text in smiles[:2000] if text}) / max(1, sum(map(bool, smiles[:2000]))),
        "unique": len(distinct) / len(valid),
        "structural_filters": float(np.mean([properties.structural_filters(m) for m in molecules])),
        "all_filters": float(np.mean([properties.passes_filters(m) for m in molecules])),
        "internal_diversity": internal_diversity([text for text in smiles if text]),
    }
    if training is not None:
        found["novel"] = float(np.mean([text not in training for text in distinct]))
    table = table[~np.isnan(table[:, 0])]
    found["w1"] = {n: wasserstein_distance(table[:, i], known[:, i]) for i, n in enumerate(properties.NAMES)}
    return found


def answers(decoder, count, network, prediction, vocabulary, seed):
    """Decoded properties for one property asked at a time over GRID: rows of name, asked, mean, deviation, …"""
    center, deviation = decoder.property_mean.numpy(), decoder.property_deviation.numpy()
    rows, tables = [], {}
    for index, name in enumerate(properties.NAMES):
        for place, asked in enumerate(GRID):
            given = condition(count, **{name: asked})
            latents = sample(network, prediction, count, seed + 100 * index + place, given)
            smiles, _ = decode.decode(latents, decoder, vocabulary)
            table = properties.table(smiles)
            tables[name, asked] = table[~np.isnan(table[:, 0]), index]
            standard = (tables[name, asked] - center[index]) / deviation[index]
            unique = len({text for text in smiles if text}) / count
            value = center[index] + asked * deviation[index]
            rows.append([name, asked, value, tables[name, asked].mean(), standard.mean(), standard.std(), unique])
            print(" ".join(f"{x:.3f}" if isinstance(x, float | np.floating) else str(x) for x in rows[-1]), flush=True)
    return rows, tables


def pictures(plain, known, rows, tables, decoder):
    figure, axes = pyplot.subplots(2, len(properties.NAMES), figsize=(10, 4.2))
    colors = pyplot.get_cmap("viridis")(np.linspace(0, 0.9, len(GRID)))
    for index, name in enumerate(properties.NAMES):
        low, high = np.percentile(known[:, index], [0.1, 99.9])
        edges = np.linspace(low - 0.15 * (high - low), high + 0.15 * (high - low), 45)
        top, bottom = axes[0, index], axes[1, index]
        top.stairs(np.histogram(known[:, index], edges, density=True)[0], edges, color="0.7", fill=True, label="test set")
        top.stairs(np.histogram(plain[:, index], edges, density=True)[0], edges, color="C3", label="plain samples")
        for color, asked in zip(colors, GRID):
            bottom.stairs(np.histogram(tables[name, asked], edges, density=True)[0], edges, color=color, label=f"{asked:+g} sd")
            value = decoder.property_mean[index].item() + asked * decoder.property_deviation[index].item()
            bottom.axvline(value, color=color, linewidth=0.6, linestyle=":")
        bottom.set_xlabel(properties.LABELS[name])
        for axis in (top, bottom):
            axis.set_yticks([])
    axes[0, 0].legend(fontsize=6)
    axes[1, 0].legend(fontsize=6, title="asked", title_fontsize=6)
    figure.tight_layout()
    figure.savefig(HERE / "properties.svg", metadata={"Date": None})


def curves():
    """The learning curves of both trainings."""

    def columns(name):
        with open(HERE / name) as file:
            header, *lines = csv.reader(file)
        return dict(zip(header, np.array(lines, float).T))

    figure, axes = pyplot.subplots(1, 3, figsize=(10, 2.8))
    parts = [columns(path.name) for path in sorted(HERE.glob("vae_curve*.csv"))]
    ends = np.cumsum([0] + [part["step"][-1] for part in parts])
    vae_curve = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    vae_curve["step"] = np.concatenate([part["step"] + end for part, end in zip(parts, ends)])
    diffusion = columns("diffusion_curve.csv")
    axes[0].plot(vae_curve["step"], vae_curve["cross_entropy"], label="cross entropy, nats a molecule")
    axes[0].plot(vae_curve["step"], vae_curve["divergence"], label="divergence from N(0, I), nats")
    axes[0].set_yscale("log")
    for kind in ("mean", "draw"):
        axes[1].plot(vae_curve["step"], vae_curve[f"exact_from_{kind}"], label=f"exact from {kind}, held out")
    for name in properties.NAMES:
        axes[1].plot(vae_curve["step"], vae_curve[f"r2_{name}"], linewidth=0.8, label=f"R² of {properties.LABELS[name]}")
    axes[1].set_ylim(0, 1)
    axes[2].plot(diffusion["step"], diffusion["training_loss"], label="training")
    axes[2].plot(diffusion["step"], diffusion["test_loss_null"], label="held out, no condition")
    axes[2].plot(diffusion["step"], diffusion["test_loss_all_given"], label="held out, all given")
    axes[2].set_ylim(diffusion["test_loss_all_given"].min() - 0.02, diffusion["training_loss"][0] + 0.02)
    for axis, title in zip(axes, ("autoencoder", "autoencoder, held out", "diffusion network")):
        axis.set_title(title)
        axis.set_xlabel("step")
        axis.legend(fontsize=6)
    figure.tight_layout()
    figure.savefig(HERE / "learning.svg", metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--each", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    start = time.time()
    data = np.load(HERE / "data/moses.npz")
    encoder, vocabulary = vae.load(HERE / "encoder.safetensors", vae.Encoder)
    decoder, _ = vae.load(HERE / "decoder.safetensors", vae.Decoder)
    network, stated = torch_export.load(HERE / "diffusion.safetensors")
    prediction = stated["prediction"]
    training = set((HERE / "data/train_smiles.txt").read_text().split())
    known = data["test_properties"]

    report = {"reconstruction": reconstruction(data, encoder, decoder, vocabulary)}
    half = len(known) // 2
    floor = {n: wasserstein_distance(known[:half, i], known[half:, i]) for i, n in enumerate(properties.NAMES)}
    report["test_halves_w1"] = floor
    report["test_diversity"] = internal_diversity([str(text) for text in data["test_smiles"]])
    latents = sample(network, prediction, options.count, options.seed)
    smiles, _ = decode.decode(latents, decoder, vocabulary)
    plain = properties.table(smiles)
    report["plain"] = described(smiles, plain, known, training)
    # What the decoder makes of N(0, I) in the whitened latents: what the diffusion network is for.
    gaussian = np.random.default_rng(options.seed).standard_normal((2000, latents.shape[1]))
    smiles, _ = decode.decode(gaussian, decoder, vocabulary)
    report["gaussian_latents"] = described(smiles, properties.table(smiles), known, training)
    print(json.dumps(report, indent=1), flush=True)

    rows, tables = answers(decoder, options.each, network, prediction, vocabulary, options.seed)
    slopes = {
        name: float(np.polyfit([r[1] for r in rows if r[0] == name], [r[4] for r in rows if r[0] == name], 1)[0])
        for name in properties.NAMES
    }
    print("slopes of the decoded mean on the asked value:", slopes)
    with open(HERE / "conditional.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["property", "asked_sd", "asked", "mean", "mean_sd_units", "deviation_sd_units", "unique"])
        writer.writerows([[*row[:2], *(f"{x:.4f}" for x in row[2:])] for row in rows])
    (HERE / "report.json").write_text(json.dumps({**report, "slopes": slopes}, indent=1) + "\n")
    pictures(plain[~np.isnan(plain[:, 0])], known, rows, tables, decoder)
    curves()
    print(f"{(time.time() - start) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
