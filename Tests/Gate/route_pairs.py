"""The route `pairs`: a sum over tuples of components, each a Gaussian."""
import math

from composition import LOG2PI, Improper, NotApplicable, end_of, flat_rewards, in_x, log_sigmoid, log_sum, precisions_of, terms_of
from quadrature import integrate, sigmoid_breaks


def _multiplicities(count, components):
    """All ways to share `count` factors among components, with their multinomial logarithms."""
    if components == 1:
        yield (count,), 0.0
        return
    for k in range(count + 1):
        for rest, log_ways in _multiplicities(count - k, components - 1):
            yield (k,) + rest, log_ways + math.lgamma(count + 1) - math.lgamma(k + 1) - math.lgamma(count - k + 1)


def _times(gaussian, exponent, log_weight, mean, variance):
    """An unnormalised Gaussian, [log weight, precision, linear, constant], times (w N(mean, variance))^exponent."""
    scale, precision, linear = gaussian
    precision, linear = list(precision), list(linear)
    scale += exponent * log_weight
    for j in range(len(mean)):
        p = exponent / variance[j]
        precision[j] += p
        linear[j] += p * mean[j]
        scale += -0.5 * exponent * (LOG2PI + math.log(variance[j])) - 0.5 * p * mean[j] ** 2
    return scale, precision, linear


def _tuples(terms):
    """The composition as unnormalised Gaussians (log mass, mean, variance), in y."""
    d = len(terms[0][2][0])
    current = [(0.0, [0.0] * d, [0.0] * d)]
    for exponent, weights, means, variances in terms:
        if len(weights) == 1:
            current = [_times(g, exponent, 0.0, means[0], variances[0]) for g in current]
            continue
        if exponent < 0 or exponent != int(exponent):
            raise NotApplicable("a mixture's exponent is not whole")
        if len(current) * math.comb(int(exponent) + len(weights) - 1, len(weights) - 1) > 60000:
            raise NotApplicable("too many tuples")
        grown = []
        for counts, log_ways in _multiplicities(int(exponent), len(weights)):
            for gaussian in current:
                for k, count in enumerate(counts):
                    if count:
                        gaussian = _times(gaussian, count, math.log(weights[k]), means[k], variances[k])
                grown.append((gaussian[0] + log_ways, gaussian[1], gaussian[2]))
        current = grown
    result = []
    for scale, precision, linear in current:
        if min(precision) <= 0:
            raise Improper(f"precision {min(precision):.3g}")
        for p, b in zip(precision, linear):
            scale += 0.5 * (LOG2PI - math.log(p)) + 0.5 * b * b / p
        result.append((scale, [b / p for p, b in zip(precision, linear)], [1 / p for p in precision]))
    return result


def _solve(matrix, right):
    """Gaussian elimination; returns the solution's columns and log|det|."""
    n = len(matrix)
    rows = [list(matrix[i]) + list(right[i]) for i in range(n)]
    log_det = 0.0
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        log_det += math.log(abs(rows[i][i]))
        for r in range(n):
            if r != i:
                factor = rows[r][i] / rows[i][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i])]
    return [[rows[i][n + c] / rows[i][i] for c in range(len(right[0]))] for i in range(n)], log_det


def _measured(part, matrix, observation, noise):
    """Times N(b; A x, noise² I): a Gaussian whose covariance is full; only its diagonal is kept."""
    scale, mean, variance = part
    gain = [[row[j] * variance[j] for j in range(len(mean))] for row in matrix]
    gram = [[sum(g * a for g, a in zip(gain[i], matrix[k])) + (noise * noise if i == k else 0)
             for k in range(len(matrix))] for i in range(len(matrix))]
    residual = [b - sum(a * m for a, m in zip(row, mean)) for row, b in zip(matrix, observation)]
    solution, log_det = _solve(gram, [[r] + [gain[i][j] for j in range(len(mean))] for i, r in enumerate(residual)])
    scale += -0.5 * len(matrix) * LOG2PI - 0.5 * log_det - 0.5 * sum(r * s[0] for r, s in zip(residual, solution))
    mean = [m + sum(gain[i][j] * solution[i][0] for i in range(len(matrix))) for j, m in enumerate(mean)]
    variance = [v - sum(gain[i][j] * solution[i][1 + j] for i in range(len(matrix))) for j, v in enumerate(variance)]
    return scale, mean, variance


def _sigmoid_tilted(part, coefficients, center, width):
    """Times σ((⟨c, x⟩ − center)/width), by quadrature along c."""
    scale, mean, variance = part
    m = sum(c * x for c, x in zip(coefficients, mean))
    s2 = sum(c * c * v for c, v in zip(coefficients, variance))
    s = math.sqrt(s2)

    def log_density(f):
        return -0.5 * (f - m) ** 2 / s2 - 0.5 * (LOG2PI + math.log(s2)) + log_sigmoid((f - center) / width)

    reach = 12 * s + abs(center - m) + 60 * abs(width) + s2 / abs(width) * (abs(width) > s)
    mass, f_mean, f_variance = integrate(log_density, m - reach, m + reach, sigmoid_breaks(center, width))
    slopes = [c * v / s2 for c, v in zip(coefficients, variance)]
    return (scale + mass, [x + b * (f_mean - m) for x, b in zip(mean, slopes)],
            [v + b * b * (f_variance - s2) for v, b in zip(variance, slopes)])


def _rewarded(part, kind, reward, weight, used):
    """One Gaussian of the sum, in x, times e^(weight r). `used` keeps coordinates that are correlated by then."""
    scale, mean, variance = part
    if kind == "linear":
        c = [weight * a for a in reward["coefficients"]]
        scale += sum(a * m + 0.5 * a * a * v for a, m, v in zip(c, mean, variance))
        return scale, [m + a * v for a, m, v in zip(c, mean, variance)], variance
    if kind == "quadratic":
        mean, variance = list(mean), list(variance)
        for j, (p, center) in enumerate(zip(precisions_of(reward), reward["center"])):
            p *= weight
            widening = 1 + p * variance[j]
            if widening <= 0:
                raise Improper("the reward's precision outweighs the composition's")
            scale += -0.5 * math.log(widening) - 0.5 * p / widening * (mean[j] - center) ** 2
            mean[j] += variance[j] * p / widening * (center - mean[j])
            variance[j] /= widening
        return scale, mean, variance
    if weight != 1:
        raise NotApplicable("a scaled likelihood")
    if kind == "inpainting":
        rows = [[1.0 if j == i else 0.0 for j in range(len(mean))] for i in reward["indices"]]
        return _measured(part, rows, reward["values"], reward["standard_deviation"])
    if kind == "measurement":
        used.update(range(len(mean)))
        return _measured(part, reward["matrix"], reward["observation"], reward["standard_deviation"])
    inner = flat_rewards(reward["of"])
    if len(inner) != 1 or inner[0][0] != "linear":
        raise NotApplicable("of something that is not linear")
    c = [inner[0][2] * a for a in inner[0][1]["coefficients"]]
    support = {j for j, a in enumerate(c) if a}
    if support & used:
        raise NotApplicable("two conditions on one coordinate")
    used |= support
    if kind == "near":
        s = reward["standard_deviation"]
        scale, mean, variance = _measured(part, [c], [reward["value"]], s)
        return scale + math.log(s) + 0.5 * LOG2PI, mean, variance
    if kind == "log_sigmoid":
        return _sigmoid_tilted(part, c, reward.get("center", 0.0), reward.get("width", 1.0))
    raise NotApplicable(kind)


def by_pairs(config):
    terms = terms_of(config)
    _, alpha = end_of(config)
    rewards = flat_rewards(config["target"].get("reward"))
    parts = []
    for scale, mean, variance in _tuples(terms):
        part = (scale, [alpha * m for m in mean], [alpha * alpha * v for v in variance])
        used = set()
        for kind, reward, weight in rewards:
            part = _rewarded(part, kind, reward, weight, used)
        parts.append(part)
    total = log_sum([part[0] for part in parts])
    d = len(parts[0][1])
    shares = [math.exp(part[0] - total) for part in parts]
    mean = [sum(s * part[1][j] for s, part in zip(shares, parts)) for j in range(d)]
    variance = [sum(s * (part[2][j] + (part[1][j] - mean[j]) ** 2) for s, part in zip(shares, parts)) for j in range(d)]
    return in_x(config, terms, total, mean, variance)
