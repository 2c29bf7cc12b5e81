"""Small ONNX files with exact answers, for the tests of ScoreNetworks.

    python3 Experiments/export/onnx_models.py Tests/ScoreNetworksTests/Resources/ONNX     # needs onnx and numpy

Each answers E[ε | x] = σ (x − m)/(s² + σ²) for data N(m, s²) with α = 1, m = (1, −½), s = ½, and differs from the others in
how it takes the noise, except network.onnx, a small random network, and those that no reader should take.
"""

import itertools
import pathlib
import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

MEAN = [1.0, -0.5]
VARIANCE = 0.25
STEPS = 1000
SIGMA_MIN, SIGMA_MAX = 0.01, 50.0
FLOAT, DOUBLE, HALF, INT64 = TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16, TensorProto.INT64


def constant(name, values, kind=numpy.float32):
    return numpy_helper.from_array(numpy.array(values, kind), name)


def save(folder, name, nodes, inputs, outputs, constants):
    graph = helper.make_graph(
        nodes, name, [helper.make_tensor_value_info(*i) for i in inputs],
        [helper.make_tensor_value_info(*o) for o in outputs], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="onnx_models.py")
    onnx.checker.check_model(model)
    onnx.save(model, folder / f"{name}.onnx")


def epsilon(sigma="column", mean="mean"):
    """Nodes from x and a column of σ to the answer."""
    node = helper.make_node
    return [
        node("Sub", ["x", mean], ["distance"]),
        node("Mul", [sigma, sigma], ["square"]),
        node("Add", ["square", "variance"], ["total"]),
        node("Div", [sigma, "total"], ["factor"]),
        node("Mul", ["distance", "factor"], ["epsilon"]),
    ]


def gaussian(folder, name, noise, before, rows="N", extra_inputs=(), extra_constants=(), mean="mean"):
    constants = [constant("mean", MEAN), constant("variance", VARIANCE), *extra_constants]
    save(folder, name, before + epsilon(mean=mean), [("x", FLOAT, [rows, 2]), noise, *extra_inputs],
         [("epsilon", FLOAT, [rows, 2])], constants)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    node = helper.make_node
    same = [node("Identity", ["sigma"], ["column"])]
    gaussian(folder, "column", ("sigma", FLOAT, ["N", 1]), same)
    gaussian(folder, "vector", ("sigma", FLOAT, ["N"]), [node("Unsqueeze", ["sigma", "one"], ["column"])],
             extra_constants=[constant("one", [1], numpy.int64)])
    gaussian(folder, "scalar", ("sigma", FLOAT, []), same)
    gaussian(folder, "single", ("sigma", FLOAT, [1]), same)
    gaussian(folder, "double", ("sigma", DOUBLE, ["N", 1]), [node("Cast", ["sigma"], ["column"], to=FLOAT)])
    gaussian(folder, "fixed", ("sigma", FLOAT, [16, 1]), same, rows=16)
    # u = log(α²/σ²), so σ = e^(−u/2).
    gaussian(folder, "log-snr", ("u", FLOAT, ["N", 1]),
             [node("Mul", ["u", "minus_half"], ["logarithm"]), node("Exp", ["logarithm"], ["column"])],
             extra_constants=[constant("minus_half", -0.5)])
    # σ of the process with these ends, from a step counted from 0 to STEPS − 1.
    slope = numpy.log(SIGMA_MAX / SIGMA_MIN) / (STEPS - 1)
    gaussian(folder, "timestep", ("timestep", INT64, ["N"]),
             [node("Cast", ["timestep"], ["step"], to=FLOAT), node("Unsqueeze", ["step", "one"], ["steps"]),
              node("Mul", ["steps", "slope"], ["rise"]), node("Add", ["rise", "start"], ["logarithm"]),
              node("Exp", ["logarithm"], ["column"])],
             extra_constants=[constant("one", [1], numpy.int64), constant("slope", slope),
                              constant("start", numpy.log(SIGMA_MIN))])
    gaussian(folder, "conditional", ("sigma", FLOAT, ["N", 1]), same,
             extra_inputs=[("center", FLOAT, ["N", 2])], mean="center")
    # A picture of one channel: rows of rank 4.
    save(folder, "picture", same + epsilon(), [("x", FLOAT, ["N", 1, 1, 2]), ("sigma", FLOAT, ["N", 1, 1, 1])],
         [("epsilon", FLOAT, ["N", 1, 1, 2])], [constant("mean", MEAN), constant("variance", VARIANCE)])

    # The first again with its numbers in a file beside it, one of a constant node: what torch.onnx.export writes by default.
    graph = helper.make_graph(
        [node("Constant", [], ["variance"], value=constant("variance", VARIANCE)), *same, *epsilon()], "external",
        [helper.make_tensor_value_info(*i) for i in [("x", FLOAT, ["N", 2]), ("sigma", FLOAT, ["N", 1])]],
        [helper.make_tensor_value_info("epsilon", FLOAT, ["N", 2])], [constant("mean", MEAN)])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="onnx_models.py")
    (folder / "external.onnx.data").unlink(missing_ok=True)
    onnx.save(model, folder / "external.onnx", save_as_external_data=True, location="external.onnx.data", size_threshold=0,
              convert_attribute=True)

    # A network that sums many terms, so that another order of summation would show.
    generator = numpy.random.default_rng(0)
    widths = [3, 64, 64, 2]
    layers, last = [node("Concat", ["x", "sigma"], ["h0"], axis=1)], "h0"
    constants = []
    for index, (fan_in, fan_out) in enumerate(itertools.pairwise(widths)):
        constants.append(constant(f"w{index}", generator.normal(size=(fan_in, fan_out)) / fan_in**0.5))
        output = "epsilon" if index == len(widths) - 2 else f"z{index}"
        layers.append(node("MatMul", [last, f"w{index}"], [output]))
        last = f"h{index + 1}"
        if output != "epsilon":
            layers.append(node("Tanh", [output], [last]))
    save(folder, "network", layers, [("x", FLOAT, ["N", 2]), ("sigma", FLOAT, ["N", 1])],
         [("epsilon", FLOAT, ["N", 2])], constants)

    # Rewards: r(x) = h x − ½ k (|x|² + ½) with h = (½, −1) and k = ½ has the gradient h − k x. The first has both outputs and takes any number of rows; the
    # second a column of values for sixteen rows.
    value = [
        node("Mul", ["x", "slope"], ["products"]), node("ReduceSum", ["products", "axis"], ["linear"], keepdims=0),
        node("Mul", ["x", "x"], ["squares"]), node("ReduceSum", ["squares", "axis"], ["norm"], keepdims=0),
        node("Add", ["norm", "half"], ["shifted"]), node("Mul", ["shifted", "quarter"], ["fall"]), node("Sub", ["linear", "fall"], ["reward"]),
    ]
    steps = [node("Mul", ["x", "half"], ["pull"]), node("Sub", ["slope", "pull"], ["gradient"])]
    numbers = [constant("slope", [0.5, -1.0]), constant("half", 0.5), constant("quarter", 0.25), constant("axis", [1], numpy.int64)]
    save(folder, "reward", value + steps, [("x", FLOAT, ["N", 2])], [("reward", FLOAT, ["N"]), ("gradient", FLOAT, ["N", 2])], numbers)
    save(folder, "reward-fixed", [*value, node("Unsqueeze", ["reward", "axis"], ["column"])], [("x", FLOAT, [16, 2])], [("column", FLOAT, [16, 1])], numbers)

    save(folder, "reward-small", [node("ReduceSum", ["x", "axis"], ["mass"], keepdims=0)], [("x", FLOAT, ["N", 1])], [("mass", FLOAT, ["N"])],
         [constant("axis", [1], numpy.int64)])

    # What is refused: half precision, and rows whose length is not fixed.
    save(folder, "half", [node("Mul", ["x", "sigma"], ["epsilon"])], [("x", HALF, ["N", 2]), ("sigma", HALF, ["N", 1])],
         [("epsilon", HALF, ["N", 2])], [])
    save(folder, "any-width", [node("Mul", ["x", "sigma"], ["epsilon"])],
         [("x", FLOAT, ["N", "d"]), ("sigma", FLOAT, ["N", 1])], [("epsilon", FLOAT, ["N", "d"])], [])


main(pathlib.Path(sys.argv[1]))
