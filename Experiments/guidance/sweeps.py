"""Runs a folder's configs over scales and seeds by `fkc sweep`, and finds the folder of each run."""

import json
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import repeated_runs  # noqa: E402

SCALES = ("1", "1.5", "2", "3", "5")


def run(configs, seeds, output, *settings, scales=SCALES):
    """Runs a grid; `settings` are further `path=value`. Returns {(config, scale, seed): folder of the run}."""
    command = [repeated_runs.FKC, "sweep", *configs, "--set", f"target.guided.scale={','.join(scales)}"]
    for setting in settings:
        command += ["--set", setting]
    command += ["--seeds", f"{seeds[0]}-{seeds[-1]}", "--output", output, "--overwrite", "--progress", "none"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    found = {}
    for summary in pathlib.Path(output).rglob("summary.json"):
        parts = summary.parent.relative_to(output).parts
        values = dict(part.split("=", 1) for part in parts[1:])
        found[parts[0], values["scale"], int(values["seed"])] = summary.parent
    return found


def summary(folder):
    return json.loads((folder / "summary.json").read_text())


def evaluations(found):
    """Rows that both branches were asked for, a particle."""
    return sum(found["model_evaluations"].values()) / found["particles"]


def spread(values, digits):
    """'mean ± standard deviation', or a dash where a figure does not exist."""
    if any(value is None for value in values):
        return "–"
    deviation = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{statistics.fmean(values):.{digits}f} ± {deviation:.{digits}f}"


def replace(readme, name, lines):
    """Puts a table between its own markers of a README, `<!-- name -->` and `<!-- end of name -->`."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, after = readme.read_text().split(begin)
    readme.write_text(before + begin + "\n" + "\n".join(lines) + "\n" + end + after.split(end)[1])
    print("\n".join(lines), flush=True)
