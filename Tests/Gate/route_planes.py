"""The routes `plane` and `axis`: grids over two coordinates."""
import math

from composition import LOG2PI, NotApplicable, check_tails, end_of, flat_rewards, in_x, log_sum, terms_of, value_of
from quadrature import NODES


def grid(low, high, count):
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
        axes = [grid(*box[j], 60)[0] for j in range(2)]
        values = {(i, k): log_density(a, b) for i, a in enumerate(axes[0]) for k, b in enumerate(axes[1])}
        top = max(values.values())
        for j in range(2):
            h = axes[j][1] - axes[j][0]
            kept = [index[j] for index, value in values.items() if value > top - 40]
            box[j] = [axes[j][min(kept)] - 1.5 * h, axes[j][max(kept)] + 1.5 * h]
    axes, steps = zip(*[grid(*box[j], 240) for j in range(2)])
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
    return in_x(config, terms, top + math.log(total * steps[0] * steps[1]), [alpha * m for m in mean],
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
    ys, h = grid(-3 * far - 8 / math.sqrt(tail), 3 * far + 8 / math.sqrt(tail), 700)
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
    return in_x(config, terms, top + math.log(total * h), [alpha * mean] + [0.0] * (d - 1),
                 [alpha * alpha * v for v in variances])
