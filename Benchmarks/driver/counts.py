"""What a particle costs in one step, counted from the algorithms; roofline.py says what a machine could make of it.

An *operation* is one on one number, as a vector instruction does 16 (AVX-512) or 8 (AVX2) of; a fused multiply-add is one.
What is counted is the arithmetic that the algorithm needs, not loads, stores and loops. Bytes are what goes to memory and
back where nothing stays in a cache between two steps; blocks and their scratch memory do stay.
"""

import dataclasses

from driver.perceptron import PRODUCTS, SHAPE

# 2^x by a polynomial of degree 5: clamp 2, rounding 3, polynomial 5, scaling 2.
POWER = 12
# The mixture's own, at AVX-512: clamp 1, rounding 2, polynomial 5, scaling 1.
MIXTURE_POWER = 9
# x / (1 + 2^(-x / log 2)), with its bias: 8 beside the power, one of them a division.
SILU = POWER + 9
# Philox's ten rounds and the transform of Box and Muller: some 260 vector instructions of 16 for 64 normals.
NORMAL = 65


@dataclasses.dataclass
class Count:
    """Of one particle in one step."""

    parts: dict
    multiply_adds: float
    bytes: float

    @property
    def operations(self):
        return sum(self.parts.values())


def mixture(components=40, dimensions=2):
    """Scores of a mixture of one variance, and the step around them, in the default scheme with radial control."""
    # Each component is visited once. Its exponent: d differences, d multiply-adds and one more. Then the power, the sum and
    # d multiply-adds with the differences.
    parts = {
        "exponents": components * (2 * dimensions + 1),
        "powers and pulls": components * (MIXTURE_POWER + 1 + dimensions),
        "normals": NORMAL * dimensions,
        # The move: 6 a coordinate. Sums and rates in double, which take two: 12 a coordinate. The weight, its power in
        # double and its moments: some 60.
        "step, rates and weight": 18 * dimensions + 60,
    }
    multiply_adds = components * (2 * dimensions + 1 + 5) + 4 * dimensions
    # States, scores, points: read and written, 4 bytes. Weight, rate and feature: read and written, 8.
    return Count(parts, multiply_adds, 2 * (3 * 4 * dimensions + 3 * 8))


def perceptron():
    """The MLP 64→512→512→512→64 and the step around it."""
    dimensions = SHAPE[0]
    parts = {
        "matrix products": PRODUCTS,
        "activations": SILU * sum(SHAPE[1:-1]),
        "normals": NORMAL * dimensions,
        "step, rates and weight": 18 * dimensions + 60,
    }
    return Count(parts, PRODUCTS, 2 * (3 * 4 * dimensions + 3 * 8))


def graph(atoms=13, width=64, layers=3, functions=24):
    """LJ-13's graph network with symmetric edges, attention and a pair term, and the step around it."""
    edges, dimensions = atoms * (atoms - 1) // 2, 3 * atoms
    # An edge in a layer: its distance's features, two square maps and three products with a vector.
    edge = functions * width + 2 * width * width + 3 * width
    # A node: its source in all layers but the first, its own part of the update once less, sums and second map.
    node = width * width * ((layers - 1) + (layers - 2) + 2 * (layers - 1))
    products = layers * edges * edge + atoms * node
    parts = {
        "matrix products": products,
        # Of three maps an edge and one a node and layer with an update; attention's product beside its map.
        "activations": SILU * width * (3 * layers * edges + atoms * (layers - 1)) + layers * edges * width,
        "radial functions": layers * edges * functions * (POWER + 4),
        # Adding both ends' vectors to a message, and messages to both ends.
        "gathers and sums": width * edges * (2 * (layers - 1) + 2 * (layers - 1)),
        "normals": NORMAL * dimensions,
        "step, rates and weight": 18 * dimensions + 60,
    }
    return Count(parts, products, 2 * (3 * 4 * dimensions + 3 * 8))
