"""The error of log Z with constant and with late exponents, at equal evaluations, on targets with exact answers.

    make experiment-late-exponents    # needs numpy; a few minutes; remakes the table of README.md
    python3 late.py guided            # the targets whose name has this in it; prints alone
"""

import concurrent.futures
import json
import math
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "Tests/Gate"), str(HERE.parent)]

import exact
import repeated_runs
from target_parts import VP, annealed, far_mode, gaussian, guided, product, spread, three_modes

FKC = repeated_runs.FKC
SEEDS = range(1, 17)


def pair(scale, d):
    return guided(
        {"kind": "gaussian", "mean": [0.0] * d, "standard_deviation": spread(d, 0.9, 1.2)},
        {"kind": "gaussian", "mean": [0.5] * d, "standard_deviation": spread(d, 0.6, 0.8)}, scale)


def posterior(parts, d=5):
    """p^(1-N) of a standard normal prior and N posteriors of a part each."""
    models = {f"part{i}": gaussian(d, 0.7, 0.7, center=0.2, offset=0.01 * i) for i in range(parts)}
    prior = {"kind": "gaussian", "mean": [0.0] * d, "standard_deviation": [1.0] * d}
    return product({"prior": 1.0 - parts, **{name: 1.0 for name in models}}, {"prior": prior, **models})


def targets():
    for beta in (2, 3, 5, 8):
        yield f"three modes, d = 2, β = {beta}", annealed(three_modes(2), beta)
    yield "three modes, d = 16, β = 8, VP", annealed(three_modes(16), 8, process=VP)
    for d, beta in ((20, 3), (20, 8), (64, 2), (64, 8)):
        yield f"Gaussian, d = {d}, β = {beta}", annealed(gaussian(d), beta)
    for scale, d in ((2, 4), (7, 4), (3.5, 16), (4, 64)):
        yield f"guided, w = {scale}, d = {d}", pair(scale, d)
    yield "product of two mixtures", product({"a": 1, "b": 1}, {"a": three_modes(2), "b": three_modes(2, shift=0.5)})
    yield "posterior of 60 parts", posterior(60)
    yield "rare narrow mode, d = 10, β = 4, 10,000 particles", annealed(far_mode(10, 6.0, 0.02, 0.5), 4, particles=10000)
    yield "experts at ±15", product(
        {"a": 1, "b": 1}, {name: {"kind": "gaussian", "mean": [m], "standard_deviation": 1} for name, m in (("a", -15), ("b", 15))})


def summary(config, path, seed):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "config.json").write_text(json.dumps({**config, "target": {**config["target"], "path": path}, "seed": seed}))
        command = [FKC, "run", "config.json", "--progress", "none", "--no-report", "--threads", "1", "--output", "out"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        return json.loads((folder / "out/summary.json").read_text())


def cells(config, path, answer):
    """RMS error, how many are trusted, and how many of these have the answer within their 95 % interval."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda seed: summary(config, path, seed), SEEDS))
    errors = [run["log_normalizer"] - answer for run in runs]
    intervals = [run["log_normalizer_interval"] for run in runs if run["trust"] == "ok"]
    covered = sum(low <= answer <= high for low, high in intervals)
    size = math.sqrt(statistics.fmean(error * error for error in errors))
    return f"{size:.2g} | {covered} of {len(intervals)}"


def main():
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    lines = ["| target | constant: RMS error | covered, of trusted | late: RMS error | covered, of trusted |", "|---|---|---|---|---|"]
    for name, config in targets():
        if wanted in name:
            answer = exact.answer(config).log_normalizer
            lines.append(f"| {name} | " + " | ".join(cells(config, path, answer) for path in ("constant", "auto")) + " |")
            print(lines[-1], flush=True)
    if not wanted:
        repeated_runs.write_table(HERE / "README.md", [*lines, "", f"Seeds 1 to 16, {repeated_runs.machine()}."])


main()
