"""Runs configs over settings and seeds with `fkc sweep`, joins what a script measures, and fills a page's table.

Standard library only. A script of an experiment does four things:

    import repeated_runs

    # 1. Every config with every seed, and every combination of settings if there are some.
    sweep = repeated_runs.Sweep(
        [HERE / "baseline.yaml", HERE / "ours.yaml"], seeds="1-5", settings={"sampler.steps": [100, 400]})
    sweep.run()
    # 2. What fkc does not know: a function of a run's folder to names and numbers, which become its metrics.json.
    sweep.measure(lambda run: {"distance": distance(run.folder / "samples.npy")})
    # 3. The answers, by config and settings, each over its seeds.
    group = sweep.group("ours", {"sampler.steps": 100})
    cell = group.mean_sd("distance", 3)            # '0.123 ± 0.004'
    # 4. The table between the markers of a page: README.md, or RESULTS.md for more than 15 rows.
    repeated_runs.write_table(HERE / "README.md", lines)

**Sweep(configs, seeds, settings={}, output=None, threads=None, reports=True)** names the runs. `seeds` is as `fkc sweep --seeds` takes
it, such as "1-5". `settings` maps a setting's path to its values; numbers, texts, lists and mappings are written as
YAML. `output` is the folder of runs and tables, by default `runs/sweep` beside the first config; with reports=False the runs have no report.html. Its methods:

    run(keep=False, allow_failures=False)   Makes the runs. A sweep that was interrupted goes on; one that is finished is
                              made again, since fkc may have changed meanwhile; with keep=True its runs are kept.
                              Ends the script where runs failed, unless failures are allowed.
    measure(function, keep=False)   Calls the function with every whole run, writes what it returns as metrics.json and
                              collects all again. With keep=True runs that have one are not measured again.
    collect()                 Reads everything again after metrics.json files were written in another way.
    runs                      Every Run, failed ones too, in the order of fkc's tables.
    groups                    Every Group: the runs that share config and settings.
    group(config, settings={})   One of them; config is the name of its file without the ending.

**Run** has `config`, `settings`, `seed`, `folder` (a path), `figures` (every scalar of summary.json and metrics.json by
name; None where a figure does not exist), `error` (why it failed, else None) and `write_metrics(figures)`.

**Group** has `config`, `settings`, `runs` (those that are whole), `failed` (the number of the others), `statistics` (by
name of figure: count, mean, standard_deviation, standard_error, as fkc found them) and, for the cells of a table,

    values(name)              The figure of every run.
    mean(name, digits)        '0.123'
    mean_sd(name, digits)     '0.123 ± 0.004', the standard deviation between seeds.
    mean_interval(name, digits)   '0.123 ± 0.005', half the width of Student's 95 % interval for the mean.

A cell is '–' where one of the runs lacks the figure. The functions mean, mean_sd and mean_interval do the same for any
list of values; half_width gives the number.

    compare(a, b, *options)   What `fkc compare` prints, as a dictionary; options as on the command line.
    run(config, seed)         One run outside a sweep, in runs/NAME-seedN beside its config; returns its folder.
    summary(folder)           The summary.json of a run.
    write_table(page, lines, name="table")   Replaces the lines between <!-- table --> and <!-- end of table -->,
                              and prints them; other names give a page several tables.
    machine()                 The processor and its cores, for the line under a table.

fkc is .build/release/fkc of this repository, or what the environment's FKC names.
"""
import json
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FKC = pathlib.Path(os.environ.get("FKC", ROOT / ".build" / "release" / "fkc"))
NUMERICAL_FAILURE = 70
NONE = "–"


class Sweep:
    def __init__(self, configs, seeds, settings=None, output=None, threads=None, reports=True):
        self.configs = [pathlib.Path(config) for config in configs]
        self.seeds = str(seeds)
        self.settings = dict(settings or {})
        self.output = pathlib.Path(output) if output else self.configs[0].parent / "runs" / "sweep"
        self.threads = threads
        self.reports = reports
        self.runs = []
        self.groups = []

    def run(self, keep=False, allow_failures=False):
        if not keep:
            self._remove_finished()
        self.collect()
        failed = [run for run in self.runs if run.error]
        if failed and not allow_failures:
            sys.exit("\n".join(f"{run.folder}: {run.error}" for run in failed))
        return self

    def collect(self):
        command = [FKC, "sweep", *self.configs, "--seeds", self.seeds, "--output", self.output]
        for path, values in self.settings.items():
            command += ["--set", f"{path}={','.join(map(_yaml, values))}"]
        if self.threads:
            command += ["--threads", str(self.threads)]
        if not self.reports:
            command.append("--no-report")
        # The configs may have changed since runs that the folder holds were made; then those are made again.
        ended = subprocess.run([*command, "--overwrite"], stdout=subprocess.DEVNULL, check=False)
        if ended.returncode not in (0, NUMERICAL_FAILURE):
            sys.exit(ended.returncode)
        tables = json.loads((self.output / "sweep.json").read_text())
        self.runs = [Run(self.output, stored) for stored in tables["runs"]]
        self.groups = [Group(stored, self.runs) for stored in tables["groups"]]
        return self

    def measure(self, function, keep=False):
        for run in self.runs:
            if not run.error and not (keep and (run.folder / "metrics.json").exists()):
                run.write_metrics(function(run))
        return self.collect()

    def group(self, config, settings=None):
        wanted = dict(settings or {})
        found = [group for group in self.groups if (group.config, group.settings) == (config, wanted)]
        if not found:
            known = ", ".join(f"{group.config} {group.settings or ''}".strip() for group in self.groups)
            raise KeyError(f"no runs of {config} with {wanted}; there are {known}")
        return found[0]

    def _remove_finished(self):
        """Removes the runs of a sweep that reached its tables, and nothing else."""
        table = self.output / "sweep.json"
        if not table.exists():
            return
        folders = [self.output / run["folder"] for run in json.loads(table.read_text())["runs"]]
        table.unlink()
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)


class Run:
    def __init__(self, output, stored):
        self.config = stored["config"]
        self.settings = stored["settings"]
        self.seed = stored["seed"]
        self.folder = output / stored["folder"]
        self.figures = stored["figures"]
        self.error = stored["error"]

    def write_metrics(self, figures):
        plain = {name: None if value is None else float(value) for name, value in figures.items()}
        # NaN and infinities are no JSON: they raise here.
        text = json.dumps(plain, indent=1, allow_nan=False) + "\n"
        partial = self.folder / f"metrics.json.partial-{os.getpid()}"
        partial.write_text(text)
        partial.replace(self.folder / "metrics.json")


class Group:
    def __init__(self, stored, runs):
        self.config = stored["config"]
        self.settings = stored["settings"]
        self.failed = stored["failed"]
        self.statistics = stored["figures"]
        self.runs = [
            run for run in runs
            if not run.error and (run.config, run.settings) == (self.config, self.settings)]

    def values(self, name):
        if not any(name in run.figures for run in self.runs):
            raise KeyError(f"no run of {self.config} has a figure '{name}'")
        return [run.figures.get(name) for run in self.runs]

    def mean(self, name, digits):
        return mean(self.values(name), digits)

    def mean_sd(self, name, digits):
        return mean_sd(self.values(name), digits)

    def mean_interval(self, name, digits):
        return mean_interval(self.values(name), digits)


def mean(values, digits):
    """'mean', or a dash where a figure does not exist."""
    if not values or any(value is None for value in values):
        return NONE
    return f"{statistics.fmean(values):.{digits}f}"


def mean_sd(values, digits):
    """'mean ± standard deviation', or a dash where a figure does not exist."""
    if not values or any(value is None for value in values):
        return NONE
    deviation = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{statistics.fmean(values):.{digits}f} ± {deviation:.{digits}f}"


def mean_interval(values, digits, level=0.95):
    """'mean ± half the width of its interval', or a dash where a figure does not exist or there is but one."""
    if len(values) < 2 or any(value is None for value in values):
        return NONE
    return f"{statistics.fmean(values):.{digits}f} ± {half_width(values, level):.{digits}f}"


def half_width(values, level=0.95):
    """Half the width of Student's interval for the mean of at least two values."""
    error = statistics.stdev(values) / math.sqrt(len(values))
    return _student_quantile(level, len(values) - 1) * error


def _student_quantile(level, freedom):
    """The t that Student's distribution of a whole number of degrees of freedom stays within with this probability."""
    low, high = 0.0, 1.0
    while _student_within(high, freedom) < level:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if _student_within(middle, freedom) < level else (low, middle)
    return (low + high) / 2


def _student_within(t, freedom):
    """The probability of −t to t: the finite sums of Abramowitz & Stegun, 26.7.3 and 26.7.4."""
    angle = math.atan(t / math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    odd = freedom % 2
    term = cosine if odd else 1.0
    total = term if freedom > 1 else 0.0
    for k in range(2 + odd, freedom - 1, 2):
        term *= cosine * cosine * (k - 1) / k
        total += term
    return (angle + sine * total) * 2 / math.pi if odd else sine * total


def _yaml(value):
    """A setting's value as the command line takes it; JSON is YAML."""
    return value if isinstance(value, str) else json.dumps(value)


def run(config, seed):
    """Runs a config with a seed and returns the folder of its results."""
    folder = config.parent / "runs" / f"{config.stem}-seed{seed}"
    command = [FKC, "run", config, "--seed", str(seed), "--output", folder, "--overwrite", "--progress", "none"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


def summary(folder):
    return json.loads((folder / "summary.json").read_text())


def compare(folder, reference, *options):
    """The comparison that fkc prints, as a dictionary."""
    command = [FKC, "compare", folder, reference, *map(str, options)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def write_table(page, lines, name="table"):
    """Replaces what stands between the markers of a page."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    text = page.read_text()
    before, rest = text.split(begin)
    after = rest.split(end)[1]
    page.write_text(before + begin + "\n" + "\n".join(lines) + "\n" + end + after)
    print("\n".join(lines))


def machine():
    """The processor and its number of cores, for the line under a table."""
    name = "unknown processor"
    if pathlib.Path("/proc/cpuinfo").exists():
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                name = line.split(":")[1].strip()
                break
    return f"{os.cpu_count()} cores of {name}"


if not FKC.exists():
    sys.exit(f"{FKC}: not built; run 'make build' first")
