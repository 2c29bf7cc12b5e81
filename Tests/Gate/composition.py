"""What a config composes, at its last noise level: models, exponents, rewards. Standard library only."""
import math

LOG2PI = math.log(2 * math.pi)


class Improper(Exception):
    """The target has no finite integral."""


class NotApplicable(Exception):
    """The route can't do this target."""


class Exact:
    """log Z in x coordinates, and mean and variance a coordinate (None where a route has none)."""

    def __init__(self, log_normalizer, mean, variance):
        self.log_normalizer = log_normalizer
        self.mean = mean
        self.variance = variance


def log_sum(values):
    top = max(values)
    if top == -math.inf:
        return top
    return top + math.log(sum(math.exp(value - top) for value in values))


# ---- The path's end

def end_of(config):
    """(v0, alpha) at the end of a config's path."""
    process = config["process"]
    kind = process["kind"]
    minimum = config.get("sampler", {}).get("minimum_noise_level", 1e-5)
    if kind == "variance-exploding":
        return process.get("sigma_min", 0.01) ** 2, 1.0
    if kind == "karras":
        return process.get("sigma_min", 0.002) ** 2, 1.0
    # alpha² + sigma² = 1, or alpha = 1 − sigma; sub-VP has sigma = 1 − alpha². All have v = 0 at t = 0.
    if kind == "variance-preserving":
        return minimum, 1 / math.sqrt(1 + minimum)
    # The only table is that of the straight path.
    if kind in ("flow-matching", "tabulated"):
        return minimum, 1 / (1 + math.sqrt(minimum))
    ratio = math.sqrt(minimum)
    return minimum, 0.5 * (-ratio + math.sqrt(ratio * ratio + 4))


# ---- Models and terms

def mixture_of(model):
    """(weights, means, variances) of the data that a model of a config describes."""
    if model["kind"] == "gaussian":
        mean = model["mean"]
        sd = model["standard_deviation"]
        sds = sd if isinstance(sd, list) else [sd] * len(mean)
        return [1.0], [mean], [[s * s for s in sds]]
    means = model["means"]
    weights = model.get("weights", [1 / len(means)] * len(means))
    sd = model["standard_deviations"]
    rows = []
    for k, mean in enumerate(means):
        row = sd[k] if isinstance(sd, list) else sd
        rows.append(row if isinstance(row, list) else [row] * len(mean))
    total = sum(weights)
    return [w / total for w in weights], means, [[s * s for s in row] for row in rows]


def last(schedule):
    return schedule["to"] if isinstance(schedule, dict) else schedule


def terms_of(config):
    """[(exponent, weights, means, variances with v0)] at the end of the path, in y coordinates."""
    target = config["target"]
    if "annealed" in target:
        parts = [(target["annealed"]["model"], last(target["annealed"]["inverse_temperature"]))]
    elif "product" in target:
        parts = [(name, last(value)) for name, value in target["product"].items()]
    elif "guided" in target:
        guided = target["guided"]
        scale = last(guided["scale"])
        parts = [(guided["unconditional"], 1 - scale), (guided["conditional"], scale)]
    else:
        parts = [(part["model"], last(part["exponent"])) for part in target["log_linear"]]
    v0, _ = end_of(config)
    terms = []
    for name, exponent in parts:
        if exponent == 0:
            continue
        weights, means, variances = mixture_of(config["models"][name])
        terms.append((exponent, weights, means, [[v + v0 for v in row] for row in variances]))
    return terms


def check_tails(terms, extra=None):
    """Raises Improper where the precision of the far tails is not positive along some coordinate."""
    for j in range(len(terms[0][2][0])):
        precision = sum(a / max(row[j] for row in variances) for a, _, _, variances in terms)
        if precision + (extra[j] if extra else 0) <= 0:
            raise Improper(f"tail precision {precision:.3g} in coordinate {j}")


# ---- Rewards, as functions of x

def flat_rewards(reward, weight=1.0):
    """[(kind, reward, weight)], sums taken apart."""
    if reward is None:
        return []
    weight = weight * last(reward.get("scale", 1.0))
    if reward["kind"] == "weighted_sum":
        return [item for part, w in zip(reward["rewards"], reward["weights"]) for item in flat_rewards(part, weight * w)]
    if reward["kind"] == "all_of":
        return [item for part in reward["rewards"] for item in flat_rewards(part, weight)]
    return [(reward["kind"], reward, weight)]


def precisions_of(reward):
    p = reward["precision"]
    return p if isinstance(p, list) else [p] * len(reward["center"])


def log_sigmoid(a):
    return -math.log1p(math.exp(-a)) if a > 0 else a - math.log1p(math.exp(a))


def value_of(kind, reward, weight, x):
    """A reward at a point, for the routes by quadrature."""
    if kind == "linear":
        return weight * sum(c * xj for c, xj in zip(reward["coefficients"], x))
    if kind == "quadratic":
        return -0.5 * weight * sum(p * (xj - m) ** 2 for p, xj, m in zip(precisions_of(reward), x, reward["center"]))
    if kind == "log_sigmoid":
        inner = sum(value_of(*item, x) for item in flat_rewards(reward["of"]))
        return weight * log_sigmoid((inner - reward.get("center", 0.0)) / reward.get("width", 1.0))
    if kind == "near":
        inner = sum(value_of(*item, x) for item in flat_rewards(reward["of"]))
        return -0.5 * weight * ((inner - reward["value"]) / reward["standard_deviation"]) ** 2
    if kind == "inpainting":
        s = reward["standard_deviation"]
        return weight * sum(
            -0.5 * ((b - x[i]) / s) ** 2 - math.log(s) - 0.5 * LOG2PI
            for i, b in zip(reward["indices"], reward["values"]))
    if kind == "measurement":
        s = reward["standard_deviation"]
        return weight * sum(
            -0.5 * ((b - sum(a * xj for a, xj in zip(row, x))) / s) ** 2 - math.log(s) - 0.5 * LOG2PI
            for row, b in zip(reward["matrix"], reward["observation"]))
    raise NotApplicable(kind)


def in_x(config, terms, log_y, mean, variance):
    """log Z_x of log Z_y; the rest is in x already."""
    _, alpha = end_of(config)
    total = sum(a for a, _, _, _ in terms)
    return Exact(log_y + (1 - total) * len(mean) * math.log(alpha), mean, variance)
