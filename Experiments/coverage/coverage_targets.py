"""Eighty-two targets with exact answers: dimensions 1 to 64, β from 0.3 to 8, guided w from 1.5 to 8, products of 2 to 60."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Tests/Gate"))

from target_parts import COSINE, FLOW, KARRAS, SUB_VP, VE, VP, annealed, far_mode, gaussian, guided, line_modes, mixture, product, spread, three_modes

PROCESSES = [VE, VP, VE, FLOW, VE, COSINE, VE, KARRAS, VP, SUB_VP]


def isotropic(d, mean, low, high):
    return {"kind": "gaussian", "mean": [mean] * d, "standard_deviation": spread(d, low, high)}


def pair(d, scale):
    """Guided Gaussians, the conditional one narrower and aside."""
    return guided(isotropic(d, 0.0, 0.9, 1.2), isotropic(d, 0.5, 0.6, 0.8), scale)


def two_modes(d, weights=(0.35, 0.65), sds=(0.8, 0.5)):
    return line_modes(d, [-2.0, 1.8], list(weights), list(sds), across=0.9)


def guided_modes(d, scale):
    """Guided mixtures; the conditional one prefers a mode."""
    if d > 2:
        return guided(two_modes(d, (0.5, 0.5), (1.2, 1.1)), two_modes(d, (0.2, 0.8), (0.8, 0.9)), scale)
    u = three_modes(d, 1.6)
    return guided(u, mixture(u["means"], [0.1, 0.2, 0.7], [0.9, 0.8, 0.85]), scale)


def posterior(parts, d):
    """p^(1-N) of a standard normal prior and N posteriors of a part each."""
    models = {f"part{i}": gaussian(d, 0.7, 0.7, center=0.2, offset=0.01 * i) for i in range(parts)}
    return product({"prior": 1.0 - parts, **dict.fromkeys(models, 1.0)}, {"prior": isotropic(d, 0.0, 1.0, 1.0), **models})


def experts(place):
    return product({"a": 1, "b": 1}, {"a": isotropic(1, -place, 1, 1), "b": isotropic(1, place, 1, 1)})


def _all():
    modes = {1: (0.3, 0.5, 1.5, 2, 3, 5, 8), 2: (0.3, 0.7, 1.5, 2, 3, 4, 6, 8), 8: (2, 3, 5), 16: (2, 4, 8), 32: (2, 3), 64: (2, 3)}
    gaussians = {1: (2, 8), 5: (0.5, 2, 4, 8), 20: (0.5, 1.5, 2, 3, 8), 64: (0.3, 1.2, 2, 4, 8)}
    yield from ((f"modes-d{d}-b{b}", annealed(three_modes(d), b)) for d, values in modes.items() for b in values)
    yield from ((f"gaussian-d{d}-b{b}", annealed(gaussian(d), b)) for d, values in gaussians.items() for b in values)
    yield from ((f"two-modes-d{d}-b{b}", annealed(two_modes(d), b)) for d, b in ((8, 0.5), (16, 1.5), (64, 1.5), (64, 6)))
    yield "rare-d10-b4", annealed(far_mode(10, 6.0, 0.02, 0.5), 4)
    yield "rare-d2-b3", annealed(far_mode(2, 5.0, 0.05, 0.1), 3)
    yield from ((f"guided-d{d}-w{w}", pair(d, w)) for d, w in (
        (1, 2), (1, 6), (4, 2), (4, 4), (4, 7), (5, 8), (16, 2), (16, 3.5), (16, 6), (20, 4), (64, 2), (64, 4)))
    yield from ((f"guided-modes-d{d}-w{w}", guided_modes(d, w)) for d, w in ((1, 2), (1, 4), (2, 1.5), (2, 3), (2, 5), (8, 2)))
    yield from ((f"product-modes-d{d}", product({"a": 1, "b": 1}, {"a": three_modes(d), "b": three_modes(d, shift=0.5)})) for d in (1, 2, 8, 32))
    yield "product-squares-d2", product({"a": 2, "b": 2}, {"a": three_modes(2), "b": three_modes(2, shift=0.5)})
    yield "product-halves-d2", product({"a": 0.5, "b": 0.5}, {"a": three_modes(2), "b": three_modes(2, shift=0.5)})
    yield from (
        (f"product-of-{n}-d{d}", product({f"m{i}": 1 for i in range(n)}, {f"m{i}": gaussian(d, offset=0.3 * i) for i in range(n)}))
        for n, d in ((2, 16), (3, 5), (4, 5), (4, 20), (5, 2), (5, 64)))
    yield from ((f"experts-{place}", experts(place)) for place in (3, 15))
    yield from ((f"posterior-of-{n}-d{d}", posterior(n, d)) for n, d in ((3, 5), (10, 2), (60, 5)))


def all_targets():
    """Pairs of a name and a config; processes take turns."""
    found = []
    for index, (name, config) in enumerate(_all()):
        found.append((name, {**config, "process": PROCESSES[index % len(PROCESSES)]}))
    return found
