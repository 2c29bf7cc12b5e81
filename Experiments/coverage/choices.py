"""What the defaults cost beside other settings, on the targets of coverage.py: the error, what the same error would cost, and coverage.

    make experiment-choices                               # remakes the table of RESULTS.md
    python3 choices.py --keep                             # goes on with what is in runs/choices.csv, after an interruption
    python3 choices.py --particles 200 --seeds 4          # a part of the runs, which is printed and not kept

Needs numpy.
"""
import argparse
import csv
import math
import pathlib
import statistics
import types

import coverage
import repeated_runs

HERE = pathlib.Path(__file__).resolve().parent
KEPT = HERE / "runs/choices.csv"
# Seeds by the number of particles: more particles take longer, and their errors scatter less.
SEEDS = {200: 8, 2000: 4, 20000: 1}
SETTINGS = {
    "defaults": [], "100 steps": ["sampler.steps=100"], "400 steps": ["sampler.steps=400"], "noise scale 0.5": ["sampler.noise_scale=0.5"],
    "noise scale 1.5": ["sampler.noise_scale=1.5"], "noise scale 2, 400 steps": ["sampler.noise_scale=2", "sampler.steps=400"],
    "resampling below 25 %": ["resampling.ess_threshold=0.25"], "resampling below 80 %": ["resampling.ess_threshold=0.8"],
    "radial control": ["sampler.control=radial"], "constant path": ["target.path=constant"]}
# Twenty thousand particles take minutes for each seed of all targets.
FEW = ["defaults", "400 steps", "noise scale 1.5"]
COLUMNS = [
    "particles", "setting", "evaluations a particle", "error, to the defaults'", "better / worse by half", "cost of the same error", "trusted", "covered",
    "off by 5 errors"]
HEAD = ["| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"]


def parsed():
    parser = argparse.ArgumentParser(description="The defaults beside other settings on 82 targets.")
    parser.add_argument("--particles", type=int, choices=SEEDS, help="of these runs alone")
    parser.add_argument("--seeds", type=int, help="how many for each target, in place of the usual number")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="run what is not in runs/choices.csv alone")
    return parser.parse_args()


def kept():
    """Rows of earlier runs by particles and setting; all figures as text."""
    found = {}
    if KEPT.exists():
        with open(KEPT, newline="") as file:
            for row in csv.DictReader(file):
                found.setdefault((int(row["particles"]), row["setting"]), []).append(row)
    return found


def as_text(row):
    """As it is read again: None is an empty text."""
    return {name: "" if value is None else str(value) for name, value in row.items()}


def keep(found):
    KEPT.parent.mkdir(exist_ok=True)
    rows = [row for group in found.values() for row in group]
    with open(KEPT, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def errors(rows):
    """The root-mean-square error of log Z of each target that has any run."""
    squares = {}
    for row in rows:
        squares.setdefault(row["target"], []).append(float(row["error"]) ** 2)
    return {name: math.sqrt(statistics.fmean(values)) for name, values in squares.items()}


def line(particles, setting, rows, base):
    own, usual = errors(rows), errors(base)
    ratios = [own[name] / usual[name] for name in own if name in usual]
    ratio = math.exp(statistics.fmean(map(math.log, ratios)))
    evaluations = statistics.fmean(float(row["evaluations"]) for row in rows)
    cost = evaluations / statistics.fmean(float(row["evaluations"]) for row in base) * ratio**2
    trusted = [row for row in rows if row["trust"] == "ok"]
    covered = [float(row["covered"]) for row in trusted if row["covered"]]
    far = sum(abs(float(row["error"])) > 5 * float(row["joint_error"]) for row in trusted if row["joint_error"])
    worse, better = sum(ratio > 1.5 for ratio in ratios), sum(ratio < 1 / 1.5 for ratio in ratios)
    return (
        f"| {particles:,} | {setting} | {evaluations:.0f} | {ratio:.2f} | {better} / {worse} | {cost:.2f} | {len(trusted) / len(rows):.0%} "
        f"| {coverage.share(covered)} | {far} |")


def main():
    arguments = parsed()
    is_part = bool(arguments.particles or arguments.seeds)
    found = kept() if arguments.keep and not is_part else {}
    for particles, seeds in SEEDS.items():
        if arguments.particles not in (None, particles):
            continue
        for setting, values in SETTINGS.items():
            if (particles, setting) in found or particles > 2000 and setting not in FEW:
                continue
            print(f"{particles} particles, {setting}", flush=True)
            asked = types.SimpleNamespace(
                only="", particles=particles, seeds=arguments.seeds or seeds, set=values, workers=arguments.workers)
            rows = coverage.measured(asked)
            found[particles, setting] = [as_text({"particles": particles, "setting": setting, **row}) for row in rows]
            if not is_part:
                keep(found)
    lines = [*HEAD, *(line(particles, setting, rows, found[particles, "defaults"]) for (particles, setting), rows in found.items())]
    if is_part:
        print("\n".join(lines))
    else:
        counts = ", ".join(f"{seeds} of {particles:,} particles" for particles, seeds in SEEDS.items())
        repeated_runs.write_table(HERE / "RESULTS.md", [*lines, "", f"Seeds: {counts}. {repeated_runs.machine()}."], "choices")


main()
