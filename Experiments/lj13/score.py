"""How far samples are from the reference: python score.py SAMPLES [SAMPLES …] [--temperature 2.0] (needs data/ of sample.py)

SAMPLES is a run's folder or a .npy file, [N, 39]. A folder's weighted samples are redrawn to equal weights, as many as
there are, systematically and with a fixed seed. Prints one JSON object a line, and leaves energies.npy in a folder, which its report
(fkc report) draws.
"""

import argparse
import json
import pathlib

import lennard_jones as lj
import numpy as np

HERE = pathlib.Path(__file__).parent


def loaded(path):
    """Equally weighted samples, and their effective number before."""
    if not path.is_dir():
        x = np.load(path)
        return x, len(x)
    x, logs = np.load(path / "samples.npy"), np.load(path / "log_weights.npy")
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    effective = 1 / (weights**2).sum()
    if np.ptp(logs) < 1e-9:
        return x, effective
    edges = np.cumsum(weights)
    places = (np.arange(len(x)) + np.random.default_rng(0).random()) / len(x)
    return x[np.minimum(np.searchsorted(edges / edges[-1], places, side="right"), len(x) - 1)], effective


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("samples", type=pathlib.Path, nargs="+")
    parser.add_argument("--temperature", type=float, default=2.0, help="0.8, 1.0, 1.2, 1.5 or 2.0")
    options = parser.parse_args()
    reference = np.load(HERE / "data" / f"reference_{options.temperature}.npy")
    for path in options.samples:
        x, effective = loaded(path)
        if path.is_dir():
            np.save(path / "energies.npy", lj.energies(np.load(path / "samples.npy")))
        answers = {"samples": str(path), "count": len(x), "effective_sample_size": round(float(effective), 1)}
        print(json.dumps({**answers, "temperature": options.temperature, **lj.figures(x, reference)}))


if __name__ == "__main__":
    main()
