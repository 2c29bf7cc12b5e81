"""What runs write, as hashes: a change of the engine that should not change results is held against them. Standard library only.

    python3 bytes.py --record manifest.json     hashes of every run's samples, weights, ancestors, genealogy, trajectory and trace
    python3 bytes.py --check manifest.json      names the runs that differ, are missing or end with another exit code
    python3 bytes.py --only guidance …          runs whose name has this in it

`FKC` names another program than .build/release/fkc. Kernels of another level round otherwise: compare on one machine, or set
FKC_KERNEL=baseline for both. Runs that are refused count with their exit code alone.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import small_runs

FILES = ("samples.npy", "log_weights.npy", "ancestors.npy", "genealogy.npy", "trajectory.npy", "trajectory_parents.npy",
         "trajectory_log_weights.npy", "trace.csv")
SMALL = ("particles=320", "sampler.steps=16")


def hashed(task):
    name, config = task
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fkc-bytes-"))
    try:
        settings = []
        path = config
        if isinstance(config, dict):
            path = folder / "config.yaml"
            path.write_text(json.dumps(config))
        else:
            settings = [part for setting in SMALL for part in ("--set", setting)]
        done = subprocess.run(
            [small_runs.FKC, "run", path, "--output", folder / "out", "--no-report", "--progress", "none", "--allow-programs",
             *settings], capture_output=True, text=True, timeout=600, check=False)
        found = {"exit": done.returncode}
        for file in FILES:
            written = folder / "out" / file
            if written.exists():
                found[file] = hashlib.sha256(written.read_bytes()).hexdigest()[:32]
        if done.returncode == 0:
            found["log_normalizer"] = json.loads((folder / "out" / "summary.json").read_text())["log_normalizer"]
        return name, found, done.stderr
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description="What runs write, as hashes.")
    parser.add_argument("--record", type=pathlib.Path)
    parser.add_argument("--check", type=pathlib.Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--refusals", action="store_true", help="print what refused runs say")
    arguments = parser.parse_args()
    tasks = [task for task in small_runs.all_runs() if arguments.only in task[0]]
    with concurrent.futures.ThreadPoolExecutor(arguments.workers) as pool:
        results = list(pool.map(hashed, tasks))
    found = {name: result for name, result, _ in results}
    if len(found) < len(results):
        sys.exit("two runs have one name")
    refused = sum(result["exit"] != 0 for result in found.values())
    print(f"{len(found)} runs, {refused} of them refused")
    if arguments.refusals:
        for name, result, stderr in results:
            if result["exit"] != 0:
                print(f"{name}: {result['exit']}: {stderr.strip()}")
    if arguments.record:
        arguments.record.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    if not arguments.check:
        return 0
    before = json.loads(arguments.check.read_text())
    apart = [name for name in found if name not in before or before[name] != found[name]]
    for name in apart:
        keys = sorted(key for key in {**found[name], **before.get(name, {})} if before.get(name, {}).get(key) != found[name].get(key))
        print(f"{name}: " + (", ".join(keys) if name in before else "new"))
    missing = [name for name in before if arguments.only in name and name not in found]
    print("\n".join(f"{name}: missing" for name in missing))
    print(f"{len(apart)} differ, {len(missing)} are missing")
    return 1 if apart or missing else 0


if __name__ == "__main__":
    sys.exit(main())
