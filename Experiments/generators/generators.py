"""Measures every generator that `rng` takes: the normals that runs draw from it, across streams and steps, and the spread
of log Z over seeds beside the error that runs state. Needs numpy.

    python3 generators.py                          every generator, into results.json and RESULTS.md's table
    python3 generators.py --table                  the table from results.json, without a run
    python3 generators.py --seeds 100-499 r250     some of them, again with other seeds, printed
"""
import argparse
import itertools
import json
import math
import pathlib
import shutil
import subprocess
import sys

import numpy

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import repeated_runs

# Rows of a block in two dimensions: each is a stream of its own.
BLOCK_ROWS, DIMENSIONS, STEPS = 512, 2, 3
BINS = 256


def fkc(*words):
    done = subprocess.run([repeated_runs.FKC, *map(str, words)], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr.strip()


def rates(count):
    """Edges of cells that a normal falls into equally often."""
    from statistics import NormalDist
    return numpy.array([NormalDist().inv_cdf(i / count) for i in range(1, count)])


EDGES = rates(BINS)


def normals(folder):
    """[steps + 1, blocks, numbers of a block] as the streams gave them."""
    states = numpy.load(folder / "trajectory.npy").astype(float)
    deviation = math.sqrt(50**2 + 1)
    found = [states[0] / deviation]
    for before, after in itertools.pairwise(states):
        # A step of a Gaussian is a factor and a noise, whose size is the same in all coordinates and runs: found by
        # regression once for philox, and then fixed.
        found.append((before, after))
    return found


def coefficients(found):
    """Factor and noise of every step."""
    result = []
    for before, after in found[1:]:
        factor = (before * after).sum() / (before * before).sum()
        result.append((factor, (after - factor * before).std()))
    return result


def streams(found, steps):
    rows = [found[0]] + [(after - factor * before) / noise for (before, after), (factor, noise) in zip(found[1:], steps)]
    return numpy.array(rows).reshape(STEPS + 1, -1, BLOCK_ROWS * DIMENSIONS)


def correlation(a, b):
    """Over its standard error under independence."""
    return float((a * b).sum() / math.sqrt((a * a).sum() * (b * b).sum()) * math.sqrt(a.size))


def measures(z):
    """Deviations in standard errors, but for the variance, which is a ratio."""
    count = z.size
    flat = z.reshape(-1)
    cells = numpy.bincount(numpy.searchsorted(EDGES, flat), minlength=BINS)
    chi_square = ((cells - count / BINS) ** 2 / (count / BINS)).sum()
    squares = z * z - 1
    serial = max((correlation(z[..., lag:], z[..., :-lag]) for lag in (1, 2, 3, 4, 8, 16)), key=abs)
    serial_squares = max((correlation(squares[..., lag:], squares[..., :-lag]) for lag in (1, 2, 3, 4, 8, 16)), key=abs)
    across = max((correlation(f[:, lag:], f[:, :-lag]) for lag in (1, 2, 4) for f in (z, squares)), key=abs)
    steps = max((correlation(f[1:], f[:-1]) for f in (z, squares)), key=abs)
    # The mean of a block's squares: a stream whose numbers follow each other too closely spreads it more, or less.
    blocks = squares.sum(axis=2).reshape(-1)
    return {
        "variance": float((flat * flat).mean()),
        "variance_z": float(squares.sum() / math.sqrt(2 * count)),
        "mean_z": float(flat.sum() / math.sqrt(count)),
        "cells_z": float((chi_square - (BINS - 1)) / math.sqrt(2 * (BINS - 1))),
        "serial_z": serial, "serial_squares_z": serial_squares, "streams_z": across, "steps_z": steps,
        "block_spread": float(blocks.std() / math.sqrt(2 * z.shape[2])),
    }


def study(name, steps, seed):
    folder = HERE / "runs/study" / name
    status, errors = fkc("run", HERE / "study.yaml", "--set", f"rng={name}", "--seed", seed, "--output", folder, "--overwrite",
                         "--no-report", "--progress", "none")
    if status:
        return None, errors.splitlines()[-1].split("--set: ")[-1], steps
    found = normals(folder)
    shutil.rmtree(folder)
    steps = steps or coefficients(found)
    return measures(streams(found, steps)), None, steps


def spread(name, seeds):
    """Standard deviation of log Z over seeds, over the root mean square of the stated errors; and the shift of its mean."""
    folder = HERE / "runs/spread" / name
    shutil.rmtree(folder, ignore_errors=True)
    status, errors = fkc("sweep", HERE / "spread.yaml", "--set", f"rng={name}", "--seeds", seeds, "--output", folder,
                         "--no-report", "--progress", "none")
    if status:
        return None
    runs = [json.loads(p.read_text()) for p in folder.rglob("summary.json")]
    shutil.rmtree(folder)
    values = numpy.array([r["log_normalizer"] for r in runs])
    errors = numpy.array([r["log_normalizer_standard_error"] or math.nan for r in runs])
    stated = math.sqrt(numpy.nanmean(errors**2))
    return {"ratio": float(values.std(ddof=1) / stated), "mean": float(values.mean()),
            "mean_error": float(values.std(ddof=1) / math.sqrt(len(values)))}


def table(results):
    reference = results["philox"]["log_normalizer"]
    lines = [("| generator | variance | mean, cells, serial, serial of squares, streams, steps: standard errors | spread of a block | "
             "spread of log Z, of the stated | its mean, in standard errors off philox's |"), "|---|---|---|---|---|---|"]
    for name, result in results.items():
        normal, found = result["normals"], result["log_normalizer"]
        if not normal:
            lines.append(f"| {name} | refused: {result['error'].split('rng: ')[-1]} | | | | |")
            continue
        cells = ", ".join(f"{normal[key]:+.1f}" for key in (
            "mean_z", "cells_z", "serial_z", "serial_squares_z", "streams_z", "steps_z"))
        shift = (found["mean"] - reference["mean"]) / math.hypot(found["mean_error"], reference["mean_error"]) if found else None
        lines.append(f"| {name} | {normal['variance']:.4f} | {cells} | {normal['block_spread']:.2f} | "
                     + (f"{found['ratio']:.2f} | {shift:+.1f} |" if found else "– | – |"))
    return lines


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", default="0-99")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    if arguments.table:
        repeated_runs.write_table(HERE / "RESULTS.md", table(json.loads((HERE / "results.json").read_text())))
        return
    info = subprocess.run([repeated_runs.FKC, "info"], capture_output=True, text=True, check=True).stdout
    names = arguments.names or next(l for l in info.splitlines() if l.startswith("generators: ")).split(": ")[1].split(", ")
    if names[0] != "philox":
        names.insert(0, "philox")
    results, steps = {}, None
    for name in names:
        normal, error, steps = study(name, steps, arguments.seeds.split("-")[0])
        results[name] = {"normals": normal, "error": error, "log_normalizer": spread(name, arguments.seeds)}
        print(name, json.dumps(results[name]), flush=True)
    if not arguments.names:
        (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    if not arguments.names:
        repeated_runs.write_table(HERE / "RESULTS.md", table(results))
    else:
        print("\n".join(table(results)))


if __name__ == "__main__":
    main()
