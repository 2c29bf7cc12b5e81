"""Runs configs on several processes of MPI: the results must have the bytes of a run of one process.

    python3 Tests/Ranks/ranks.py .build/release/fkc          # make test-mpi

Launchers that are there are tried: Debian's Open MPI (mpirun) and PyPI's MPICH (.venv-mpich/bin/mpiexec, by its own
library and by that of the standard interface of MPI 5.0).
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BASE = """
seed: 5
particles: {particles}
islands: {{count: {islands}{exchange}}}
process: {{kind: variance-exploding}}
models:
  m: {{kind: gaussian-mixture, means: [[-2, 0.5], [1.5, -1], [0.2, 2]], weights: [0.2, 0.5, 0.3], standard_deviations: [0.5, 0.7, 0.6]}}
  g: {{kind: gaussian, mean: [0.3, 0.2], standard_deviation: 1.5}}
target: {target}
sampler: {{steps: 40{sampler}}}
{rest}
"""
ANNEALED = "{annealed: {model: m, inverse_temperature: 3}}"
CONFIGS = {
    "islands that are exchanged": {"particles": 1600, "islands": 16, "exchange": ", exchange: {ess_threshold: 1}",
                                   "rest": "output: {trajectory: {every_steps: 7, particles: 13}}"},
    "all defaults": {},
    "no control, a trajectory": {"sampler": ", control: none", "rest": "output: {trajectory: {every_steps: 7, particles: 13}}"},
    "a product, moves": {"target": "{product: {m: 1, g: 1}}", "sampler": ", control: linear, rejuvenation: {kind: metropolis}"},
    "a control by scores": {"sampler": ", control: scores"},
    "a pair of all particles": {"sampler": ", step_size_error: {method: doubling, share: 1}"},
    "a generator with a state": {"rest": "rng: mt19937"},
    "groups of islands": {"particles": 32768, "islands": 32},
    "an automatic number of steps": {"sampler": ", tolerance: 0.2", "steps": "auto"},
}
# What a clock and the machine say.
MACHINE = {"threads", "wall_seconds", "particle_steps_per_second", "peak_memory_bytes"}


class Failure(Exception):
    pass


def text(change):
    values = {"particles": 2400, "islands": 8, "target": ANNEALED, "sampler": "", "rest": "", "exchange": ""}
    steps = change.get("steps", "40")
    values.update({key: value for key, value in change.items() if key != "steps"})
    return BASE.format(**values).replace("steps: 40", f"steps: {steps}")


def launchers():
    found = []
    if shutil.which("mpirun"):
        root = ["--allow-run-as-root"] if os.geteuid() == 0 else []
        found.append(("Open MPI", ["mpirun", *root, "--oversubscribe", "-n"], {}))
    mpich = ROOT / ".venv-mpich" / "bin" / "mpiexec"
    if mpich.exists():
        found.append(("MPICH", [str(mpich), "-n"], {}))
        library = mpich.parent.parent / "lib" / "libmpi_abi.so.1"
        if library.exists():
            found.append(("MPI 5.0 ABI", [str(mpich), "-n"], {"FKC_MPI": str(library)}))
    return found


class Trial:
    def __init__(self, fkc, folder):
        self.fkc, self.folder = str(fkc), folder

    def run(self, arguments, launch=(), env=None, status=0):
        # Other launchers' variables would be taken for this one's.
        clean = {key: value for key, value in os.environ.items() if not re.match("OMPI_|PMI|MPI_", key)}
        done = subprocess.run([*launch, self.fkc, "run", *map(str, arguments), "--no-report"], check=False, cwd=self.folder,
                              capture_output=True, text=True, env={**clean, **(env or {})}, timeout=300)
        if done.returncode != status:
            raise Failure(f"{' '.join(map(str, arguments))} ended with {done.returncode}, not {status}: {done.stderr[-2000:]}")
        return done

    def compare(self, one, other):
        for path in sorted((self.folder / one).iterdir()):
            twin = self.folder / other / path.name
            if not twin.exists():
                raise Failure(f"{other} has no {path.name}")
            if path.name == "summary.json":
                a, b = json.loads(path.read_text()), json.loads(twin.read_text())
                differ = [key for key in a if key not in MACHINE and a[key] != b.get(key)]
                if differ:
                    raise Failure(f"{other}/summary.json differs in {', '.join(differ)}")
            elif path.read_bytes() != twin.read_bytes():
                raise Failure(f"{other}/{path.name} differs")
        left = [path.name for path in (self.folder / other).iterdir() if path.name.startswith(".")]
        if left:
            raise Failure(f"{other} still has {', '.join(left)}")


def same_bytes(trial, launcher, ranks, configs):
    family, launch, env = launcher
    for number, (name, change) in enumerate(list(CONFIGS.items())[:configs]):
        (trial.folder / f"{number}.yaml").write_text(text(change))
        whole = f"whole-{number}"
        if not (trial.folder / whole).exists():
            trial.run([f"{number}.yaml", "--output", whole, "--progress", "none"])
        for count in ranks:
            out = f"{family}-{number}-{count}".replace(" ", "-")
            done = trial.run([f"{number}.yaml", "--output", out, "--progress", "none"], [*launch, str(count)], env)
            if done.stdout != out + "\n":
                raise Failure(f"{name} on {count} processes printed {done.stdout!r}")
            if (f"{count} processes ({family})" in done.stderr) != (count > 1):
                raise Failure(f"{name} on {count} processes does not say so: {done.stderr}")
            trial.compare(whole, out)
            shutil.rmtree(trial.folder / out)
    return f"{configs} configs on {', '.join(map(str, ranks))} processes have the bytes of one"


def idle(trial, launcher):
    family, launch, env = launcher
    (trial.folder / "two.yaml").write_text(text({"particles": 600, "islands": 2}))
    trial.run(["two.yaml", "--output", "two", "--progress", "none", "--overwrite"])
    out = f"idle-{family}".replace(" ", "-")
    done = trial.run(["two.yaml", "--output", out, "--progress", "none"], [*launch, "3"], env)
    if f"3 processes ({family}) share 2 islands, 1 each; 1 has nothing to do" not in done.stderr:
        raise Failure(f"3 processes of 2 islands say: {done.stderr}")
    trial.compare("two", out)
    return "3 processes of 2 islands say what each does"


def said(errors):
    """What fkc said, without what the launcher adds."""
    return [line for line in errors.splitlines() if line.startswith("fkc: ") or ".yaml" in line]


def refused(trial, launcher):
    _family, launch, env = launcher
    (trial.folder / "bad.yaml").write_text(text({}).replace("steps:", "stps:"))
    done = trial.run(["bad.yaml", "--output", "bad"], [*launch, "4"], env, status=65)
    if len(said(done.stderr)) != 1 or "did you mean 'steps'?" not in done.stderr:
        raise Failure(f"a bad config says: {done.stderr}")
    return "a bad config is refused once, with 65"


def failing(trial, launcher):
    """A model that answers NaN on one process ends all with one message, and the last checkpoint stays."""
    family, launch, env = launcher
    model = f"{{kind: program, command: [{sys.executable}, {HERE / 'model.py'}, --fail-on, '2', --fail-at, '30'], dimensions: 2}}"
    config = text({"particles": 256, "islands": 4, "target": "{annealed: {model: p, inverse_temperature: 2}}",
                       "sampler": ", control: none", "rest": "checkpoint: {every_steps: 5}"})
    config = config.replace("models:", f"models:\n  p: {model}").replace("target: {annealed: {model: p, inverse_temperature: 2}}",
                                                                        "target: {annealed: {model: p, inverse_temperature: 2}, path: constant}")
    (trial.folder / "nan.yaml").write_text(config)
    out = f"nan-{family}".replace(" ", "-")
    done = trial.run(["nan.yaml", "--output", out, "--progress", "none", "--allow-programs"], [*launch, "4"], env, status=70)
    lines = [line for line in said(done.stderr) if "processes" not in line and "warning" not in line and "doubtful" not in line]
    if len(lines) != 2 or lines[0] != "fkc: process 2 of 4 ends the run" or "model 'p' returned" not in lines[1]:
        raise Failure(f"a model that fails on process 2 says: {done.stderr}")
    if not list((trial.folder / out / ".fkc-checkpoint").glob("state-*")):
        raise Failure("a failure took the checkpoints along")
    return "a process that fails ends all with one message and leaves the checkpoint"


def killed(trial, launcher):
    """One process is killed, the launcher ends the others, and another number of them goes on to the same bytes."""
    family, launch, env = launcher
    rest = "checkpoint: {every_steps: 20}\noutput: {trajectory: {every_steps: 3, particles: 50}}"
    (trial.folder / "long.yaml").write_text(text({"particles": 64000, "rest": rest}).replace("steps: 40", "steps: 400"))
    if not (trial.folder / "long").exists():
        trial.run(["long.yaml", "--output", "long", "--progress", "none"])
    out = f"long-{family}".replace(" ", "-")
    clean = {key: value for key, value in os.environ.items() if not re.match("OMPI_|PMI|MPI_", key)}
    command = [trial.fkc, "run", "long.yaml", "--output", out, "--progress", "none", "--no-report"]
    process = subprocess.Popen([*launch, "3", *command], cwd=trial.folder, env={**clean, **env}, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    folder = trial.folder / out / ".fkc-checkpoint"
    until = time.monotonic() + 60
    while len(list(folder.glob("state-*"))) < 6 and time.monotonic() < until and process.poll() is None:
        time.sleep(0.02)
    mine = [int(path.name) for path in pathlib.Path("/proc").iterdir() if path.name.isdigit() and is_run(path, trial.fkc, out, trial.folder)]
    if not mine:
        process.kill()
        raise Failure("no process of the run was found")
    os.kill(mine[-1], signal.SIGKILL)
    process.wait(60)
    if process.returncode == 0:
        raise Failure("a run went on without one of its processes")
    # One process goes on alone, then two of MPI.
    again = ["long.yaml", "--output", out, "--progress", "none", "--resume"]
    trial.run([*again, "--stop-after", "0.4s"], status=75)
    trial.run(again, [*launch, "2"], env)
    trial.compare("long", out)
    return "a run whose process was killed goes on with another number of them to the same bytes"


def is_run(process, fkc, out, folder):
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
        return words[0] == fkc.encode() and out.encode() in words and (process / "cwd").resolve() == folder.resolve()
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser(description="Compares runs on several processes of MPI with those of one.")
    parser.add_argument("fkc", type=pathlib.Path)
    parser.add_argument("--ranks", default="1,2,4,7")
    parser.add_argument("--configs", type=int, default=len(CONFIGS), help="only the first of them")
    options = parser.parse_args()
    fkc = options.fkc.resolve()
    linked = subprocess.run(["ldd", fkc], check=False, capture_output=True, text=True).stdout
    if "mpi" in linked.lower():
        raise SystemExit(f"{fkc} is linked to MPI:\n{linked}")
    ranks = [int(count) for count in options.ranks.split(",")]
    found = launchers()
    if not found:
        print("no launcher of MPI is here: nothing was tried")
        return
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(fkc, pathlib.Path(folder))
        for launcher in found:
            began = time.monotonic()
            try:
                for check in (lambda t, one: same_bytes(t, one, ranks, options.configs), idle, refused, failing, killed):
                    print(f"{launcher[0]}: {check(trial, launcher)}")
            except Failure as failure:
                raise SystemExit(f"{launcher[0]}: {failure}")
            print(f"{launcher[0]}: {time.monotonic() - began:.0f} s")


main()
