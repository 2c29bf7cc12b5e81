"""Whether 95 % intervals of log Z and of means cover as often as they say, with default settings, on targets with exact answers.

    make experiment-coverage                              # 2,000 particles, 100 seeds; remakes RESULTS.md's table and README.md's figures
    python3 coverage.py --particles 200 --seeds 20 guided --set sampler.control=linear    # prints alone

Needs numpy. Every run's figures are kept in runs/N.csv.
"""

import argparse
import concurrent.futures
import csv
import itertools
import json
import math
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import coverage_targets
import exact
import repeated_runs


def parsed():
    parser = argparse.ArgumentParser(description="Coverage of 95 % intervals over 82 targets.")
    parser.add_argument("only", nargs="?", default="", help="targets whose name has this in it")
    parser.add_argument("--particles", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=100, help="how many; every target has its own")
    parser.add_argument("--set", action="append", default=[], help="a setting for every run, as fkc has it")
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args()


def summary(config, seed, settings):
    """None where the run failed."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "config.json").write_text(json.dumps(config))
        command = [
            repeated_runs.FKC, "run", "config.json", "--seed", str(seed), "--progress", "none", "--no-report", "--threads", "1",
            "--output", "out", *(f"--set={value}" for value in settings)]
        ended = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        if ended.returncode not in (0, repeated_runs.NUMERICAL_FAILURE):
            sys.exit(ended.stderr.decode())
        return None if ended.returncode else json.loads((folder / "out/summary.json").read_text())


def row(name, seed, run, answer):
    """A run's figures beside the answer; `mean_covered` is a share of the coordinates."""
    error = run["log_normalizer"] - answer.log_normalizer
    means = [
        (abs(mean - right), deviation)
        for mean, right, deviation in zip(run["mean"], answer.mean, run["mean_standard_error"] or [None] * len(run["mean"]))]
    known = [distance <= 1.96 * deviation for distance, deviation in means if deviation is not None]
    interval = run["log_normalizer_interval"]
    # The interval joins both errors; its half is 1.96 of this.
    joint = None if interval is None else (interval[1] - interval[0]) / 3.92
    return {
        "target": name, "seed": seed, "error": error, "standard_error": run["log_normalizer_standard_error"], "joint_error": joint,
        "covered": None if interval is None else int(interval[0] <= answer.log_normalizer <= interval[1]),
        "mean_covered": statistics.fmean(known) if known else None,
        "worst_mean": max(distance / math.sqrt(variance) for (distance, _), variance in zip(means, run["variance"])),
        "step_size_error": run["step_size_error"], "step_size_error_standard_error": run["step_size_error_standard_error"],
        "trust": run["trust"], "doubts": " ".join(sorted(w["code"] for w in run["warnings"] if w["doubtful"])),
        "ancestors": run["effective_ancestors"], "evaluations": statistics.fmean(run["model_evaluations"].values()) / run["particles"],
        "seconds": run["wall_seconds"]}


def measured(arguments):
    rows = []
    with concurrent.futures.ThreadPoolExecutor(arguments.workers) as pool:
        for place, (name, config) in enumerate(coverage_targets.all_targets()):
            if arguments.only not in name:
                continue
            config["particles"] = arguments.particles
            answer = exact.answer(config)
            # The same seeds would give targets of one dimension the same normals, and one unlucky draw would be counted for each of them.
            seeds = range(1000 * place + 1, 1000 * place + arguments.seeds + 1)
            runs = pool.map(summary, itertools.repeat(config), seeds, itertools.repeat(arguments.set))
            found = [row(name, seed, run, answer) for seed, run in zip(seeds, runs) if run]
            rows += found
            print(line(name, found, arguments.seeds), flush=True)
    return rows


def line(name, rows, seeds):
    """A line of the table."""
    trusted = [row for row in rows if row["trust"] == "ok"]
    covered = [row["covered"] for row in trusted if row["covered"] is not None]
    means = [row["mean_covered"] for row in trusted if row["mean_covered"] is not None]
    size = math.sqrt(statistics.fmean(row["error"] ** 2 for row in rows)) if rows else math.nan
    claimed = [row["standard_error"] for row in rows if row["standard_error"] is not None]
    codes = {}
    for row in rows:
        for code in row["doubts"].split():
            codes[code] = codes.get(code, 0) + 1
    doubts = ", ".join(f"{code} {count}" for code, count in sorted(codes.items(), key=lambda item: -item[1]))
    middle = statistics.median(claimed) if claimed else math.nan
    return f"| {name} | {size:.2g} | {middle:.2g} | {len(trusted)} of {seeds} | {share(covered)} | {share(means)} | {doubts} |"


def share(values):
    return f"{statistics.fmean(values):.2f}" if values else repeated_runs.NONE


def verdict(rows, seeds):
    """Targets that are trusted and cover, trusted and do not, and are doubtful in 95 % of their runs."""
    good, bad, doubtful, means = [], [], [], []
    for name in dict.fromkeys(row["target"] for row in rows):
        trusted = [row for row in rows if row["target"] == name and row["trust"] == "ok"]
        if len(trusted) <= 0.05 * seeds:
            doubtful.append(name)
            continue
        covers = statistics.fmean(row["covered"] for row in trusted)
        (good if 0.9 <= covers <= 0.99 else bad).append(f"{name} ({covers:.2f})")
        mean = statistics.fmean(row["mean_covered"] for row in trusted)
        if not 0.9 <= mean <= 0.99:
            means.append(f"{name} ({mean:.2f})")
    sure = [row for row in rows if row["trust"] == "ok"]
    far = [row for row in sure if abs(row["error"]) > 5 * row["joint_error"]]
    yield f"{len(good)} targets are trusted and their intervals of log Z cover 90 to 99 %."
    yield f"{len(doubtful)} are doubtful in 95 % of their runs: {', '.join(doubtful)}."
    yield f"{len(bad)} are trusted and cover otherwise: {', '.join(bad)}."
    yield f"Means of {len(means)} trusted targets are not covered in 90 to 99 %: {', '.join(means)}."
    yield f"{len(sure)} of {len(rows)} runs are trusted; {len(far)} of them are off by more than 5 of their errors, both kinds joined."


def main():
    arguments = parsed()
    head = ["| target | RMS error of log Z | median standard error | trusted | log Z covered | means covered | doubts |", "|---|---|---|---|---|---|---|"]
    print("\n".join(head))
    rows = measured(arguments)
    folder = HERE / "runs"
    folder.mkdir(exist_ok=True)
    with open(folder / f"{arguments.particles}{'-'.join(['', *arguments.set]).replace('/', '_')}.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    conclusion = list(verdict(rows, arguments.seeds))
    print("\n".join(conclusion))
    if not arguments.only and not arguments.set and arguments.particles == 2000:
        names = list(dict.fromkeys(row["target"] for row in rows))
        lines = [*head, *(line(name, [row for row in rows if row["target"] == name], arguments.seeds) for name in names)]
        foot = f"{arguments.seeds} seeds, each target its own, {repeated_runs.machine()}."
        repeated_runs.write_table(HERE / "README.md", [*conclusion, "", foot])
        repeated_runs.write_table(HERE / "RESULTS.md", [*lines, "", foot])


if __name__ == "__main__":
    main()
