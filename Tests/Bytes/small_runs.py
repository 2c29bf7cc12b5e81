"""Small runs that together use every part of the engine: what bytes.py hashes. Standard library only."""
import itertools
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
EXPERIMENTS = ROOT / "Experiments"
FKC = pathlib.Path(os.environ.get("FKC", ROOT / ".build" / "release" / "fkc"))
RESOURCES = ROOT / "Tests" / "ScoreNetworksTests" / "Resources"

sys.path.insert(0, str(ROOT / "Tests" / "Gate"))
import target_parts
import targets

MODES = {"kind": "gaussian-mixture", "means": [[-1.5, 0.3], [1.2, -0.8], [0.2, 1.9]], "weights": [0.5, 0.3, 0.2], "standard_deviations": [0.6, 0.9, 0.5]}
OTHER = {"kind": "gaussian-mixture", "means": [[0.4, 0.1], [-0.9, 1.1]], "weights": [0.6, 0.4], "standard_deviations": [1.4, 1.1]}
LATENT = {"kind": "mlp", "file": str(EXPERIMENTS / "molecules" / "diffusion.safetensors")}
ATOMS = {"kind": "egnn", "file": str(EXPERIMENTS / "lj13" / "egnn.safetensors")}
LATENT_PROCESS = {"kind": "variance-exploding", "sigma_min": 0.02, "sigma_max": 20}
LINEAR = {"kind": "linear", "coefficients": [0.5, -0.3]}
REWARDS = {
    "linear": LINEAR,
    "quadratic": {"kind": "quadratic", "center": [0.5, 0.2], "precision": [2.0, 0.5]},
    "measurement": {"kind": "measurement", "matrix": [[1.0, -0.5]], "observation": [0.4], "standard_deviation": 0.7},
    "inpainting": {"kind": "inpainting", "indices": [1], "values": [0.4], "standard_deviation": 0.5},
    "sigmoid": {"kind": "log_sigmoid", "of": LINEAR, "center": 0.2, "width": 0.3},
    "near": {"kind": "near", "of": LINEAR, "value": 0.4, "standard_deviation": 0.3},
    "all": {"kind": "all_of", "rewards": [{"kind": "log_sigmoid", "of": LINEAR}, {"kind": "log_sigmoid", "of": LINEAR, "width": -0.5}]},
    "sum": {"kind": "weighted_sum", "rewards": [LINEAR, {"kind": "quadratic", "center": [0, 0], "precision": 1}], "weights": [1.0, -0.2]},
}


def config(target, process=None, models=None, particles=300, steps=12, sampler=(), **more):
    return {"particles": particles, "process": process or {"kind": "variance-exploding"},
            "models": models or {"a": MODES, "b": OTHER}, "target": target, "sampler": {"steps": steps, **dict(sampler)}, **more}


ANNEALED = {"annealed": {"model": "a", "inverse_temperature": 1.6}}
MOVING = {"annealed": {"model": "a", "inverse_temperature": {"from": 1, "to": 1.6}}}
GUIDED = {"unconditional": "b", "conditional": "a", "scale": 1.4}


def schemes():
    for scheme, correction, control in itertools.product(
            ("exponential-multistep", "exponential", "heun", "euler-maruyama"),
            ("none", "feynman-kac", "kernel-ratio", "density-ratio"), ("none", "radial", "linear")):
        if correction == "none" and control != "none":
            continue
        for name, target in (("annealed", ANNEALED), ("moving", MOVING), ("guided", {"guided": GUIDED})):
            yield f"{scheme} {correction} {control} {name}", config(
                target, correction=correction, sampler={"scheme": scheme, "control": control})


TABLES = {
    "ddpm": {"kind": "ddpm"}, "ddpm scaled": {"kind": "ddpm", "schedule": "scaled_linear", "timesteps": 100, "beta_end": 0.2, "zero_terminal_snr": True},
    "ddpm cosine": {"kind": "ddpm", "schedule": "squaredcos_cap_v2"}, "flow from the noise": {"kind": "flow-matching", "time_zero": "noise"},
    "table": {"kind": "tabulated", "signal": [1, 0.9, 0.6, 0.2, 0], "noise": [0, 0.2, 0.5, 0.9, 1.2], "times": [0, 0.1, 0.3, 0.8, 1]},
}


def processes():
    for name, process in {**target_parts.PROCESSES, **TABLES}.items():
        yield f"process {name}", config(ANNEALED, process=process)
        yield f"process {name} reward", config({**ANNEALED, "reward": LINEAR}, process=process)
        # From less noise under a table, so that the network was trained there.
        part = {"start_time": 0.5, "end_time": 0.1} if name in TABLES else {}
        yield f"process {name} scores only", config(
            {"product": {"a": 1.3}}, process=process, particles=80, steps=6, sampler={"start": "gaussian", **part},
            models={"a": {"kind": "mlp", "file": str(RESOURCES / "Parity" / "mlp-plain-one-layer.safetensors"), "data_standard_deviation": 1.0}})


def rewards():
    for (name, reward), at, correction in itertools.product(REWARDS.items(), ("state", "denoised", "ahead"), ("feynman-kac", "kernel-ratio")):
        tilt = {**reward, "at": at, **({"data_standard_deviation": 1.2} if at == "denoised" else {})}
        yield f"reward {name} {at} {correction}", config(
            {**ANNEALED, "reward": tilt}, process={"kind": "variance-preserving"} if at == "state" else None, correction=correction, steps=60)
    for jacobian, correction, scheme in itertools.product(
            ("isotropic", "finite-difference"), ("feynman-kac", "density-ratio"), ("exponential-multistep", "euler-maruyama")):
        yield f"jacobian {jacobian} {correction} {scheme}", config(
            {**MOVING, "reward": {**REWARDS["near"], "at": "denoised", "jacobian": jacobian, "scale": {"from": 0.2, "to": 1}, "data_standard_deviation": 1.2}},
            correction=correction, sampler={"scheme": scheme}, steps=60)
    network = {"kind": "network", "file": str(EXPERIMENTS / "molecules" / "properties.safetensors"), "output": "log_p"}
    yield "reward network", config(
        {"annealed": {"model": "a", "inverse_temperature": 1.1}, "reward":
            {"kind": "near", "of": network, "value": 1.0, "standard_deviation": 0.5, "at": "denoised"}},
        process=LATENT_PROCESS, models={"a": LATENT}, particles=80, steps=6)


def guidance():
    for options, correction in itertools.product((
            {"projection": {"parallel": 0.3}}, {"projection": {"parallel": 0.0, "norm_threshold": 2.0, "momentum": -0.4}},
            {"alignment_threshold": 0.9}, {"alignment_threshold": 0.5, "projection": {"parallel": 0.5}}), ("feynman-kac", "kernel-ratio", "none")):
        for scale in (1.4, {"from": 1.0, "to": 2.0}):
            control = {"control": "none"} if "projection" in options and correction != "feynman-kac" else {}
            yield f"guidance {options} {correction} {scale}", config(
                {"guided": {**GUIDED, "scale": scale, **options}}, correction=correction, sampler=control)


def resampling():
    for scheme in ("multinomial", "residual", "stratified", "systematic", "ssp", "killing", "metropolis", "birth-death"):
        for threshold, islands, particles in ((1, 1, 2500), (0.9, 4, 1000)):
            yield f"resampling {scheme} {threshold} {islands}", config(
                ANNEALED, particles=particles, islands=islands, resampling={"scheme": scheme, "ess_threshold": threshold})
    yield "resampling window", config(ANNEALED, resampling={"ess_threshold": 1, "window": [0.3, 0.8]})
    yield "resampling never", config(ANNEALED, resampling={"ess_threshold": 0})


def samplers():
    for name, sampler in {
            "karras": {"grid": "karras"}, "time": {"grid": "time"}, "grid auto": {"grid": "auto"}, "steps auto": {"steps": "auto"},
            "noise auto": {"noise_scale": "auto"}, "tempered": {"noise_scale": "tempered"}, "ode": {"noise_scale": 0},
            "moving noise": {"noise_scale": {"from": 2, "to": 0.5}}, "doubling": {"step_size_error": "doubling"},
            "half": {"denoise": "half"}, "part": {"start_time": 0.8, "end_time": 0.1}, "gaussian start": {"start": "gaussian"},
            "fitted start": {"start": "fitted"}, "metropolis": {"rejuvenation": {"kind": "metropolis", "moves": 2}},
            "langevin": {"rejuvenation": {"kind": "langevin"}, "step_size_error": "doubling"}}.items():
        yield f"sampler {name}", config(ANNEALED, sampler=sampler)
        yield f"sampler {name} islands", config(MOVING, particles=256, islands=8, sampler=sampler)
    for islands in (1, 3):
        yield f"scores annealed {islands}", config(ANNEALED, islands=islands, sampler={"control": "scores"})
        yield f"scores moving {islands}", config(MOVING, islands=islands, sampler={"control": "scores", "step_size_error": "doubling"})
        yield f"scores guided {islands}", config({"guided": GUIDED, "reward": LINEAR}, islands=islands, sampler={"control": "scores", "scheme": "exponential"})
    yield "trajectory", config(ANNEALED, output={"trajectory": {"every_steps": 3, "particles": 50}})
    yield "resampled", config(ANNEALED, output={"samples": "resampled"})
    yield "seed 0, blocks", config(ANNEALED, particles=3000, seed=0)
    for dimensions in (1, 3, 64, 300):
        wide = {"kind": "gaussian", "mean": [0.1 * (j % 7) for j in range(dimensions)], "standard_deviation": [0.5 + 0.1 * (j % 5) for j in range(dimensions)]}
        yield f"dimensions {dimensions}", config({"annealed": {"model": "a", "inverse_temperature": 1.2}}, models={"a": wide})


def generators():
    listed = subprocess.run([FKC, "info"], capture_output=True, text=True, check=True).stdout
    names = next(line for line in listed.splitlines() if line.startswith("generators: "))[len("generators: "):].split(", ")
    for name in names:
        yield f"generator {name}", config(ANNEALED, particles=160, islands=2, rng=name)


def networks():
    for correction in ("feynman-kac", "kernel-ratio", "none"):
        yield f"latent {correction}", config(
            {"product": {"a": 1.0, "b": 0.7}}, process=LATENT_PROCESS, particles=100, steps=6, correction=correction,
            models={"a": {**LATENT, "condition": [1.0, 1, 0, 0, 0, 0, 0, 0]}, "b": {**LATENT, "condition": [0, 0, 0, 0, 0, 0, 1.0, 1]}})
        yield f"latent guided {correction}", config(
            {"guided": {"unconditional": "b", "conditional": "a", "scale": {"from": 1.2, "to": 2}}}, process=LATENT_PROCESS, particles=100, steps=6,
            correction=correction, models={"a": {**LATENT, "condition": [1.0, 1, 0, 0, 0, 0, 0, 0]}, "b": LATENT})
        yield f"atoms {correction}", config(
            {"annealed": {"model": "a", "inverse_temperature": {"from": 1, "to": 1.5}}},
            process={"kind": "variance-exploding", "sigma_min": 0.01, "sigma_max": 4},
            models={"a": ATOMS}, particles=70, steps=5, correction=correction, sampler={"denoise": "half"})
    for scheme in ("exponential-multistep", "euler-maruyama", "heun"):
        yield f"atoms moving {scheme}", config(
            {"annealed": {"model": "a", "inverse_temperature": {"from": 1, "to": 1.5}}},
            process={"kind": "variance-exploding", "sigma_min": 0.01, "sigma_max": 4},
            models={"a": ATOMS}, particles=70, steps=5, sampler={"scheme": scheme, "noise_scale": 1})
    for file in sorted((RESOURCES / "Parity").glob("mlp*.safetensors")) + sorted((RESOURCES / "Parity").glob("egnn*.safetensors")):
        # Of random networks, whose scores are no Gaussian's.
        yield f"parity {file.stem}", config(
            {"product": {"a": 1.2}}, models={"a": {"kind": file.name.split("-")[0], "file": str(file)}}, particles=70, steps=4,
            sampler={"start": "gaussian"})


def programs():
    python = "/usr/bin/python3"
    if subprocess.run([python, "-c", "import numpy"], capture_output=True, check=False).returncode != 0:
        return
    for name, target in (("annealed", ANNEALED), ("moving", MOVING), ("guided", {"guided": GUIDED})):
        models = {key: {"kind": "program", "command": [python, str(ROOT / "Tests" / "Gate" / "worker.py"), json.dumps(model)], "dimensions": 2,
                        "data_standard_deviation": 1.2} for key, model in (("a", MODES), ("b", OTHER))}
        if "annealed" in target:
            del models["b"]
        yield f"program {name}", config(target, models=models)


def gate_targets():
    for target in targets.all_targets():
        if not target.uses_program and not target.improper:
            yield f"gate {target.name}", {
                **target.config, "particles": min(target.config["particles"], 400),
                "sampler": {"steps": 20, **target.config.get("sampler", {})}}


def experiments():
    """Paths of configs in place of mappings; their particles and steps are few."""
    for path in sorted(EXPERIMENTS.glob("**/*.yaml")):
        if "runs" not in path.parts and path.stem not in ("study", "spread"):
            yield f"experiment {path.relative_to(EXPERIMENTS)}", path


def all_runs():
    for family in (schemes, processes, rewards, guidance, resampling, samplers, generators, networks, programs, gate_targets, experiments):
        yield from family()
