"""The mean that the plain sampler (`correction: none`) ends at, where its drift is linear: an ordinary differential equation."""
import math

import configs
import exact

STEPS = 4000


def signal(process, level):
    """α at a noise level v = (σ/α)²."""
    kind = process["kind"]
    if kind in ("variance-exploding", "karras"):
        return 1.0
    if kind == "variance-preserving":
        return 1 / math.sqrt(1 + level)
    if kind in ("flow-matching", "tabulated"):
        return 1 / (1 + math.sqrt(level))
    ratio = math.sqrt(level)
    return 0.5 * (-ratio + math.sqrt(level + 4))


def highest_level(process):
    kind = process["kind"]
    if kind in ("variance-exploding", "karras"):
        return process["sigma_max"]**2
    if process.get("schedule") == "cosine" or kind in ("flow-matching", "tabulated"):
        return 1e4
    half = 0.5 * 0.5 * (0.1 + 20)
    # α = e^(−½∫β); σ² = 1 − α², or σ = 1 − α².
    return math.expm1(2 * half) if kind == "variance-preserving" else ((1 - math.exp(-2 * half)) / math.exp(-half))**2


def _at(schedule, progress):
    return schedule["from"] + progress * (schedule["to"] - schedule["from"]) if isinstance(schedule, dict) else schedule


def _pull(reward, j, d):
    """(constant, slope) of ∂r/∂x_j, which is linear in x; None where it is not."""
    if reward is None:
        return 0.0, 0.0
    kind = reward["kind"]
    if kind == "linear":
        return reward["coefficients"][j], 0.0
    if kind == "quadratic":
        return reward["precision"][j] * reward["center"][j], -reward["precision"][j]
    precision = 1 / reward["standard_deviation"]**2 if "standard_deviation" in reward else 0.0
    if kind == "inpainting":
        return (precision * reward["values"][0], -precision) if j == d - 1 else (0.0, 0.0)
    if kind == "near":
        return (precision * reward["value"], -precision) if j == 0 else (0.0, 0.0)
    return None


def mean(row):
    """Of the samples, in described coordinates; None where the drift is not linear: a guidance option, a look ahead, a sigmoid; or particles move at levels."""
    config = configs.described(row)
    d = configs.dimensions(row)
    reward = config["target"].get("reward")
    if row["rejuvenation"] != "none" or row["guidance"] != "none" or row["point"] not in ("-", "state") or _pull(reward, 0, d) is None:
        return None
    process = config["process"]
    top, (bottom, _) = highest_level(process), exact.end_of(config)
    exponents = configs.EXPONENTS[row["target"]][row["exponent"]]
    models = configs.described_models(row)
    length = math.log(top / bottom)
    scale = configs.NOISE[row["noise_scale"]]
    result = []
    for j in range(d):
        spreads = [model["standard_deviation"] for model in models]
        variances = [(spread[j] if isinstance(spread, list) else spread)**2 for spread in spreads]
        means = [model["mean"][j] for model in models]
        constant, slope = _pull(reward, j, d)

        def drift(progress, y, means=means, variances=variances, constant=constant, slope=slope):
            v = top * math.exp(-progress * length)
            a = [_at(exponent, progress) for exponent in exponents]
            c2 = 1 / sum(a) if scale == "tempered" else _at(scale, progress)**2
            score = sum(ai * (m - y) / (s + v) for ai, m, s in zip(a, means, variances))
            alpha = signal(process, v)
            tilt = progress * alpha * (constant + slope * alpha * y)
            return length * v * (0.5 * (1 + c2) * score + 0.5 * c2 * tilt)

        # Implicit at the stiff end is not needed: v times a score is at most of the order of y.
        y, h = 0.0, 1 / STEPS
        for i in range(STEPS):
            t = i * h
            k1 = drift(t, y)
            k2 = drift(t + 0.5 * h, y + 0.5 * h * k1)
            k3 = drift(t + 0.5 * h, y + 0.5 * h * k2)
            k4 = drift(t + h, y + h * k3)
            y += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        result.append(signal(process, bottom) * y)
    return result
