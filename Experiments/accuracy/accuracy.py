"""Error of log Z per model evaluation, ours against the published sampler. Standard library only.

    python3 accuracy.py

Fills the table of RESULTS.md. The targets are those of the statistical tests, whose log Z is exact, and the
forty modes of ../gmm40. Both samplers go up a ladder of sizes, the same for every target; the evaluations that each
needs for an error are interpolated between its rungs.
"""
import json
import math
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import repeated_runs

SEEDS = "1-16"
CASES = HERE.parent.parent / "Tests" / "StatisticalTests" / "Resources" / "cases.json"
GMM40 = HERE.parent / "gmm40"

# Particles and steps. The published sampler keeps its ratio of ten particles to a step.
PUBLISHED_RUNGS = [(1250, 125), (2500, 250), (5000, 500), (10000, 1000)]
OUR_RUNGS = [(64, 16), (128, 24), (256, 32), (512, 48), (1024, 64), (2048, 96), (4096, 128), (8192, 192)]

PUBLISHED = {
    "target": {"path": "constant"},
    "sampler": {
        "scheme": "euler-maruyama", "grid": "time", "noise_scale": 1.0, "control": "none", "start": "gaussian",
        "step_size_error": "none"},
    "resampling": {"scheme": "systematic", "ess_threshold": 1.0},
}
OURS = {
    "target": {"path": "constant"},
    "sampler": {"noise_scale": 1.5, "control": "linear", "step_size_error": "none"},
    "resampling": {"scheme": "ssp", "ess_threshold": 0.7},
}
SAMPLERS = {"published": (PUBLISHED, PUBLISHED_RUNGS), "ours": (OURS, OUR_RUNGS)}


def targets():
    """Every target: its name, the part of a config that says what to sample, and its exact log Z."""
    for case in json.loads(CASES.read_text())["cases"]:
        common = {key: case[key] for key in ("process", "models", "target")}
        yield case["name"], common, case["exact"]["log_normalizer"]
    exact = json.loads((GMM40 / "exact.json").read_text())["end_of_path"]["log_normalizer"]
    yield "gmm40", {
        "process": {"kind": "variance-exploding", "sigma_min": 0.025, "sigma_max": 500},
        "models": {"gmm40": {"kind": "gaussian-mixture", "file": str(GMM40 / "gmm40.json")}},
        "target": {"annealed": {"model": "gmm40", "inverse_temperature": 3.0}}}, exact


def write_configs(folder):
    """One config a target, sampler and rung; JSON is YAML. Returns their paths and what each is."""
    folder.mkdir(parents=True, exist_ok=True)
    configs = {}
    for name, common, exact in targets():
        for kind, (settings, rungs) in SAMPLERS.items():
            for particles, steps in rungs:
                path = folder / f"{name}-{kind}-{particles}x{steps}.yaml"
                config = {
                    "particles": particles, **common, "target": {**common["target"], **settings["target"]},
                    "sampler": {**settings["sampler"], "steps": steps},
                    "resampling": settings["resampling"]}
                path.write_text(json.dumps(config, indent=1) + "\n")
                configs[path] = (name, kind, particles, steps, exact)
    return configs


class Rung:
    """What the runs of one size say."""

    def __init__(self, particles, steps, errors):
        self.evaluations = particles * steps
        self.bias = sum(errors) / len(errors)
        self.rms = math.sqrt(sum(error * error for error in errors) / len(errors))
        spread = sum((error - self.bias) ** 2 for error in errors) / (len(errors) - 1)
        self.bias_error = math.sqrt(spread / len(errors))


def evaluations_for(rms, ladder):
    """Where a ladder reaches an error, by straight lines between rungs in the logarithms, and whether that is only a bound:
    '<' where its first rung is already better, '>' where its last is not good enough."""
    for index, rung in enumerate(ladder):
        # From here on it stays that good: a lucky rung among worse ones does not count.
        if all(other.rms <= rms for other in ladder[index:]):
            if index == 0:
                return rung.evaluations, "<"
            before = ladder[index - 1]
            share = math.log(before.rms / rms) / math.log(before.rms / rung.rms)
            return before.evaluations * (rung.evaluations / before.evaluations) ** share, ""
    return ladder[-1].evaluations, ">"


def ratio(published, ours, level):
    """Evaluations of the published sampler at one of its rungs, over ours at the same error, as text."""
    found, bound = evaluations_for(published[level].rms, ours)
    flipped = {"<": "> ", ">": "< ", "": ""}[bound]
    value = published[level].evaluations / found
    return f"{flipped}{value:,.0f}" if value >= 10 else f"{flipped}{value:.1f}", value, bound


def table(ladders):
    lines = [
        ("| target | published, 10,000 × 1,000: RMS error | bias | ours, same error: evaluations | **ratio** | "
        "ratio at 2,500 × 250 | ours, largest: evaluations | RMS error |"),
        "|---|---|---|---|---|---|---|---|"]
    reached = 0
    for name in ladders:
        published, ours = ladders[name]["published"], ladders[name]["ours"]
        top = published[-1]
        found, bound = evaluations_for(top.rms, ours)
        text, value, _ = ratio(published, ours, len(published) - 1)
        reached += bound != ">" and value >= 30
        low, _, _ = ratio(published, ours, 1)
        lines.append(
            f"| {name} | {top.rms:.4f} | {top.bias:+.4f} ± {top.bias_error:.4f} | "
            f"{'< ' if bound == '<' else '> ' if bound == '>' else ''}{found:,.0f} | **{text}** | {low} | "
            f"{ours[-1].evaluations:,} | {ours[-1].rms:.4f} |")
    lines += ["", f"At least 30 times fewer on {reached} of {len(ladders)} targets. Seeds {SEEDS.replace('-', ' to ')}."]
    return lines


def main():
    configs = write_configs(HERE / "runs" / "configs")
    sweep = repeated_runs.Sweep(list(configs), SEEDS, output=HERE / "runs" / "sweep", reports=False).run()
    ladders = {}
    for path, (name, kind, particles, steps, exact) in configs.items():
        errors = [value - exact for value in sweep.group(path.stem).values("log_normalizer")]
        ladders.setdefault(name, {}).setdefault(kind, []).append(Rung(particles, steps, errors))
    repeated_runs.write_table(HERE / "RESULTS.md", table(ladders))


if __name__ == "__main__":
    main()
