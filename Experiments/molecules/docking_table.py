"""Molecules by a black-box score: Feynman-Kac correction beside best-of-N and reweighting, at equal numbers of decodings.

    python docking_table.py [--keep] [--seeds 11-13]

Runs docking.yaml, docking-plain.yaml and docking-steered.yaml, decodes, and writes RESULTS.md's tables of docking. The decodings of
docking.yaml are counted by its program, one line each; every other row gets as many, or as many network evaluations, as it says.
With --keep, what is there is kept. Needs NumPy, RDKit and SELFIES.
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import shutil
import subprocess
import sys

# Two processes decode, each with a thread of its own.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import decoded_reward
import docking_reward
import export
import numpy as np
import properties
import texts
from rdkit import Chem

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import repeated_runs

FOLDER = HERE / "runs/docking-table"
STRENGTHS = (1, 3)
LIBRARY, BEST, PROCESSES = 100, 10, 2
REFERENCE, REFERENCE_SEED, REFERENCE_STEPS = 20000, 100, 100
# Of docking-steered.yaml.
COEFFICIENTS = np.array([0, -2.1796, 10.523, 0])
FKC, LONGER, PLAIN, STEERED = "FKC, 1,000 in 10 steps", "FKC, 500 in 20 steps", "plain, reweighted", "steered by the head, reweighted"
# Strength, what the tables call it, its folder, and settings of docking.yaml.
CORRECTED = [(strength, FKC, "fkc", {}) for strength in STRENGTHS]
CORRECTED.append((STRENGTHS[-1], LONGER, "longer", {"particles": 500, "sampler.steps": 20}))


def sampled(name, seed, folder, keep, settings=None, record=None):
    """The folder of a run; --allow-programs is the consent to docking_reward.py."""
    if keep and (folder / "summary.json").exists():
        return folder
    if folder.exists():
        shutil.rmtree(folder)
    command = [repeated_runs.FKC, "run", HERE / f"{name}.yaml", "--seed", str(seed), "--output", folder, "--allow-programs",
               "--progress", "none", "--no-report"]  # fmt: skip
    for path, value in (settings or {}).items():
        command += ["--set", f"{path}={json.dumps(value)}"]
    # The program is found as python3: that of this environment, which has RDKit.
    environment = os.environ | {"PATH": f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"}
    if record:
        environment["DECODED_RECORD"] = str(record)
        record.parent.mkdir(parents=True, exist_ok=True)
        record.unlink(missing_ok=True)
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise SystemExit(done.stderr)
    return folder


def _scored(latents):
    reward = _scored.__dict__.setdefault("reward", decoded_reward.DecodedReward(docking_reward.score))
    smiles = [texts.canonical(text) for text in reward.decoder.selfies(latents)]
    decoder = reward.decoder
    guesses = decoder.tensors["property_mean"] + decoder.guesses(decoder.latent(latents)) * decoder.tensors["property_deviation"]
    return smiles, reward.scored(smiles), guesses @ COEFFICIENTS


def decoded(folder, keep):
    """SMILES, scores and the reward by the head of a run's samples, kept beside them as decoded.npz."""
    path = folder / "decoded.npz"
    if not (keep and path.exists()):
        samples = np.load(folder / "samples.npy")
        parts = np.array_split(samples, -(-len(samples) // 500))
        with multiprocessing.Pool(PROCESSES) as pool:
            smiles, scores, heads = zip(*pool.map(_scored, parts, chunksize=1))
        np.savez(path, smiles=np.concatenate(smiles), scores=np.concatenate(scores), head=np.concatenate(heads))
    found = np.load(path)
    return found["smiles"], found["scores"], found["head"]


def normalised(log_weights):
    return np.exp(log_weights - np.logaddexp.reduce(log_weights))


def drawn(weights):
    """LIBRARY rows by their weights, by a comb: each as often as its weight says, to within one."""
    places = np.searchsorted(np.cumsum(weights), (np.arange(LIBRARY) + 0.5) / LIBRARY)
    return np.minimum(places, len(weights) - 1)


def best(smiles, scores):
    """LIBRARY rows: the best distinct molecules."""
    _, first = np.unique(smiles, return_index=True)
    first = first[smiles[first] != ""]
    return first[np.argsort(-scores[first], kind="stable")[:LIBRARY]]


def library(smiles, scores, rows):
    """What a chemist sees of a library."""
    chosen, values = smiles[rows], scores[rows]
    valid = chosen != ""
    distinct, first = np.unique(chosen[valid], return_index=True)
    table = np.array([properties.of(Chem.MolFromSmiles(text)) for text in chosen[valid]])
    return {
        "score": float(values.mean()),
        "top": float(np.sort(values[valid][first])[-BEST:].mean()),
        "qed": float(table[:, properties.NAMES.index("qed")].mean()),
        "sa": float(table[:, properties.NAMES.index("sa")].mean()),
        "valid": float(valid.mean()),
        "unique": len(distinct) / max(1, valid.sum()),
        "diversity": texts.internal_diversity(list(distinct)),
    }


def tilted(scores, log_weights):
    """Mean score under weights, log of their mean (log Z, where the weights are those of plain samples) and ESS."""
    weights = normalised(log_weights)
    return {"mean": float(weights @ scores), "ess": float(1 / np.sum(weights**2))}


def measured(seed, keep):
    """Rows of one seed: (strength, sampler) → figures. Strength None: a library that no strength has a part in."""
    rows, decodings, evaluations = {}, 0, 0
    for strength, name, label, more in CORRECTED:
        record = FOLDER / f"{label}-{strength}-{seed}.tsv"
        settings = {"target.reward.scale": {"from": 0, "to": strength}} | more
        folder = sampled("docking", seed, FOLDER / f"{label}-{strength}-{seed}", keep, settings, record)
        smiles, scores, _ = decoded(folder, keep)
        log_weights, summary = np.load(folder / "log_weights.npy"), repeated_runs.summary(folder)
        on_the_way = [line.rsplit("\t", 1) for line in record.read_text().splitlines()]
        # The samples themselves are among them: the last level is asked about as well.
        cost = {"decodings": len(on_the_way), "evaluations": sum(summary["model_evaluations"].values())}
        decodings, evaluations = max(decodings, cost["decodings"]), max(evaluations, cost["evaluations"])
        rows[strength, name] = {
            **library(smiles, scores, drawn(np.exp(log_weights))), **tilted(scores, log_weights), **cost,
            "log_z": summary["log_normalizer"], "ancestors": summary["unique_ancestors"], "trust": summary["trust"],
        }  # fmt: skip
        texts_on_the_way, values = np.array([text for text, _ in on_the_way]), np.array([float(value) for _, value in on_the_way])
        rows[strength, f"{name}, best of all decoded"] = library(texts_on_the_way, values, best(texts_on_the_way, values)) | cost
        if seed == SEEDS[0]:
            ancestors = np.load(folder / "ancestors.npy")
            export.write(folder, list(smiles), log_weights, ancestors, np.arange(len(smiles)), extra={"score": scores})
    plain = sampled("docking-plain", seed, FOLDER / f"plain-{seed}", keep, {"particles": decodings})
    steered = sampled("docking-steered", seed, FOLDER / f"steered-{seed}", keep, {"particles": decodings})
    each = sum(repeated_runs.summary(plain)["model_evaluations"].values()) / decodings
    smiles, scores, _ = decoded(plain, keep)
    few = int(evaluations / each)
    cost = {"decodings": decodings, "evaluations": round(each * decodings)}
    rows[None, "plain, best of as many decodings"] = library(smiles, scores, best(smiles, scores)) | cost
    rows[None, "plain, best of as many network evaluations"] = library(smiles[:few], scores[:few], best(smiles[:few], scores[:few])) | {
        "decodings": few, "evaluations": round(each * few)}
    for strength in STRENGTHS:
        log_weights = strength * scores
        rows[strength, PLAIN] = {
            **library(smiles, scores, drawn(normalised(log_weights))), **tilted(scores, log_weights), **cost,
            "log_z": float(np.logaddexp.reduce(log_weights) - np.log(len(scores)))}  # fmt: skip
    smiles, scores, head = decoded(steered, keep)
    summary = repeated_runs.summary(steered)
    cost = {"decodings": decodings, "evaluations": sum(summary["model_evaluations"].values())}
    for strength in STRENGTHS:
        log_weights = np.load(steered / "log_weights.npy") - head + strength * scores
        rows[strength, STEERED] = {
            **library(smiles, scores, drawn(normalised(log_weights))), **tilted(scores, log_weights), **cost,
            "log_z": float(summary["log_normalizer"] + np.logaddexp.reduce(log_weights)), "trust": summary["trust"]}  # fmt: skip
    rows[None, "steered by the head, best of as many decodings"] = library(smiles, scores, best(smiles, scores)) | cost
    return rows


def reference(keep):
    """Strength → mean score under the tilt, its standard error, log Z and its own, from many plain samples in many steps."""
    settings = {"particles": REFERENCE, "sampler.steps": REFERENCE_STEPS, "sampler.start_time": 1.0}
    folder = sampled("docking-plain", REFERENCE_SEED, FOLDER / "reference", keep, settings)
    _, scores, _ = decoded(folder, keep)
    found = {}
    for strength in STRENGTHS:
        weights = normalised(strength * scores)
        mean = weights @ scores
        relative = len(scores) * weights
        found[strength] = {
            "mean": mean, "mean_error": float(np.sqrt(np.sum(weights**2 * (scores - mean) ** 2))),
            "log_z": float(np.logaddexp.reduce(strength * scores) - np.log(len(scores))),
            "log_z_error": float(relative.std() / np.sqrt(len(scores))), "ess": float(1 / np.sum(weights**2))}  # fmt: skip
    return found


def cell(values, digits, factor=1):
    """Mean ± standard error between seeds."""
    values = factor * np.array(values, float)
    error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0
    return f"{values.mean():.{digits}f} ± {error:.{digits}f}"


def tables(found, known):
    """Lines of both tables; `found` has the rows of each seed."""
    keys = sorted(found[0], key=lambda key: (key[0] is None, key[0] or 0))
    lines = ["| strength | library | decodings | network evaluations | score | best 10 | QED | SA score | valid | unique | diversity |"]
    lines += ["|" + "---|" * 11]
    for key in keys:
        rows = [seed[key] for seed in found]
        of = lambda name, rows=rows: [row[name] for row in rows]
        lines += ["| " + " | ".join([
            "–" if key[0] is None else str(key[0]), key[1], *(f"{np.mean(of(name)):,.0f}" for name in ("decodings", "evaluations")),
            cell(of("score"), 2), cell(of("top"), 2), cell(of("qed"), 3), cell(of("sa"), 2), f"{100 * np.mean(of('valid')):.0f} %",
            cell(of("unique"), 0, 100) + " %", cell(of("diversity"), 3)]) + " |"]  # fmt: skip
    lines += ["", "| strength | estimate | mean score under the tilt | off by, in standard errors | log Z | off by | ESS | ancestors | trust |"]
    lines += ["|" + "---|" * 9]
    for strength in STRENGTHS:
        truth = known[strength]
        lines += ["| " + " | ".join([
            str(strength), f"{REFERENCE:,} plain samples", f"{truth['mean']:.3f} ± {truth['mean_error']:.3f}", "–",
            f"{truth['log_z']:.2f} ± {truth['log_z_error']:.2f}", "–", f"{truth['ess']:,.0f}", "–", "–"]) + " |"]  # fmt: skip
        for name in (FKC, LONGER, PLAIN, STEERED):
            if (strength, name) not in found[0]:
                continue
            rows = [seed[strength, name] for seed in found]
            of = lambda key, rows=rows: np.array([row[key] for row in rows])
            off = {}
            for key in ("mean", "log_z"):
                error = np.hypot(of(key).std(ddof=1) / np.sqrt(len(rows)), truth[f"{key}_error"])
                off[key] = (of(key).mean() - truth[key]) / error
            doubtful = sum(row.get("trust") == "doubtful" for row in rows)
            trust = "–" if "trust" not in rows[0] else f"doubtful in {doubtful} of {len(rows)}" if doubtful else "ok"
            ancestors = f"{of('ancestors').mean():.0f}" if "ancestors" in rows[0] else "–"
            lines += ["| " + " | ".join([
                str(strength), name, cell(of("mean"), 3), f"{off['mean']:+.1f}", cell(of("log_z"), 2), f"{off['log_z']:+.1f}",
                f"{of('ess').mean():,.0f}", ancestors, trust]) + " |"]  # fmt: skip
    return lines


SEEDS = []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", action="store_true", help="keep finished runs and their molecules")
    parser.add_argument("--seeds", default="11-13", metavar="FIRST-LAST")
    options = parser.parse_args()
    first, last = map(int, options.seeds.split("-"))
    SEEDS.extend(range(first, last + 1))
    known = reference(options.keep)
    found = []
    for seed in SEEDS:
        found.append(measured(seed, options.keep))
        print(f"seed {seed}: done", flush=True)
    lines = tables(found, known)
    lines += ["", f"Means ± standard errors over {len(SEEDS)} seeds; the error of the first row of each strength is that of its own samples."]
    repeated_runs.write_table(HERE / "RESULTS.md", lines, "docking")


if __name__ == "__main__":
    main()
