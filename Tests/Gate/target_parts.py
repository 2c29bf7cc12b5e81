"""What the gate's targets are made of: processes, analytic models, compositions, and models whose scores come from a program."""

import dataclasses
import json
import pathlib
import sys

import exact

HERE = pathlib.Path(__file__).resolve().parent

VE = {"kind": "variance-exploding"}
VP = {"kind": "variance-preserving"}
COSINE = {"kind": "variance-preserving", "schedule": "cosine"}
SUB_VP = {"kind": "sub-variance-preserving"}
KARRAS = {"kind": "karras"}
FLOW = {"kind": "flow-matching"}
PROCESSES = {"ve": VE, "vp": VP, "cosine": COSINE, "sub-vp": SUB_VP, "karras": KARRAS, "flow": FLOW}


@dataclasses.dataclass
class Target:
    """A config and what is known of it.

    `twin` is a config of analytic models with the same answer, where the config's own are programs. `improper` targets have
    no finite integral, and are refused, or doubtful where they `may_doubt`, whose integral nothing but a run can tell of. `short`: the short form runs it.
    """

    name: str
    kind: str
    easy: bool
    config: dict
    twin: dict = None
    improper: bool = False
    may_doubt: bool = False
    short: bool = False

    @property
    def described(self):
        return self.twin or self.config

    @property
    def uses_program(self):
        return any(model["kind"] == "program" for model in self.config["models"].values())


def spread(d, low, high):
    """d numbers from low to high, in an order that is not monotonous."""
    if d == 1:
        return [low]
    values = [low + (high - low) * i / (d - 1) for i in range(d)]
    return values[::2] + values[1::2][::-1]


def gaussian(d, low=0.5, high=1.3, center=0.7, offset=0.0):
    mean = [round(offset + center * (1 if j % 3 else -0.6) * (1 + j % 2), 6) for j in range(d)]
    return {"kind": "gaussian", "mean": mean, "standard_deviation": [round(s, 6) for s in spread(d, low, high)]}


def normal(d, mean, sd):
    return {"kind": "gaussian", "mean": [mean] * d, "standard_deviation": sd}


def mixture(means, weights, sds):
    return {"kind": "gaussian-mixture", "means": means, "weights": weights, "standard_deviations": sds}


def three_modes(d, size=1.0, shift=0.0):
    """Three modes of unlike weights and widths, in every coordinate apart."""
    if d == 1:
        means = [[-3.0 + shift], [0.5 + shift], [2.5 + shift]]
    else:
        means = [[-2.0, 1.0], [2.0, 0.5], [0.3, -2.5]]
        means = [[m[j % 2] * (1 if j < 2 else 0.5 / (1 + j // 2)) + shift for j in range(d)] for m in means]
    return mixture(means, [0.5, 0.3, 0.2], [round(s * size, 6) for s in (0.7, 0.5, 0.6)])


def line_modes(d, means, weights, sds, across=1.0):
    """A mixture along coordinate 0, the same Gaussian across: a product over coordinates."""
    return mixture([[m] + [0.2 * (j + 1) / d for j in range(d - 1)] for m in means], weights,
                   [[s] + [across] * (d - 1) for s in sds])


def far_mode(d, place, weight, sd):
    return mixture([[0.0] * d, [place] + [0.0] * (d - 1)], [round(1 - weight, 9), weight], [1.0, sd])


def annealed(model, beta, process=VE, particles=2000, **rest):
    return {"particles": particles, "process": process, "models": {"m": model},
            "target": {"annealed": {"model": "m", "inverse_temperature": beta}}, **rest}


def product(exponents, models, process=VE, particles=2000, **rest):
    return {"particles": particles, "process": process, "models": models, "target": {"product": exponents}, **rest}


def guided(u, c, scale, process=VE, particles=2000, extra=None, **rest):
    return {"particles": particles, "process": process, "models": {"u": u, "c": c},
            "target": {"guided": {"unconditional": "u", "conditional": "c", "scale": scale, **(extra or {})}}, **rest}


def guided_pair(d):
    """Gaussians, the conditional one narrower."""
    return gaussian(d, 1.0, 1.6, 0.2), gaussian(d, 0.6, 1.2, 0.6, 0.3)


def guided_modes():
    """Two modes each, between which the conditional one prefers the second."""
    return mixture([[-2.0, 0.5], [2.0, -0.5]], [0.5, 0.5], [1.2, 1.0]), mixture([[-1.5, 0.8], [2.2, -0.2]], [0.2, 0.8], [0.8, 0.9])


def rewarded(model, reward, process=VE, beta=1.0, particles=2000, denoised=None, at=None, **rest):
    config = annealed(model, beta, process, particles, **rest)
    place = {"at": "denoised", "data_standard_deviation": denoised} if denoised else {"at": at} if at else {}
    config["target"]["reward"] = {**reward, **place}
    return config


def linear(*coefficients):
    return {"kind": "linear", "coefficients": list(coefficients)}


def half_space(coefficients, center, width):
    return {"kind": "log_sigmoid", "of": linear(*coefficients), "center": center, "width": width}


def has_heavy_weights(config):
    """Whether weights have a heavy tail at noise scale 1: positive exponents that sum to more than 2, or to 2 in many dimensions."""
    terms = exact.terms_of(config)
    positive = sum(max(term[0], 0) for term in terms)
    return positive > 2 or (positive == 2 and len(terms[0][2][0]) >= 16)


def forty_modes():
    """The mixture of Experiments/gmm40."""
    stored = json.loads((HERE.parent.parent / "Experiments" / "gmm40" / "gmm40.json").read_text())
    return mixture(*[stored[key] for key in ("means", "weights", "standard_deviations")])


def program(model):
    """A model whose scores come from a program, and nothing else does."""
    d = len(model["mean"] if "mean" in model else model["means"][0])
    return {"kind": "program", "command": [sys.executable, str(HERE / "worker.py"), json.dumps(model)], "dimensions": d}
