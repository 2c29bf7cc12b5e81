"""Builds the program and the tests with the address and the thread sanitizer, and runs what README.md names: make sanitize

    python3 Tests/Sanitizers/sanitize.py                       both
    python3 Tests/Sanitizers/sanitize.py --of thread           one
    python3 Tests/Sanitizers/sanitize.py --only tests          no runs of fkc; interface: the C interface alone

Exit status 1 where anything was found. Builds are kept in .build-sanitize.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import time

import runs

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRATCH = ROOT / ".build-sanitize"
KINDS = ["address", "thread"]
# Suites whose code shares memory, keeps it by hand, or reads what comes from outside.
TESTS = {
    "ParticleEngineTests": "WorkerPool ParticlePasses ChunkedResampler Placement ColumnTable StateExchange GSLGenerator IslandMerge InfluenceGroups",
    "FeynmanKacTests": "Checkpoint IslandParts IslandExchange Reproducibility Sharing Batching RunError DroppedParticles Trajectory SteppedRun Genealogy "
                       "StepDoubling Pilot FittedStart NPYArray NPYStream FolderCommit FileReplace OutputFolder TextFile GaussianMixtureFile",
    "ScoreNetworksTests": "ProgramNetwork BLAS EGNNBatch SafetensorsFile NetworkTensors ONNXFile",
    "FuzzTests": "Corpus",
}
# Kernels share nothing, and work on memory that others gave them.
KERNELS = "Packed WeighKernel Graph RunKernel ControlKernel Mixture ResamplingKernel Philox Dense Activation"


def swift(command, kind, *more, check=False):
    # Package.swift then leaves out the tests that are not run here.
    environment = {**os.environ, **runs.options(), "FKC_SANITIZE": "1"}
    return subprocess.run(["swift", command, "-c", "release", f"--sanitize={kind}", "--scratch-path", SCRATCH / kind, *more],
                          cwd=ROOT, check=check, env=environment).returncode


def tests(kind):
    suites = {**TESTS, "ParticleEngineTests": TESTS["ParticleEngineTests"] + (" " + KERNELS if kind == "address" else "")}
    chosen = [rf"{target}\.({'|'.join(names.split())})Tests" for target, names in suites.items()]
    # One after another: what several report at once is hard to read.
    return swift("test", kind, "--skip-build", "--disable-xctest", "--no-parallel", *[part for regex in chosen for part in ("--filter", regex)])


def interface(kind):
    """The C interface's own tests, whose programs belong to the sanitizer too. What they leave behind is a leak here, since they free all."""
    folder = pathlib.Path(__file__).resolve().parent
    leaks = {"ASAN_OPTIONS": f"exitcode={runs.FOUND}", "LSAN_OPTIONS": f"print_suppressions=0:suppressions={folder / 'leak.suppressions'}"}
    clang = pathlib.Path(shutil.which("swift")).resolve().with_name("clang")
    swift_libraries = clang.parents[1] / "lib/swift/linux"
    # The thread sanitizer of Swift's clang names these, whoever uses it.
    more = f"-L {swift_libraries} -Wl,-rpath,{swift_libraries} -ldispatch -lBlocksRuntime" if kind == "thread" else ""
    environment = {**os.environ, **runs.options(), **leaks, "SANITIZE": kind, "CC": str(clang), "LDLIBS": more}
    return subprocess.run(["sh", ROOT / "Tests/CInterface/check.sh", SCRATCH / kind / "release"], check=False, env=environment).returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--of", choices=KINDS, action="append")
    parser.add_argument("--only", choices=["runs", "interface", "tests"])
    chosen = parser.parse_args()
    found = []
    for kind in chosen.of or KINDS:
        swift("build", kind, *(["--product", "feynman_kac"] if chosen.only == "interface" else ["--build-tests"]), check=True)
        whats = {
            "runs": lambda of=kind: runs.are_right(SCRATCH / of / "release" / "fkc"),
            "interface": lambda of=kind: interface(of) == 0,
            "tests": lambda of=kind: tests(of) == 0,
        }
        for what, is_done_right in whats.items():
            if chosen.only not in (None, what):
                continue
            start = time.monotonic()
            is_right = is_done_right()
            print(f"{kind} sanitizer, {what}: {'no fault' if is_right else 'a fault'}, {time.monotonic() - start:.0f} s", flush=True)
            found += [] if is_right else [kind]
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
