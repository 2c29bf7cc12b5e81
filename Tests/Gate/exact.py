"""Exact log Z, means and variances of compositions of Gaussian mixtures, from the config that a run gets.

The target of a run is its composition at the last noise level v0 (data convolved with N(0, v0)), so every variance here
has v0 added. Five routes, each for what it can do; `answers` tries all, so that a target has two where two apply:

    pairs      whole exponents of mixtures, any of single Gaussians: a sum over tuples of components, each a Gaussian
    line       one dimension, anything: Gauss-Legendre panels
    separable  models that are products over coordinates, with a mixture in each at most: a line a coordinate
    plane      two dimensions, any exponents: a grid
    axis       isotropic mixtures whose means differ in coordinate 0 alone, any exponents: a grid over (axis, radius)
"""
from composition import Improper, NotApplicable, end_of, mixture_of, terms_of
from route_lines import by_lines
from route_pairs import by_pairs
from route_planes import by_axis, by_plane

__all__ = ["Improper", "NotApplicable", "answer", "answers", "end_of", "mixture_of", "terms_of"]

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
