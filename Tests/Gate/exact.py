"""Exact log Z, means and variances of compositions of Gaussian mixtures, from the config that a run gets.

The target of a run is its composition at the last noise level v0 (data convolved with N(0, v0)), so every variance here
has v0 added. Five routes, each for what it can do; `answers` tries all, so that a target has two where two apply:

    pairs      whole exponents of mixtures, any of single Gaussians: a sum over tuples of components, each a Gaussian
    line       one dimension, anything: Gauss-Legendre panels
    separable  models that are products over coordinates, with a mixture in each at most: a line a coordinate
    plane      two dimensions, any exponents: a grid
    axis       isotropic mixtures whose means differ in coordinate 0 alone, any exponents: a grid over (axis, radius)
"""
import itertools
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
    if kind == "flow-matching":
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


# ---- Quadrature

def _legendre(n):
    nodes = []
    for i in range(n):
        x = math.cos(math.pi * (i + 0.75) / (n + 0.5))
        for _ in range(100):
            p0, p1 = 1.0, x
            for k in range(2, n + 1):
                p0, p1 = p1, ((2 * k - 1) * x * p1 - (k - 1) * p0) / k
            slope = n * (x * p1 - p0) / (x * x - 1)
            step = p1 / slope
            x -= step
            if abs(step) < 1e-15:
                break
        nodes.append((x, 2 / ((1 - x * x) * slope * slope)))
    return nodes


NODES = _legendre(16)


def integrate(log_density, low, high, breaks=(), panels=60):
    """(log ∫ f, mean, variance) of f = exp(log_density) by panels where it is not negligible."""
    # Where it lives: a coarse look, twice.
    for _ in range(3):
        points = sorted({low + (high - low) * i / 600 for i in range(601)} | {b for b in breaks if low < b < high})
        logs = [log_density(p) for p in points]
        top = max(logs)
        kept = [i for i, value in enumerate(logs) if value > top - 60]
        first, final = max(kept[0] - 1, 0), min(kept[-1] + 1, len(points) - 1)
        narrower = (points[first], points[final])
        if narrower[1] - narrower[0] > 0.9 * (high - low):
            break
        low, high = narrower
    edges = sorted({low + (high - low) * i / panels for i in range(panels + 1)} | {b for b in breaks if low < b < high})
    total = first_moment = second = 0.0
    for a, b in itertools.pairwise(edges):
        half, middle = 0.5 * (b - a), 0.5 * (a + b)
        for node, weight in NODES:
            x = middle + half * node
            f = math.exp(log_density(x) - top) * weight * half
            total += f
            first_moment += f * x
            second += f * x * x
    mean = first_moment / total
    centred = second / total - mean * mean
    return top + math.log(total), mean, centred


def sigmoid_breaks(center, width):
    width = abs(width)
    return [center + sign * k * width for sign in (-1, 1) for k in (0, 1, 2, 4, 7, 12, 20, 40, 80, 200)]


# ---- Route: pairs

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
    return _in_x(config, terms, total, mean, variance)


def _in_x(config, terms, log_y, mean, variance):
    """log Z_x of log Z_y; the rest is in x already."""
    _, alpha = end_of(config)
    total = sum(a for a, _, _, _ in terms)
    return Exact(log_y + (1 - total) * len(mean) * math.log(alpha), mean, variance)


# ---- Routes: line and separable

def _log_mixture_1d(weights, means, variances, j):
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
            parts.append((exponent, _log_mixture_1d(weights if whole else [1.0], means if whole else means[:1],
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
    return _in_x(config, terms, total, mean, variance)


# ---- Routes: plane and axis

def _grid(low, high, count):
    h = (high - low) / count
    return [low + h * (i + 0.5) for i in range(count)], h


def by_plane(config):
    terms = terms_of(config)
    _, alpha = end_of(config)
    if len(terms[0][2][0]) != 2:
        raise NotApplicable("not two dimensions")
    rewards = flat_rewards(config["target"].get("reward"))
    if any(kind == "log_sigmoid" for kind, _, _ in rewards):
        raise NotApplicable("an edge in the plane")
    check_tails(terms)
    parts = [(a, [(math.log(w) - LOG2PI - 0.5 * math.log(v[0] * v[1]), m, (-0.5 / v[0], -0.5 / v[1]))
                  for w, m, v in zip(ws, ms, vs)]) for a, ws, ms, vs in terms]

    def log_density(y0, y1):
        value = 0.0
        for a, components in parts:
            value += a * log_sum([c + p[0] * (y0 - m[0]) ** 2 + p[1] * (y1 - m[1]) ** 2 for c, m, p in components])
        x = (alpha * y0, alpha * y1)
        return value + sum(value_of(*item, x) for item in rewards)

    box = []
    for j in range(2):
        tail = sum(a / max(row[j] for row in vs) for a, _, _, vs in terms)
        far = max(abs(m[j]) for _, _, ms, _ in terms for m in ms)
        box.append([-far * 3 - 8 / math.sqrt(tail), far * 3 + 8 / math.sqrt(tail)])
    for _ in range(3):
        axes = [_grid(*box[j], 60)[0] for j in range(2)]
        values = {(i, k): log_density(a, b) for i, a in enumerate(axes[0]) for k, b in enumerate(axes[1])}
        top = max(values.values())
        for j in range(2):
            h = axes[j][1] - axes[j][0]
            kept = [index[j] for index, value in values.items() if value > top - 40]
            box[j] = [axes[j][min(kept)] - 1.5 * h, axes[j][max(kept)] + 1.5 * h]
    axes, steps = zip(*[_grid(*box[j], 240) for j in range(2)])
    total, moments = 0.0, [0.0] * 4
    for a in axes[0]:
        for b in axes[1]:
            f = math.exp(log_density(a, b) - top)
            total += f
            moments[0] += f * a
            moments[1] += f * b
            moments[2] += f * a * a
            moments[3] += f * b * b
    mean = [moments[0] / total, moments[1] / total]
    variance = [moments[2] / total - mean[0] ** 2, moments[3] / total - mean[1] ** 2]
    return _in_x(config, terms, top + math.log(total * steps[0] * steps[1]), [alpha * m for m in mean],
                 [alpha * alpha * v for v in variance])


def by_axis(config):
    terms = terms_of(config)
    _, alpha = end_of(config)
    d = len(terms[0][2][0])
    if d < 3 or config["target"].get("reward"):
        raise NotApplicable("not enough dimensions, or a reward")
    for _, _, means, variances in terms:
        if any(m[j] != 0 for m in means for j in range(1, d)) or any(v != row[0] for row in variances for v in row):
            raise NotApplicable("not symmetric around coordinate 0")
    check_tails(terms)
    parts = [(a, [(math.log(w) - 0.5 * d * (LOG2PI + math.log(v[0])), m[0], -0.5 / v[0]) for w, m, v in zip(ws, ms, vs)])
             for a, ws, ms, vs in terms]
    sphere = math.log(2) + 0.5 * (d - 1) * math.log(math.pi) - math.lgamma(0.5 * (d - 1))

    def log_density(y, r):
        return sphere + (d - 2) * math.log(r) + sum(
            a * log_sum([c + p * ((y - m) ** 2 + r * r) for c, m, p in components]) for a, components in parts)

    tail = sum(a / max(row[0] for row in vs) for a, _, _, vs in terms)
    far = max(abs(m[0]) for _, _, ms, _ in terms for m in ms)
    ys, h = _grid(-3 * far - 8 / math.sqrt(tail), 3 * far + 8 / math.sqrt(tail), 700)
    far_out = (math.sqrt(d) + 9) / math.sqrt(tail)
    rs = [(far_out * (i + 0.5 + 0.5 * node) / 20, weight * far_out / 40) for i in range(20) for node, weight in NODES]
    values = [(y, r, weight, log_density(y, r)) for y in ys for r, weight in rs]
    top = max(value for _, _, _, value in values)
    total = first = second = across = 0.0
    for y, r, weight, value in values:
        f = math.exp(value - top) * weight
        total += f
        first += f * y
        second += f * y * y
        across += f * r * r
    mean = first / total
    variances = [second / total - mean * mean] + [across / total / (d - 1)] * (d - 1)
    return _in_x(config, terms, top + math.log(total * h), [alpha * mean] + [0.0] * (d - 1),
                 [alpha * alpha * v for v in variances])


ROUTES = {"pairs": by_pairs, "lines": by_lines, "plane": by_plane, "axis": by_axis}


def answers(config, every=False):
    """{route: Exact} of the first route that applies, or of every one. Raises Improper where there is no integral."""
    found = {}
    for name, route in ROUTES.items():
        try:
            found[name] = route(config)
        except NotApplicable:
            continue
        if not every:
            break
    if not found:
        raise NotApplicable("no route")
    return found


def answer(config):
    return next(iter(answers(config).values()))
