"""Multiplies two property experts with and without corrections, asks the network for both properties at once, which experts trained apart
cannot do, decodes the molecules and prints all three beside each other. Standard library;
what draws and judges molecules (RDKit, SELFIES) goes to a Python environment of its own, .venv-demo, if it can be had."""
import csv
import json
import math
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))
import metric_labels
import repeated_runs
import tensors

ENVIRONMENT = repeated_runs.ROOT / ".venv-demo"
REQUIREMENTS = HERE / "demo-requirements.txt"
# Rows of the head's answer, and what was asked of them: see judge.py, which needs packages.
ASKED, TOLERANCE = {0: 1.0, 3: 1.0}, 0.5
COUNT = 300
RUNS = {"product-plain": "plain product", "product": "corrected product", "joint": "asked for both"}
PICTURE = HERE / "runs/demo/molecules.svg"
TOGETHER = HERE / "runs/demo/report.html"


def environment():
    """The Python of .venv-demo with RDKit and SELFIES, or None and the reason."""
    python = ENVIRONMENT / "bin/python"
    ready = ENVIRONMENT / "ready"
    if ready.exists() and ready.read_text() == REQUIREMENTS.read_text():
        return python, None
    print("Setting up RDKit and SELFIES in .venv-demo …", flush=True)
    steps = [
        [sys.executable, "-m", "venv", ENVIRONMENT],
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1", "-r", REQUIREMENTS],
    ]
    for command in steps:
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return None, str(error)
        if done.returncode:
            lines = (done.stderr or done.stdout).strip().splitlines()
            return None, lines[-1] if lines else f"{command[0]} ended with {done.returncode}"
    ready.write_text(REQUIREMENTS.read_text())
    return python, None


def run(name):
    """Runs a config and returns the folder of its results; what fkc says is shown only where it fails."""
    folder = HERE / "runs/demo" / name
    command = [repeated_runs.FKC, "run", HERE / f"{name}.yaml", "--output", folder, "--overwrite", "--progress", "none"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return folder


def guessed(folder):
    """Share of COUNT samples that satisfy both properties by the decoder's property head, and the two means."""
    parameters, _ = tensors.read(HERE / "decoder.safetensors")
    latents = tensors.rows_of_npy(folder / "samples.npy")
    latents = [latents[i * (len(latents) - 1) // (COUNT - 1)] for i in range(COUNT)] if len(latents) > COUNT else latents

    def rows(name):
        (count, width), values = parameters[name]
        return [values[row * width : (row + 1) * width] for row in range(count)]

    # z = mean + w U: the columns of U, so that both maps are products with rows.
    unwhitening = list(zip(*rows("latent_unwhitening")))
    mean = parameters["latent_mean"][1]
    layers = [(rows(f"property.{i}.weight"), parameters[f"property.{i}.bias"][1]) for i in (0, 2)]

    def product(row, vector):
        return sum(map(float.__mul__, row, vector))

    found = []
    for latent in latents:
        z = [center + product(row, latent) for center, row in zip(mean, unwhitening)]
        hidden = [bias + product(row, z) for row, bias in zip(*layers[0])]
        hidden = [x / (1 + math.exp(-x)) for x in hidden]
        found.append([layers[1][1][i] + product(layers[1][0][i], hidden) for i in ASKED])
    asked = list(ASKED.values())
    both = [all(abs(value - wish) <= TOLERANCE for value, wish in zip(row, asked)) for row in found]
    return sum(both) / len(both), [sum(row[i] for row in found) / len(found) for i in range(len(asked))]


def decoded(python, folders):
    """Metrics of each run by judge.py, or None and the reason."""
    command = [python, HERE / "judge.py", *folders, "--count", str(COUNT), "--together", PICTURE, "--titles", *RUNS.values()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return None, (done.stderr.strip().splitlines() or ["judge.py failed"])[-1]
    return [json.loads((folder / "metrics.json").read_text()) for folder in folders], None


def examples(folder, count=5):
    """SMILES nearest to what was asked, out of molecules.csv."""
    parameters, _ = tensors.read(HERE / "decoder.safetensors")
    mean, deviation = (parameters[name][1] for name in ("property_mean", "property_deviation"))
    columns = {"log_p": 0, "tpsa": 3}
    with open(folder / "molecules.csv") as file:
        rows = {row["smiles"]: row for row in csv.DictReader(file) if row["smiles"]}

    def distance(row):
        return sum(((float(row[n]) - mean[i]) / deviation[i] - ASKED[i]) ** 2 for n, i in columns.items())

    return sorted(rows.values(), key=distance)[:count]


def main():
    python, why = environment()
    folders = []
    print("Sampling log P and TPSA both one standard deviation up, 500 particles, 100 steps each:", flush=True)
    for name, title in RUNS.items():
        print(f"  {name}.yaml, {title} …", flush=True)
        folders.append(run(name))
    summaries = [repeated_runs.summary(folder) for folder in folders]
    guesses = [guessed(folder) for folder in folders]
    metrics = None
    if python:
        print(f"Decoding {COUNT} molecules of each …", flush=True)
        metrics, why = decoded(python, folders)

    def line(name, values):
        print(f"  {name:<42}" + "".join(f"{value:>20}" for value in values))

    print()
    line("", RUNS.values())
    if metrics:
        for key in ["valid", "both_satisfied", "both_satisfied_distinct", "unique", "passes_filters"]:
            line(metric_labels.SHARES[key], [f"{100 * metric[key]:.1f} %" for metric in metrics])
        for name, key in [("mean log P of the molecules", "log_p"), ("mean TPSA", "tpsa")]:
            line(f"{name}, in sd (asked +1)", [f"{m[f'{key}_mean']:+.2f} ± {m[f'{key}_deviation']:.2f}" for m in metrics])
    line(metric_labels.SHARES["both_satisfied_by_head"], [f"{100 * share:.1f} %" for share, _ in guesses])
    line("log P, TPSA by the head, in sd", [", ".join(f"{mean:+.2f}" for mean in means) for _, means in guesses])

    def normalizer(summary):
        value, error = summary["log_normalizer"], summary["log_normalizer_standard_error"]
        if value is None:
            return "–"
        return f"{value:.2f}" + (f" ± {error:.2f}" if error is not None else "") + ("" if summary["trust"] == "ok" else " (doubtful)")

    line("log Z", [normalizer(summary) for summary in summaries])
    line("effective sample size", [f"{s['effective_sample_size']:.0f} of {s['particles']}" for s in summaries])
    line("seconds of sampling", [f"{s['wall_seconds']:.1f}" for s in summaries])
    print("\n  satisfied: within half a standard deviation of MOSES's molecules from what was asked")
    print("  asked for both: the network was trained for that too; it is the upper reference of experts that each know one property")
    if metrics:
        print("\nCorrected molecules nearest to what was asked (log P, TPSA):")
        for row in examples(folders[1]):
            print(f"  {float(row['log_p']):5.2f} {float(row['tpsa']):6.1f}  {row['smiles']}")
    else:
        print(f"\nLeft out: decoding, and with it validity, real properties and drawings. It needs RDKit and SELFIES: {why}")
    # The runs wrote their reports before the molecules were judged.
    reports = [[folder] for folder in folders] + [[*folders, "--output", TOGETHER]]
    for arguments in reports:
        subprocess.run([repeated_runs.FKC, "report", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    print()
    if metrics:
        print(f"Molecules of all three: {PICTURE}")
        print("Structure files of each: molecules.sdf and molecules.smi beside its report; in three dimensions:")
        print(f"  {os.path.relpath(python)} {os.path.relpath(HERE / 'export.py')} {os.path.relpath(folders[1])}")
    print(f"Report, all three side by side: {TOGETHER}")
    for folder, title in zip(folders, RUNS.values()):
        print(f"Report, {title}: {folder / 'report.html'}")


if __name__ == "__main__":
    main()
