"""Builds the program and the tests with the address and the thread sanitizer, and runs what README.md names: make sanitize

    python3 Tests/Sanitizers/sanitize.py                       both
    python3 Tests/Sanitizers/sanitize.py --of thread           one
    python3 Tests/Sanitizers/sanitize.py --only tests          no runs of fkc

Exit status 1 where anything was found. Builds are kept in .build-sanitize.
"""

import argparse
import os
import pathlib
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--of", choices=KINDS, action="append")
    parser.add_argument("--only", choices=["runs", "tests"])
    chosen = parser.parse_args()
    found = []
    for kind in chosen.of or KINDS:
        swift("build", kind, "--build-tests", check=True)
        for what in ("runs", "tests"):
            if chosen.only not in (None, what):
                continue
            start = time.monotonic()
            is_right = tests(kind) == 0 if what == "tests" else runs.are_right(SCRATCH / kind / "release" / "fkc")
            print(f"{kind} sanitizer, {what}: {'no fault' if is_right else 'a fault'}, {time.monotonic() - start:.0f} s", flush=True)
            found += [] if is_right else [kind]
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
