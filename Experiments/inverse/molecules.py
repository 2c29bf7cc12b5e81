"""Remakes the second table of this folder's README. Needs what ../molecules/requirements.txt names.

    python molecules.py

Rewards of the molecules' latents (../molecules), each sampled once with `fkc`: what the property head says of the samples, and
what RDKit says of the decoded molecules. The scale of the properties is that of the training set, from decoder.safetensors.
"""

import json
import pathlib
import subprocess
import sys

import numpy as np
import torch

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE.parent / "molecules"
sys.path[:0] = [str(HERE.parent), str(FOLDER)]
import decode
import properties
import repeated_runs
import vae
from rdkit import Chem, DataStructs
from rdkit.Chem import rdFingerprintGenerator

PARTICLES, STEPS, DECODED, SEED = 2000, 50, 1000, 7


def output(name):
    return {"kind": "network", "file": str(FOLDER / "properties.safetensors"), "output": name}


def log_sigmoid(name, center, width):
    return {"kind": "log_sigmoid", "of": output(name), "center": center, "width": width}


def rewards(mean, deviation):
    """Name, reward (None for none), correction; and the same reward as a function of the head's answers."""
    log_p, sa = properties.NAMES.index("log_p"), properties.NAMES.index("sa")
    value, near = mean[log_p] + 1.5 * deviation[log_p], 0.3 * deviation[log_p]
    high, width = value, 0.1 * deviation[log_p]
    low, narrow = mean[sa] - deviation[sa], -0.1 * deviation[sa]
    denoised = {"at": "denoised"}
    wanted = {"kind": "near", "of": output("log_p"), "value": value, "standard_deviation": near}
    first, second = log_sigmoid("log_p", high, width), log_sigmoid("sa", low, narrow)

    def sigmoid(heads, column, center, width):
        return -np.logaddexp(0, -(heads[:, column] - center) / width)

    near_of = lambda heads: -0.5 * ((heads[:, log_p] - value) / near) ** 2
    rows = [
        ("no reward", None, "feynman-kac", None),
        (f"log P near {value:.2f}", {**wanted, **denoised}, "feynman-kac", near_of),
        ("the same, guided, no weights", {**wanted, **denoised}, "none", None),
    ]
    for scale in (3.0, 10.0, 30.0):
        rows.append((
            f"{scale:g} log P", {**output("log_p"), **denoised, "scale": scale}, "feynman-kac",
            lambda heads, scale=scale: scale * heads[:, log_p]))
    rows += [
        (f"log P above {high:.2f}", {**first, **denoised}, "feynman-kac", lambda h: sigmoid(h, log_p, high, width)),
        (f"SA below {low:.2f}", {**second, **denoised}, "feynman-kac", lambda h: sigmoid(h, sa, low, narrow)),
        (
            "both", {"kind": "all_of", "rewards": [first, second], **denoised}, "feynman-kac",
            lambda h: sigmoid(h, log_p, high, width) + sigmoid(h, sa, low, narrow)),
    ]
    return rows


def run(name, reward, correction):
    """Samples, weights and the summary; None where fkc ends with a numerical failure."""
    target = {"annealed": {"model": "molecules", "inverse_temperature": 1.0}}
    if reward is not None:
        target["reward"] = reward
    settings = {
        "particles": PARTICLES, "islands": 8,
        "process": {"kind": "variance-exploding", "sigma_min": 0.02, "sigma_max": 20},
        "models": {"molecules": {"kind": "mlp", "file": str(FOLDER / "diffusion.safetensors")}}, "target": target,
        "sampler": {"steps": STEPS, "control": "none", "start": "gaussian"}, "correction": correction,
    }
    path = HERE / "runs" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(settings) + "\n")
    folder = path.with_suffix("")
    command = [
        repeated_runs.FKC, "run", path, "--seed", str(SEED), "--output", folder, "--overwrite", "--progress", "none"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 70:
        return None
    if done.returncode:
        sys.exit(done.stderr)
    return np.load(folder / "samples.npy"), np.exp(np.load(folder / "log_weights.npy")), repeated_runs.summary(folder)


def diversity(smiles):
    """1 − mean Tanimoto similarity of Morgan fingerprints (radius 2, 1024 bits) over all pairs of the first 500."""
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=1024)
    prints = [generator.GetFingerprint(Chem.MolFromSmiles(text)) for text in smiles[:500]]
    return 1 - np.mean([DataStructs.BulkTanimotoSimilarity(one, prints) for one in prints])


def cells(result, reward, decoder, vocabulary, plain):
    samples, weights, summary = result
    # Systematic: no sample twice whose weight does not ask for it.
    levels = (np.arange(DECODED) + 0.5) / DECODED
    chosen = np.searchsorted(np.cumsum(weights) / weights.sum(), levels)
    smiles, heads = decode.decode(samples[chosen], decoder, vocabulary)
    known = properties.table(smiles)
    valid = [text for text in smiles if text]
    clean = np.mean([properties.structural_filters(Chem.MolFromSmiles(text)) for text in valid])
    texts = []
    for name in ("log_p", "sa"):
        column = properties.NAMES.index(name)
        for values in (heads[:, column], known[:, column]):
            texts.append(f"{np.nanmean(values):.2f} ± {np.nanstd(values):.2f}")
    texts += [f"{100 * clean:.0f} %", f"{100 * len(set(valid)) / len(smiles):.0f} %", f"{diversity(valid):.3f}"]
    if summary["log_normalizer"] is None or reward is None:
        return [*texts, "–", "–", "–"]
    texts.append(f"{summary['effective_sample_size'] / len(samples):.2f}")
    texts.append(f"{summary['log_normalizer']:.3g} ± {summary['log_normalizer_standard_error']:.2g}")
    # The same mean of e^r over the plain samples, for rewards that enough of them meet.
    values = reward(plain)
    shares = np.exp(values - values.max())
    if shares.sum() ** 2 / (shares**2).sum() < 50:
        return [*texts, "–"]
    error = np.std(shares, ddof=1) / np.mean(shares) / np.sqrt(len(shares))
    return [*texts, f"{values.max() + np.log(shares.mean()):.2f} ± {error:.2f}"]


def main():
    torch.set_num_threads(1)
    decoder, vocabulary = vae.load(decode.DECODER, vae.Decoder)
    mean, deviation = decoder.property_mean.numpy().astype(float), decoder.property_deviation.numpy().astype(float)
    lines = [
        ("| reward | log P, head | log P, decoded | SA, head | SA, decoded | filters | distinct | diversity | ESS | log Z "
        "| log Z of plain samples |"),
        "|---|---|---|---|---|---|---|---|---|---|---|"]
    plain = None
    for index, (name, reward, correction, function) in enumerate(rewards(mean, deviation)):
        result = run(f"molecules-{index}", reward, correction)
        if result is None:
            lines.append(f"| {name} | failed" + " | " * 9 + "|")
        else:
            if reward is None:
                with torch.no_grad():
                    z = decoder.latent(torch.from_numpy(result[0]))
                    plain = (decoder.property_mean + decoder.property(z) * decoder.property_deviation).numpy()
            lines.append(f"| {name} | " + " | ".join(cells(result, function, decoder, vocabulary, plain)) + " |")
        print(lines[-1], file=sys.stderr, flush=True)
    lines += ["", f"Seed {SEED}, {PARTICLES:,} particles, {STEPS} steps, {repeated_runs.machine()}."]
    repeated_runs.write_table(HERE / "README.md", lines, name="molecules")


if __name__ == "__main__":
    main()
