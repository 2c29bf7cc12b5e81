"""The config of a row, and a config of analytic models in a line or in space with the same answer. Standard library only."""
import json
import math
import pathlib
import sys

import networks

HERE = pathlib.Path(__file__).resolve().parent
WORKER = HERE.parent / "Gate" / "worker.py"
ROOT2 = math.sqrt(0.5)

PROCESSES = {
    # The same last noise level everywhere, 1e-5, and no more noise than rewards at the state bear.
    "variance-exploding": {"kind": "variance-exploding", "sigma_min": 10**-2.5, "sigma_max": 20},
    "variance-preserving": {"kind": "variance-preserving"},
    "cosine": {"kind": "variance-preserving", "schedule": "cosine"},
    "sub-variance-preserving": {"kind": "sub-variance-preserving"},
    "karras": {"kind": "karras", "sigma_min": 10**-2.5, "sigma_max": 20},
    "flow-matching": {"kind": "flow-matching"},
    # The same path by a table whose models count from the noise.
    "tabulated": {"kind": "tabulated", "signal": [k / 40 for k in range(41)], "noise": [1 - k / 40 for k in range(41)], "time_zero": "noise"},
}
# Where a model was trained under another process than the sampler's; both cover every path.
OTHER = {"variance-exploding": {"kind": "variance-preserving"}, None: {"kind": "variance-exploding", "sigma_min": 0.001, "sigma_max": 200}}
EXPONENTS = {
    "annealed": {"constant": (1.4,), "moving": ({"from": 1.0, "to": 1.4},)},
    "log_linear": {"constant": (1.0, 0.6), "moving": ({"from": 0.6, "to": 1.0}, {"from": 0.9, "to": 0.6}), "negative": (1.4, -0.4)},
    "guided": {"constant": (0.7, 0.3), "moving": ({"from": 0.6, "to": 0.9}, {"from": 0.4, "to": 0.1}), "negative": (1.4, -0.4)},
}
NOISE = {"0": 0, "0.5": 0.5, "1": 1, "2": 2, "moving": {"from": 1.5, "to": 0.8}, "tempered": "tempered", "auto": "auto"}
NETWORK_SPREAD = 0.9
NETWORK_MEANS = {"line": [[0.7], [-0.3]], "space": [[0.7, -0.4, 0.2], [-0.3, 0.2, 0.4]]}


def dimensions(row):
    return 1 if row["rows"] == "line" else 3


# ---- Models, as they are described: in a line, in space, or of two atoms by the difference of their places over √2

def _mode(row):
    """The first model: two modes of unlike weights and widths, or one where the plain sampler's own law is asked for."""
    d = dimensions(row)
    plain = row["correction"] == "none"
    if row["rows"] == "line":
        return {"kind": "gaussian", "mean": [0.7], "standard_deviation": 0.8} if plain else {
            "kind": "gaussian-mixture", "means": [[-1.2], [0.9]], "weights": [0.35, 0.65], "standard_deviations": [[0.6], [0.8]]}
    atoms = row["rows"] == "atoms"
    if plain:
        return {"kind": "gaussian", "mean": [0.7, -0.4, 0.2], "standard_deviation": [0.8] * d if atoms else [0.8, 0.6, 1.1]}
    return {"kind": "gaussian-mixture", "means": [[-1.2, 0.3, -0.5], [0.9, 0.3, -0.5]], "weights": [0.35, 0.65],
            "standard_deviations": [[0.7] * d] * 2 if atoms else [[0.6, 0.7, 1.1], [0.8, 0.7, 1.1]]}


def _wide(row):
    if row["rows"] == "line":
        return {"kind": "gaussian", "mean": [0.4], "standard_deviation": [1.6]}
    return {"kind": "gaussian", "mean": [0.4, -0.2, 0.3], "standard_deviation": [1.5] * 3 if row["rows"] == "atoms" else [1.6, 1.4, 1.7]}


def described_models(row):
    """[analytic model], the second one where the target has two."""
    def network(k):
        return {"kind": "gaussian", "mean": NETWORK_MEANS[row["rows"]][k], "standard_deviation": [NETWORK_SPREAD] * dimensions(row)}

    found = [_mode(row), _wide(row)]
    if row["knowledge"] == "network":
        found = [network(0), network(1)]
    if row["knowledge"] == "mixed":
        found[1] = network(1)
    return found[:1] if row["target"] == "annealed" else found


def placed(values):
    """Of two atoms whose difference over √2 is given."""
    return [ROOT2 * v for v in values] + [-ROOT2 * v for v in values]


def _as_atoms(model):
    if model["kind"] == "gaussian":
        return {"kind": "gaussian", "mean": placed(model["mean"]), "standard_deviation": model["standard_deviation"] * 2}
    return {**model, "means": [placed(mean) for mean in model["means"]], "standard_deviations": [sds * 2 for sds in model["standard_deviations"]]}


def stated_deviation(model):
    """The data's standard deviation per dimension, for models that do not know it."""
    if model["kind"] == "gaussian":
        sds = model["standard_deviation"]
        sds = sds if isinstance(sds, list) else [sds]
        return math.sqrt(sum(s * s for s in sds) / len(sds))
    weights, means, sds = model["weights"], model["means"], model["standard_deviations"]
    d = len(means[0])
    center = [sum(w * m[j] for w, m in zip(weights, means)) for j in range(d)]
    return math.sqrt(sum(w * ((m[j] - center[j])**2 + s[j]**2) for w, m, s in zip(weights, means, sds) for j in range(d)) / d)


def _model(row, index, model, folder):
    """What the config has for a described model."""
    knowledge = row["knowledge"]
    if row["rows"] == "atoms":
        model = _as_atoms(model)
    if knowledge == "network" or (knowledge == "mixed" and index == 1):
        return {"kind": "mlp", "file": str(folder / f"network-{row['rows']}.safetensors"), "condition": index}
    if knowledge == "program":
        d = len(model["mean"] if "mean" in model else model["means"][0])
        model = {"kind": "program", "command": [sys.executable, str(WORKER), json.dumps(model)], "dimensions": d,
                 "data_standard_deviation": stated_deviation(described_models(row)[index])}
    if row["rows"] == "atoms":
        model = {**model, "atoms": 2}
    return model


# ---- Rewards

def described_reward(row):
    d = dimensions(row)
    kind = row["reward"]
    first = [1.0] + [0.0] * (d - 1)
    if kind in ("linear", "network"):
        return {"kind": "linear", "coefficients": [0.5, -0.3, 0.2][:d]}
    if kind == "quadratic":
        return {"kind": "quadratic", "center": [0.4, -0.5, 0.3][:d], "precision": [0.3] * d if row["rows"] == "atoms" else [0.3, 0.2, 0.4][:d]}
    if kind == "measurement":
        # One row of a matrix, as exact.py knows it.
        return {"kind": "inpainting", "indices": [d - 1], "values": [0.6], "standard_deviation": 1.3}
    if kind == "near":
        return {"kind": "near", "of": {"kind": "linear", "coefficients": first}, "value": 0.5, "standard_deviation": 1.3}
    if kind == "log_sigmoid":
        return {"kind": "log_sigmoid", "of": {"kind": "linear", "coefficients": first}, "center": 0.2, "width": 0.6}
    return None


def _reward(row, folder):
    described = described_reward(row)
    d = dimensions(row)
    atoms = row["rows"] == "atoms"
    widened = placed if atoms else list
    kind = row["reward"]
    if kind == "network":
        reward = {"kind": "network", "file": str(folder / f"reward-{row['rows']}.safetensors"), "output": "r"}
    elif kind == "linear":
        reward = {"kind": "linear", "coefficients": widened(described["coefficients"])}
    elif kind == "quadratic":
        reward = {"kind": "quadratic", "center": widened(described["center"]), "precision": described["precision"] * (2 if atoms else 1)}
    elif kind == "measurement":
        reward = {"kind": "measurement", "matrix": [widened([0.0] * (d - 1) + [1.0])], "observation": described["values"],
                  "standard_deviation": described["standard_deviation"]}
    else:
        reward = {**described, "of": {"kind": "linear", "coefficients": widened(described["of"]["coefficients"])}}
    if row["point"] in ("state", "ahead"):
        return {**reward, "at": row["point"]}
    deviation = math.sqrt(sum(stated_deviation(model)**2 for model in described_models(row)) / len(described_models(row)))
    return {**reward, "at": "denoised", "jacobian": row["point"], "data_standard_deviation": deviation}


# ---- Configs

def steps_of(row):
    """As many as keep the step-size error of a scheme of first order small."""
    first_order = row["scheme"] in ("exponential", "euler-maruyama") or row["correction"] == "kernel-ratio"
    if first_order and row["noise_scale"] == "2" and row["resampler"] not in ("metropolis", "birth-death"):
        # Particles are pulled back ½(1+c²) times as fast. What these resamplers are off by adds up over the steps.
        return 1500
    return 600 if first_order or row["noise_scale"] == "2" else 240


def particles_of(row):
    """Fewer where a model is asked by a program or is a network; more where islands fit a control of their own each."""
    count = 2000 if row["knowledge"] in ("log-density", "withheld") else 800
    if row["steps"] == "auto":
        count = 500
    return 2 * count if row["islands"] == "8" else count


def _target(row, reward, described):
    exponents = EXPONENTS[row["target"]][row["exponent"]]
    if row["target"] == "annealed":
        target = {"annealed": {"model": "a", "inverse_temperature": exponents[0]}}
    elif row["target"] == "log_linear":
        target = {"log_linear": [{"model": name, "exponent": exponent} for name, exponent in zip("ab", exponents)]}
    else:
        scale = exponents[0]
        guided = {"unconditional": "b", "conditional": "a", "scale": scale}
        if not described:
            guided.update({
                "none": {}, "projection": {"projection": {"parallel": 0.4, "momentum": 0}},
                "momentum": {"projection": {"parallel": 0.4, "momentum": -0.4}}, "alignment": {"alignment_threshold": 0.97}}[row["guidance"]])
        target = {"guided": guided}
    return {**target, "reward": reward} if reward else target


def described(row):
    return {"process": PROCESSES[row["process"]], "models": dict(zip("ab", described_models(row))),
            "target": _target(row, described_reward(row), described=True)}


def config(row, folder):
    """`folder` holds the networks, which `write_networks` made."""
    models = {name: _model(row, index, model, folder) for index, (name, model) in enumerate(zip("ab", described_models(row)))}
    if row["own_process"] == "other":
        models[max(models)]["process"] = OTHER.get(row["process"], OTHER[None])
    sampler = {"scheme": row["scheme"], "control": row["control"], "steps": steps_of(row) if row["steps"] == "number" else "auto",
               "grid": row["grid"], "noise_scale": NOISE[row["noise_scale"]], "step_size_error": row["step_size_error"], "start": row["start"],
               # A pilot of a scheme of first order would ask for thousands of steps.
               "tolerance": 8}
    if row["rejuvenation"] != "none":
        # Two moves of every second level, so that the coarser of two coupled runs has levels with and without.
        sampler["rejuvenation"] = {"kind": row["rejuvenation"], "moves": 2, "every": 2}
    return {
        "particles": particles_of(row), "islands": int(row["islands"]), "process": PROCESSES[row["process"]], "models": models,
        "target": _target(row, _reward(row, folder) if row["reward"] != "none" else None, described=False), "sampler": sampler,
        "correction": row["correction"], "rng": row["generator"],
        "resampling": {"scheme": row["resampler"], "ess_threshold": float(row["threshold"])}}


def write_networks(folder):
    for rows, means in NETWORK_MEANS.items():
        networks.gaussians(folder / f"network-{rows}.safetensors", means, NETWORK_SPREAD)
    coefficients = [0.5, -0.3, 0.2]
    for rows, values in (("line", coefficients[:1]), ("space", coefficients), ("atoms", placed(coefficients))):
        networks.linear_reward(folder / f"reward-{rows}.safetensors", values)
