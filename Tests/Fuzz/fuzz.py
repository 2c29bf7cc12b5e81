"""Random, weird configs and files for fkc: each ends with an exit code of the table, a sentence and nothing left behind.

    python3 Tests/Fuzz/fuzz.py .build/release/fkc --count 10000 --seed 1

Only Python's standard library. A case is a function of the seed and its number alone: `--only 4711` makes it again, and
`--keep` leaves its folder. Exit status 1 where a case failed.
"""

import argparse
import concurrent.futures
import os
import pathlib
import random
import resource
import shutil
import subprocess
import sys
import tempfile

import configs
import files

STATUSES = {0, 64, 65, 66, 69, 70, 73, 75}
TIMEOUT = 30
MEMORY = 6 << 30


class Fault(Exception):
    pass


def call(fkc, folder, arguments):
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    # A backtrace would take longer than the case.
    environment = dict(os.environ, SWIFT_BACKTRACE="enable=no")
    try:
        done = subprocess.run(
            [fkc, *arguments], cwd=folder, env=environment, preexec_fn=limit, timeout=TIMEOUT,
            stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except subprocess.TimeoutExpired:
        raise Fault(f"{arguments}: no end after {TIMEOUT} s")
    said = done.stderr.decode(errors="replace")
    if done.returncode not in STATUSES:
        raise Fault(f"{arguments}: status {done.returncode}: {said[-400:]}")
    if done.returncode != 0 and not said.strip():
        raise Fault(f"{arguments}: status {done.returncode} and not a word")
    if any(character in said for character in "\x1b\x07\x9b\u202e"):
        raise Fault(f"{arguments}: a command to the terminal in {said[-400:]!r}")
    return done


def listing(folder):
    return sorted(
        (str(path.relative_to(folder)), path.stat().st_size) for path in folder.rglob("*") if path.is_file())


def same_samples(folder, one, other):
    return (folder / one / "samples.npy").read_bytes() == (folder / other / "samples.npy").read_bytes()


def run_case(fkc, seed, number, folder):
    """The exit status of the case's first command."""
    dice = random.Random(f"{seed} {number}")
    case = configs.case(dice)
    for name, content in case.files.items():
        (folder / name).write_bytes(content)
    before = listing(folder)
    # Sizes that only a plan can bear are never run.
    command = "check" if case.is_large or dice.random() < 0.25 else "run"
    output = ["--output", "out", "--progress", "none"] if command == "run" else []
    done = call(fkc, folder, [command, "c.yaml", *case.arguments, *output])
    after = listing(folder)
    if command == "check" or done.returncode != 0:
        if after != before or (folder / "out").exists():
            raise Fault(f"{command}: status {done.returncode} left {sorted(set(after) - set(before))}")
        return done.returncode
    strangers = [name for name, _ in set(after) - set(before) if not name.startswith("out/") or "partial" in name]
    if strangers:
        raise Fault(f"run: left {strangers}")
    if dice.random() < 0.3:
        again = call(fkc, folder, ["run", "out/config.yaml", "--output", "again", "--progress", "none"])
        if again.returncode != 0 or not same_samples(folder, "out", "again"):
            raise Fault(f"the stored config: status {again.returncode}: {again.stderr.decode(errors='replace')}")
    if dice.random() < 0.5:
        files.spoil(dice, folder / "out")
        call(fkc, folder, dice.choice([
            ["report", "out"], ["report", "out"], ["compare", "out", "out/samples.npy", "--floor-repeats", "1"],
            ["compare", "out/samples.npy", "out", "--floor-repeats", "0", "--transport-samples", "20"],
            ["export", "out", "--format", dice.choice(["npz", "xyz"])]]))
    return done.returncode


def attempt(fkc, seed, number, keep):
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"fkc-fuzz-{number}-"))
    try:
        return number, run_case(fkc, seed, number, folder), None
    except Fault as fault:
        return number, None, f"case {number} of seed {seed}: {fault}" + (f" in {folder}" if keep else "")
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fkc", type=os.path.abspath)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--only", type=int)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    numbers = range(options.count) if options.only is None else [options.only]
    statuses, faults = {}, []
    # Threads only wait for their programs.
    with concurrent.futures.ThreadPoolExecutor(options.workers) as pool:
        tries = [pool.submit(attempt, options.fkc, options.seed, number, options.keep) for number in numbers]
        for done in concurrent.futures.as_completed(tries):
            _number, status, fault = done.result()
            if fault:
                faults.append(fault)
                print(fault, file=sys.stderr, flush=True)
            else:
                statuses[status] = statuses.get(status, 0) + 1
    ends = ", ".join(f"{count} with {status}" for status, count in sorted(statuses.items()))
    print(f"{len(numbers)} configs of seed {options.seed}: {ends or 'none ended well'}; {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
