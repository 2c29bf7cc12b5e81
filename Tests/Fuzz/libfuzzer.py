"""Builds the fuzz targets with libFuzzer and the address sanitizer, and runs each for a while: make fuzz-targets.

    python3 Tests/Fuzz/libfuzzer.py --seconds 30                      every target
    python3 Tests/Fuzz/libfuzzer.py --runs 1000000 --target json      so many executions of one
    python3 Tests/Fuzz/libfuzzer.py --seconds 0 --keep                what Corpora holds is chosen anew from all that was found

What a target finds grows in .build-fuzz/corpora, and inputs that end the process are in .build-fuzz/faults. Where the compiler has no
libFuzzer nothing is done, with a sentence and exit status 0. Exit status 1 where a target found a fault.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import seeds

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEPT = ROOT / "Tests" / "Fuzz" / "Corpora"
SCRATCH = ROOT / ".build-fuzz"
BINARY = SCRATCH / "release" / "fuzz-targets"
TARGETS = ["configuration", "json", "npy", "safetensors", "onnx", "state", "checkpoint", "worker", "report"]
# Longer inputs hold more of the same; what is kept is shorter still.
LONGEST = {"configuration": 2048, "json": 2048, "npy": 512, "safetensors": 4096, "onnx": 1024, "state": 4096, "checkpoint": 128, "worker": 256,
           "report": 8192}
# Bytes and inputs of a target that the repository holds.
ROOM, COUNT = 12_000, 40

PROBE = '@_cdecl("LLVMFuzzerTestOneInput") public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 { 0 }\n'


def is_available():
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "probe.swift").write_text(PROBE)
        tried = subprocess.run(
            ["swiftc", "-sanitize=fuzzer,address", "-parse-as-library", "probe.swift", "-o", "probe"], cwd=folder, check=False, capture_output=True)
        return tried.returncode == 0


def build():
    flags = ["-Xswiftc", "-sanitize=fuzzer,address", "-Xcc", "-fsanitize=fuzzer-no-link,address"]
    subprocess.run(["swift", "build", "-c", "release", "--product", "fuzz-targets", "--scratch-path", SCRATCH, *flags],
                   cwd=ROOT, check=True, env={**os.environ, "FKC_FUZZ": "1"})


def fuzz(target, corpora, *options, memory):
    """Runs libFuzzer; its exit status and the end of what it said."""
    # A backtrace would take longer than the run, and where memory came from takes a fifth of it: ASAN_OPTIONS=malloc_context_size=30 says that of
    # one input again. Sizes that a file only claims are asked for and refused, which is no fault.
    environment = {**os.environ, "FKC_FUZZ_TARGET": target, "SWIFT_BACKTRACE": "enable=no", "TMPDIR": memory,
                   "ASAN_OPTIONS": "allocator_may_return_null=1:detect_leaks=0:malloc_context_size=0:" + os.environ.get("ASAN_OPTIONS", "")}
    limits = [f"-max_len={LONGEST[target]}", "-rss_limit_mb=6000", "-malloc_limit_mb=1000000", "-timeout=60", "-print_final_stats=1"]
    done = subprocess.run([BINARY, *limits, *options, *corpora], check=False, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
    return done.returncode, done.stderr.decode(errors="replace")


def figure(name, said):
    found = re.findall(rf"{name}:\s+(\d+)", said)
    return int(found[-1]) if found else 0


def run(target, options, memory):
    corpus, faults = SCRATCH / "corpora" / target, SCRATCH / "faults"
    for folder in (corpus, faults):
        folder.mkdir(parents=True, exist_ok=True)
    words = SCRATCH / f"{target}.words"
    words.write_text(seeds.words(target))
    known = [f"-dict={words}"] if words.stat().st_size else []
    limits = [f"-runs={options.runs}"] if options.runs else [f"-max_total_time={options.seconds}"]
    start = time.monotonic()
    status, said = fuzz(target, [corpus, KEPT / target], *limits, *known, f"-seed={options.seed}", f"-artifact_prefix={faults}/{target}-",
                        memory=memory)
    seconds = time.monotonic() - start
    covered = re.findall(r"cov: (\d+)", said)
    print(f"{target:13} {figure('stat::number_of_executed_units', said):>8} executions, {seconds:>5.0f} s, "
          f"{figure('stat::average_exec_per_sec', said):>5} a second, {covered[-1] if covered else 0:>5} edges, "
          f"{figure('stat::new_units_added', said):>4} new inputs of {len(list(corpus.iterdir())):>4}, "
          + ("no fault" if status == 0 else f"status {status}"), flush=True)
    if status != 0:
        print(said[-3000:], file=sys.stderr)
    return status == 0


def keep(target, memory):
    """Chooses a few inputs that cover much: those that libFuzzer's own choice needs, the smallest first, then as many as there is room for."""
    with tempfile.TemporaryDirectory() as folder:
        status, said = fuzz(target, [folder, KEPT / target, SCRATCH / "corpora" / target], "-set_cover_merge=1", memory=memory)
        if status != 0:
            raise SystemExit(f"{target}: {said[-3000:]}")
        left, chosen = ROOM, []
        for path in sorted(pathlib.Path(folder).iterdir(), key=lambda path: (path.stat().st_size, path.name)):
            left -= path.stat().st_size
            if left < 0 or len(chosen) == COUNT:
                break
            chosen.append((path.name[:12], path.read_bytes()))
    # Those that seeds.py begins with come first: what is right is rarely small.
    for index, content in enumerate(sorted(begin_with(target), key=len)[:4]):
        chosen.append((f"seed-{index}", content))
    shutil.rmtree(KEPT / target, ignore_errors=True)
    (KEPT / target).mkdir(parents=True)
    for name, content in chosen:
        (KEPT / target / name).write_bytes(content)


SEEDS = {}


def begin_with(target):
    if not SEEDS:
        SEEDS.update(seeds.all_seeds(ROOT / ".build" / "release" / "fkc"))
    return SEEDS[target]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=30, help="for each target")
    parser.add_argument("--runs", type=int, help="executions of each target, in place of seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", choices=TARGETS, action="append")
    parser.add_argument("--seeds", action="store_true", help="begin with what seeds.py makes, too; needs .build/release/fkc")
    parser.add_argument("--keep", action="store_true", help="choose what Corpora holds anew")
    options = parser.parse_args()
    if not is_available():
        print("swiftc has no -sanitize=fuzzer here: the fuzz targets are left out")
        return 0
    build()
    are_right = True
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as memory:
        for target in options.target or TARGETS:
            (KEPT / target).mkdir(parents=True, exist_ok=True)
            if options.seeds or options.keep:
                (SCRATCH / "corpora" / target).mkdir(parents=True, exist_ok=True)
                for index, content in enumerate(begin_with(target)):
                    (SCRATCH / "corpora" / target / f"seed-{index}").write_bytes(content)
            if options.runs or options.seconds:
                are_right = run(target, options, memory) and are_right
            if options.keep:
                keep(target, memory)
    return 0 if are_right else 1


if __name__ == "__main__":
    sys.exit(main())
