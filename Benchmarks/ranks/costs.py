"""What processes and checkpoints cost beside a run without them: the last figures of Documentation/SCALING.md.

    python3 Benchmarks/ranks/costs.py cores          # four processes on two cores beside one process with two threads; needs Open MPI
    python3 Benchmarks/ranks/costs.py checkpoint     # a checkpoint of 10^6 x 64 beside writing as many bytes in the plainest way
"""
import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

from scaling import OPEN_MPI, ROOT, Trial, config, gaussian, header, row


def cores(trial, options):
    """Islands that tell each other nothing but their records; one after the other in turns, so that what slows the machine slows both."""
    text = config(64, options.steps, each=options.each, model=gaussian(8), sampler=", control: none")
    found = {"one process, two threads": [], "four processes": []}
    for _ in range(options.rounds):
        found["one process, two threads"].append(trial.run(text, [], {}, "--threads", "2")[0]["wall_seconds"])
        found["four processes"].append(trial.run(text, [*OPEN_MPI, "-n", "4"], {}, "--threads", "1")[0]["wall_seconds"])
    header(f"64 islands x {options.each:,} particles, d = 8", "seconds of sampling, the median", "least", "most")
    for name, seconds in found.items():
        row(name, f"{statistics.median(seconds):.3f}", f"{min(seconds):.3f}", f"{max(seconds):.3f}")
    ratios = [two / one for one, two in zip(*found.values(), strict=True)]
    print(f"\nFour processes take {statistics.median(ratios):.3f} times as long, the median of {options.rounds} pairs.")


def plain_writes(folder, size, count):
    """Seconds of each of a few files, written from memory, flushed and renamed, with the last two kept."""
    content = memoryview(os.urandom(1 << 20) * (size >> 20))
    seconds = []
    for number in range(count):
        begin = time.monotonic()
        with open(folder / "aside", "wb", buffering=0) as file:
            at = 0
            while at < len(content):
                at += file.write(content[at:])
            os.fsync(file.fileno())
        os.rename(folder / "aside", folder / f"plain-{number}")
        descriptor = os.open(folder, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
        if number > 1:
            (folder / f"plain-{number - 2}").unlink()
        seconds.append(time.monotonic() - begin)
    for number in (count - 2, count - 1):
        (folder / f"plain-{number}").unlink()
    return seconds


def checkpoint(trial, options):
    """Both in turns, on the same disk: seconds that checkpoints after all steps but the last add to a run, and as many plain files."""
    steps = 6
    text = config(1, steps, each=10 ** 6, model=gaussian(64), sampler=", control: none") + "checkpoint: {every_steps: %d}\n"
    size = announced(trial, text % 1)
    without, with_them, plain = [], [], []
    for _ in range(options.rounds):
        without.append(trial.run(text % 1000)[0]["wall_seconds"])
        with_them.append(trial.run(text % 1)[0]["wall_seconds"])
        plain.append(sum(plain_writes(trial.folder, size, steps - 1)) / (steps - 1))
    each = [(there - none) / (steps - 1) for none, there in zip(without, with_them, strict=True)]
    header("10^6 particles, d = 64", "seconds, the median", "least", "most")
    for name, seconds in ((f"a checkpoint of {size / 1e6:.0f} MB", each), ("a plain file of that size", plain)):
        row(name, f"{statistics.median(seconds):.2f}", f"{min(seconds):.2f}", f"{max(seconds):.2f}")
    print(f"\nA checkpoint takes {statistics.median(each) / statistics.median(plain):.2f} times as long.")


def announced(trial, text):
    """Bytes of a checkpoint, as fkc check says."""
    (trial.folder / "c.yaml").write_text(text)
    done = subprocess.run([trial.fkc, "check", str(trial.folder / "c.yaml")], check=True, capture_output=True, text=True)
    return round(float(re.search(r"checkpoints .* ([0-9.]+) MB each", done.stdout)[1]) * 1e6)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["cores", "checkpoint"])
    parser.add_argument("--fkc", type=pathlib.Path, default=ROOT / ".build/release/fkc")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--each", type=int, default=2048, help="particles of an island")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    # Cores are measured without a disk, and checkpoints on one.
    memory = pathlib.Path("/dev/shm")
    place = memory if options.what == "cores" and memory.is_dir() else ROOT / ".build"
    with tempfile.TemporaryDirectory(dir=place) as folder:
        {"cores": cores, "checkpoint": checkpoint}[options.what](Trial(options.fkc.resolve(), pathlib.Path(folder)), options)


if __name__ == "__main__":
    sys.exit(main())
