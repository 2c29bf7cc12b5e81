"""Runs `fkc` on a target and reads what it wrote. Standard library only."""
import array
import csv
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FKC = pathlib.Path(os.environ.get("FKC", ROOT / ".build" / "release" / "fkc"))
TIMEOUT = 600


def npy(path):
    """The numbers of an .npy file, flat."""
    data = path.read_bytes()
    length = int.from_bytes(data[8:10], "little")
    header = data[10:10 + length].decode()
    code = next(code for descr, code in (("<f8", "d"), ("<f4", "f"), ("<i8", "q"), ("<i4", "i")) if descr in header)
    values = array.array(code)
    values.frombytes(data[10 + length:])
    return values


_HELP = None


def _consent():
    """The flag that lets a config start a program, where this fkc asks for it."""
    global _HELP
    if _HELP is None:
        _HELP = subprocess.run([FKC, "run", "--help"], capture_output=True, text=True).stdout
    return ["--allow-programs"] if "--allow-programs" in _HELP else []


def run(config, seed, settings=(), program=False):
    """A dictionary of what a run says: exit, stderr, summary's scalars, and figures of its arrays."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fkc-gate-"))
    try:
        path = folder / "config.yaml"
        path.write_text(json.dumps(config))
        command = [FKC, "run", path, "--output", folder / "out", "--no-report", "--progress", "none", "--threads", "1", "--seed", str(seed)]
        for setting in settings:
            command += ["--set", setting]
        if program:
            command += _consent()
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
        found = {"exit": done.returncode, "stderr": done.stderr.strip().replace("\n", " | ")[:4000]}
        if done.returncode == 0:
            found["summary"] = json.loads((folder / "out" / "summary.json").read_text())
            found["arrays"] = _arrays(folder / "out", found["summary"])
        return found
    except subprocess.TimeoutExpired:
        return {"exit": 124, "stderr": f"no answer within {TIMEOUT} s"}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _arrays(folder, summary):
    weights = [math.exp(w) for w in npy(folder / "log_weights.npy")]
    by_ancestor = {}
    for ancestor, weight in zip(npy(folder / "ancestors.npy"), weights):
        by_ancestor[ancestor] = by_ancestor.get(ancestor, 0.0) + weight
    figures = {
        "effective_ancestors": 1 / sum(w * w for w in by_ancestor.values()),
        "largest_ancestor": max(by_ancestor.values()),
        "largest_particle": max(weights),
    }
    islands = summary.get("island_log_normalizers") or []
    if len(islands) > 1:
        top = max(islands)
        shares = [math.exp(z - top) for z in islands]
        figures["largest_island"] = max(shares) / sum(shares)
        figures["effective_islands"] = sum(shares) ** 2 / sum(s * s for s in shares)
    with open(folder / "trace.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    levels = [-math.log(float(row["noise_level"])) for row in rows]
    figures["resampled_steps"] = sum(row["resampled"] not in ("0", "") for row in rows)
    figures["least_kept"] = _least_kept(rows, summary)
    for part in (0.1, 0.05):
        late = levels[-1] - part * (levels[-1] - levels[0])
        before = [row for row, level in zip(rows, levels) if level <= late + 1e-12][-1]["log_normalizer_ratio"]
        last = rows[-1]["log_normalizer_ratio"]
        figures[f"drift_last_{part:g}"] = float(last) - float(before) if last and before else None
    return figures


def _least_kept(rows, summary):
    """The smallest share of the effective sample size that a step kept."""
    least = 1.0
    for before, row in zip(rows, rows[1:]):
        start = float(summary["particles"]) if before["resampled"] not in ("0", "") else float(before["effective_sample_size"])
        least = min(least, float(row["effective_sample_size"]) / start)
    return least
