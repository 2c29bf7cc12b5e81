"""The routes `line` and `separable`: a line a coordinate."""
import math

from composition import LOG2PI, NotApplicable, check_tails, end_of, flat_rewards, in_x, log_sum, precisions_of, terms_of, value_of
from quadrature import integrate, sigmoid_breaks


def log_mixture_1d(weights, means, variances, j):
    parts = [(math.log(w) - 0.5 * (LOG2PI + math.log(v[j])), m[j], -0.5 / v[j])
             for w, m, v in zip(weights, means, variances)]

    def value(y):
        return log_sum([a + b * (y - m) ** 2 for a, m, b in parts])

    return value


def _coordinate_rewards(config, d):
    """Rewards by coordinate, each a function of that coordinate of x, and the breaks of their quadrature."""
    functions = [[] for _ in range(d)]
    breaks = [[] for _ in range(d)]
    for kind, reward, weight in flat_rewards(config["target"].get("reward")):
        if kind == "linear":
            for j, c in enumerate(reward["coefficients"]):
                functions[j].append(lambda x, c=c * weight: c * x)
        elif kind == "quadratic":
            for j, (p, m) in enumerate(zip(precisions_of(reward), reward["center"])):
                functions[j].append(lambda x, p=p * weight, m=m: -0.5 * p * (x - m) ** 2)
        elif kind == "inpainting":
            s = reward["standard_deviation"]
            for j, b in zip(reward["indices"], reward["values"]):
                functions[j].append(lambda x, b=b, s=s, weight=weight: weight * (-0.5 * ((b - x) / s) ** 2 - math.log(s) - 0.5 * LOG2PI))
        elif kind in ("log_sigmoid", "near") and reward["of"]["kind"] == "linear":
            c = reward["of"]["coefficients"]
            support = [j for j in range(d) if c[j]]
            if len(support) != 1:
                raise NotApplicable("a condition on several coordinates")
            j = support[0]

            def function(x, kind=kind, reward=reward, weight=weight, c=c[j], j=j):
                return value_of(kind, {**reward, "of": {"kind": "linear", "coefficients": [c]}}, weight, [x])

            functions[j].append(function)
            if kind == "log_sigmoid":
                breaks[j] += sigmoid_breaks(reward.get("center", 0.0) / c[j], reward.get("width", 1.0) / c[j])
        elif kind == "measurement" and d == 1:
            functions[0].append(lambda x, r=reward, w=weight: value_of("measurement", r, w, [x]))
        else:
            raise NotApplicable(kind)
    return functions, breaks


def by_lines(config):
    terms = terms_of(config)
    _v0, alpha = end_of(config)
    d = len(terms[0][2][0])
    for _, weights, means, variances in terms:
        varying = [j for j in range(d) if any(m[j] != means[0][j] for m in means)
                   or any(v[j] != variances[0][j] for v in variances)]
        if len(varying) > 1:
            raise NotApplicable("components differ in several coordinates")
    # A mixture in two coordinates would be no product over them; each mixture's own weights stand in one coordinate only.
    rewards, breaks = _coordinate_rewards(config, d)
    extra = [0.0] * d
    for kind, reward, weight in flat_rewards(config["target"].get("reward")):
        if kind == "quadratic":
            extra = [e + p * weight for e, p in zip(extra, precisions_of(reward))]
    check_tails(terms, extra)
    total, mean, variance = 0.0, [], []
    for j in range(d):
        parts = []
        for exponent, weights, means, variances in terms:
            differs = any(m[j] != means[0][j] for m in means) or any(v[j] != variances[0][j] for v in variances)
            whole = differs or len(weights) == 1
            parts.append((exponent, log_mixture_1d(weights if whole else [1.0], means if whole else means[:1],
                                                    variances if whole else variances[:1], j)))

        def log_density(y, parts=parts, j=j):
            x = alpha * y
            return sum(a * f(y) for a, f in parts) + sum(r(x) for r in rewards[j])

        tail = sum(a / max(row[j] for row in variances) for a, _, _, variances in terms) + max(extra[j], 0)
        pull = sum(abs(a / v[j]) * abs(m[j]) for a, _, ms, vs in terms for m, v in zip(ms, vs))
        slope = sum(abs(r(1.0) - r(0.0)) for r in rewards[j])
        reach = 20 / math.sqrt(tail) + (pull + min(slope, 1e3)) / tail + max(abs(m[j]) for _, _, ms, _ in terms for m in ms)
        centers = sorted({m[j] for _, _, ms, _ in terms for m in ms})
        mass, m, v = integrate(log_density, -reach, reach, [b / alpha for b in breaks[j]] + centers, panels=200)
        total += mass
        mean.append(alpha * m)
        variance.append(alpha * alpha * v)
    return in_x(config, terms, total, mean, variance)
