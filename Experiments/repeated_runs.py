"""Runs a config over several seeds with fkc and puts means and spreads into a README's table. Standard library only."""
import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FKC = pathlib.Path(os.environ.get("FKC", ROOT / ".build" / "release" / "fkc"))


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


def spread(values, digits):
    """'mean ± standard deviation', or a dash where a figure does not exist."""
    if any(value is None for value in values):
        return "–"
    deviation = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{statistics.fmean(values):.{digits}f} ± {deviation:.{digits}f}"


def write_table(readme, lines):
    """Replaces what stands between the markers of a README."""
    begin, end = "<!-- table -->", "<!-- end of table -->"
    text = readme.read_text()
    before, rest = text.split(begin)
    after = rest.split(end)[1]
    readme.write_text(before + begin + "\n" + "\n".join(lines) + "\n" + end + after)
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
