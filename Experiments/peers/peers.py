"""Published samplers of this field beside ours, at the same number of model evaluations, on targets with exact answers.

    make experiment-peers                        # all of it; remakes RESULTS.md, the tables of README.md, and python-peers.json
    python3 peers.py --keep                      # runs fkc's rows alone, and keeps python-peers.json
    python3 peers.py --keep --only gmm40         # some targets, by a part of their keys; prints alone
    python3 peers.py --self-test                 # the peers in NumPy on a Gaussian whose log Z is known

Needs numpy. Runs have one thread; seconds are the processor's, and those of fkc's rows include its start and the program's. What fkc's rows
are made of is kept in runs/fkc.json.
"""

import argparse
import json
import math
import os
import pathlib
import resource
import statistics
import sys
import tempfile
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1] / "Tests" / "Gate")]

import crepe
import driftlite
import exact
import repeated_runs
import rne
import runs
import tables
from peer_models import Models
from target_parts import annealed
from targets import TARGETS, VE

FKC_SEEDS = range(1, 9)
PYTHON_SEEDS = range(1, 9)
# Seeds of runs that find how many steps the evaluations are enough for; no figure is from them.
TRIAL = 9001

# By name: the settings' file, and whether models are programs that answer with scores alone.
FKC_METHODS = {
    "Skreta et al.": ("skreta.yaml", False),
    "RNE, in fkc": ("rne.yaml", False),
    "ours": ("ours.yaml", False),
    "ours, by scores": ("ours.yaml", True),
    "ours, by scores, constant path": ("ours-constant.yaml", True),
}
PYTHON_METHODS = {
    "RNE, reference": (rne, [rne.Setting()]),
    "DriftLite": (driftlite, [driftlite.Setting("scores"), driftlite.Setting("composed"), driftlite.Setting("composed", exponential=True)]),
    "CREPE": (crepe, [crepe.Setting(levels, densities=True) for levels in (12, 25, 50)]),
    "CREPE, by scores": (crepe, [crepe.Setting(100)]),
}
# Composed posteriors are stiff: longer steps than these run away. The models are Gaussians, whose ratios by scores are exact.
FOR_TARGETS = {
    ("CREPE", "posterior10"): [crepe.Setting(levels, densities=True) for levels in (25, 50, 100)],
    ("CREPE", "posterior100"): [crepe.Setting(levels, densities=True) for levels in (200, 300)],
    ("CREPE, by scores", "posterior10"): [],
    ("CREPE, by scores", "posterior100"): [],
}


def parsed():
    parser = argparse.ArgumentParser(description="Published samplers beside ours, at the same number of evaluations.")
    parser.add_argument("--keep", action="store_true", help="keep what python-peers.json has, and run fkc's rows alone")
    parser.add_argument("--only", default="", help="targets whose key has this in it; prints alone")
    parser.add_argument("--self-test", action="store_true", help="the peers in NumPy on a Gaussian whose log Z is known")
    return parser.parse_args()


def summarised(rows, answer, target, setting):
    """What a method's runs on a target say: root mean squares, shares covered, medians; runs that ended with a numerical failure are None."""
    failed, rows = rows.count(None), [row for row in rows if row]
    if len(rows) < 2:
        return {"setting": setting, "runs": len(rows), "failed": failed}
    errors = [row["log_normalizer"] - answer.log_normalizer for row in rows]
    apart = [[(m - right) / math.sqrt(v) for m, right, v in zip(row["mean"], answer.mean, answer.variance)] for row in rows]
    judged = [row for row in rows if row["interval"] is not None]
    covered = [bool(row["interval"][0] <= answer.log_normalizer <= row["interval"][1]) for row in judged]
    return {
        "setting": setting, "runs": len(rows), "failed": failed, "rms": math.sqrt(statistics.fmean(e * e for e in errors)), "bias": statistics.fmean(errors),
        "bias_error": statistics.stdev(errors) / math.sqrt(len(errors)),
        "mean_rms": math.sqrt(statistics.fmean(a * a for each in apart for a in each)),
        "trusted": sum(row["trusted"] for row in rows), "judged": len(judged), "covered": sum(covered),
        "seconds": statistics.median(row["seconds"] for row in rows),
        "evaluations": statistics.fmean(row["evaluations"] for row in rows) / target.particles}


# ---- Peers in NumPy

def python_rows(target, method, setting, seeds):
    for seed in seeds:
        models = Models(target.config)
        start = time.process_time()
        found = method.run(models, target.particles, target.evaluations, seed, setting)
        seconds = time.process_time() - start
        if found is None:
            return
        error = found["standard_error"]
        center = found["log_normalizer"]
        yield {
            "log_normalizer": float(center), "mean": found["mean"], "seconds": seconds, "evaluations": models.rows, "trusted": error is not None,
            "interval": None if error is None else (center - 1.96 * error, center + 1.96 * error)}


def measured_in_python(targets, stored, store):
    for target in targets:
        for name, (method, settings) in PYTHON_METHODS.items():
            found = []
            for setting in FOR_TARGETS.get((name, target.composed), settings):
                rows = list(python_rows(target, method, setting, PYTHON_SEEDS))
                if rows:
                    found.append(summarised(rows, target.answer, target, str(setting)))
                    print(target.key, name, described(found[-1]), flush=True)
            stored.setdefault(target.key, {})[name] = found
            store()


# ---- fkc

def settings_of(file):
    lines = [line.strip() for line in (HERE / file).read_text().splitlines()]
    return ["=".join(line.split(": ", 1)) for line in lines if line and not line.startswith("#")]


def by_scores(config, folder):
    """The config with programs for models; one program answers for all of them, each a condition."""
    file = pathlib.Path(folder) / "models.json"
    file.write_text(json.dumps(list(config["models"].values())))
    dimensions = len(exact.mixture_of(next(iter(config["models"].values())))[1][0])
    program = {
        "kind": "program", "command": [sys.executable, str(HERE / "scores_program.py"), str(file)], "dimensions": dimensions, "conditions": 1}
    return {**config, "models": {name: {**program, "condition": [i]} for i, name in enumerate(config["models"])}}


def fkc_row(config, settings, steps, seed, program):
    """None where the run failed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = runs.run(config, seed, [*settings, f"sampler.steps={steps}"], program)
    if ended["exit"] == repeated_runs.NUMERICAL_FAILURE:
        return None
    if ended["exit"]:
        sys.exit(ended["stderr"])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    summary = ended["summary"]
    trusted = summary["trust"] == "ok"
    return {
        "log_normalizer": summary["log_normalizer"], "mean": summary["mean"], "seconds": seconds, "trusted": trusted,
        "evaluations": statistics.fmean(summary["model_evaluations"].values()),
        "interval": summary["log_normalizer_interval"] if trusted else None}


def steps_within(target, config, settings, program):
    """The most steps whose evaluations, pilots and probes counted, are no more than the target's budget."""
    steps, best = target.evaluations // 2, None
    for _ in range(8):
        row = fkc_row(config, settings, steps, TRIAL, program)
        if row is None:
            # Too long a step for the method, perhaps.
            steps = min(steps * 3 // 2, target.evaluations - 2)
            continue
        fits = row["evaluations"] <= target.budget
        best = steps if fits and (best is None or steps > best) else best
        proposed = max(2, math.floor(steps * target.budget / row["evaluations"]))
        if fits and proposed <= steps + 1:
            break
        steps = proposed if proposed != steps else steps - 1
    return best or steps


def measured_by_fkc(targets, stored, store):
    for target in targets:
        for name, (file, program) in FKC_METHODS.items():
            with tempfile.TemporaryDirectory() as folder:
                config = by_scores(target.config, folder) if program else target.config
                settings = settings_of(file)
                steps = steps_within(target, config, settings, program)
                rows = [fkc_row(config, settings, steps, seed, program) for seed in FKC_SEEDS]
            found = summarised(rows, target.answer, target, f"{steps} steps")
            print(target.key, name, described(found), flush=True)
            stored.setdefault(target.key, {})[name] = [found]
            store()


def described(found):
    if "rms" not in found:
        return f"{found['setting']}: {found['failed']} runs failed"
    return (f"{found['setting']}: RMS {found['rms']:.4g}, bias {found['bias']:+.4f} ± {found['bias_error']:.4f}, means {found['mean_rms']:.3f}, "
            f"covered {found['covered']} of {found['judged']}, {found['seconds']:.2f} s, {found['evaluations']:.0f}, "
            f"{found['runs']} runs, {found['failed']} failed")


# ---- All of it

def self_test():
    """Every peer in NumPy, with every setting, on N(0.5, 0.8²) to the power 0.8, where no weights have heavy tails, in one dimension and in three."""
    failed = []
    for dimensions in (1, 3):
        config = annealed({"kind": "gaussian", "mean": [0.5] * dimensions, "standard_deviation": 0.8}, 0.8, VE)
        answer = exact.answer(config)
        for name, setting in ((name, setting) for name, (_, settings) in PYTHON_METHODS.items() for setting in settings):
            found = [PYTHON_METHODS[name][0].run(Models(config), 128, 400, seed, setting) for seed in range(1, 9)]
            errors = [one["log_normalizer"] - answer.log_normalizer for one in found]
            apart = [(one["mean"][0] - answer.mean[0]) / math.sqrt(answer.variance[0]) for one in found]
            # Euler's steps and long ratios of kernels have a bias of their own.
            good = all(abs(statistics.fmean(part)) < 0.03 + 3 * statistics.stdev(part) / math.sqrt(len(part)) for part in (errors, apart))
            print(
                f"d = {dimensions}: {name}, {setting}: log Z off by {statistics.fmean(errors):+.4f}, spread {statistics.stdev(errors):.4f}, "
                f"the mean by {statistics.fmean(apart):+.4f}, spread {statistics.stdev(apart):.4f}{'' if good else ': too much'}", flush=True)
            failed += [] if good else [name]
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


def stored_at(path):
    """What a file of results has, and a function that writes it again."""
    stored = json.loads(path.read_text()) if path.exists() else {}

    def store():
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n")

    return stored, store


def main():
    arguments = parsed()
    if arguments.self_test:
        self_test()
    targets = [target for target in TARGETS if arguments.only in target.key]
    in_python, store_python = stored_at(HERE / "python-peers.json")
    by_fkc, store_fkc = stored_at(HERE / "runs" / "fkc.json")
    if not arguments.keep:
        measured_in_python(targets, in_python, store_python)
    measured_by_fkc(targets, by_fkc, store_fkc)
    if not arguments.only:
        tables.write(in_python, by_fkc, FKC_SEEDS, PYTHON_SEEDS)


if __name__ == "__main__":
    main()
