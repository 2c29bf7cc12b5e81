"""training_step.cpp from Python: the network's answer and its gradient in less than half of PyTorch's time.

    python native.py        compares both with PyTorch and times them

Weights live in one flat tensor, of which the module's parameters are views.
"""

import ctypes
import hashlib
import math
import os
import pathlib
import subprocess
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "export"))
import networks

PLACES = (
    "source.weight distance.weight condition.weight condition.bias message.weight message.bias coordinate1.weight "
    "coordinate1.bias coordinate2.weight attention.weight attention.bias pair.weight node1.weight node1.bias node2.weight node2.bias"
).split()


def library(width):
    source = HERE / "training_step.cpp"
    name = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    # Not in a folder where others could have put one of that name.
    built = HERE / ".build" / f"{name}-{width}.so"
    if not built.exists():
        built.parent.mkdir(exist_ok=True)
        partial = built.with_suffix(f".{os.getpid()}")
        flags = f"-std=gnu++17 -O3 -march=native -fno-math-errno -shared -fPIC -DWIDTH={width}".split()
        subprocess.run([os.environ.get("CXX", "c++"), *flags, str(source), "-o", str(partial)], check=True)
        partial.rename(built)
    return ctypes.CDLL(str(built))


class NativeEGNN:
    """The function of a networks.EGNN; `flat` holds its weights and `gradient` has the same order."""

    def __init__(self, network):
        self.settings = s = network.settings
        expected = {
            "atoms": 13,
            "edges": "symmetric",
            "attention": True,
            "pair_term": True,
            "activation": "silu",
            "atom_embedding": False,
            "distance_features": "radial-basis",
            "time_embedding": "log-noise",
            "embedding_width": 0,
            "coordinate_range": 1.0,
        }
        for name, value in expected.items():
            if s[name] != value:
                raise ValueError(f"{name} is {s[name]}; this form needs {value}")
        if s["width"] % 16 or s["radial_basis_functions"] > 32:
            raise ValueError("this form needs a width that is a multiple of 16 and at most 32 radial functions")
        self.call = library(s["width"]).egnn
        self.call.restype = None
        named = dict(network.named_parameters())
        self.flat = torch.cat([p.detach().flatten() for p in named.values()])
        self.gradient = torch.zeros_like(self.flat)
        begins, begin = {}, 0
        for name, parameter in named.items():
            begins[name] = begin
            parameter.data = self.flat[begin : begin + parameter.numel()].view_as(parameter)
            begin += parameter.numel()
        self.names, self.views = list(named), [p.data for p in named.values()]
        offsets = [begins.get(f"layers.{l}.{place}", -1) for l in range(s["depth"]) for place in PLACES]
        self.offsets = (ctypes.c_long * (len(offsets) + 2))(*offsets, begins["input.weight"], begins["input.bias"])

    def module(self):
        """A module of its own with these weights."""
        network = networks.EGNN(**self.settings)
        network.load_state_dict(dict(zip(self.names, (p.clone() for p in self.views))))
        return network

    def _run(self, x, sigma, target=None, emphasis=None):
        s = self.settings
        start = networks.scaled_input(s, x, torch.ones_like(sigma), sigma).contiguous()
        noise = (0.25 * sigma.log()).contiguous()
        answer, error = torch.empty_like(start), torch.empty(len(x))
        low, high = math.log(s["radial_minimum"]), math.log(s["radial_maximum"])
        spacing = (high - low) / (s["radial_basis_functions"] - 1)
        pointer = lambda t: ctypes.c_void_p(None if t is None else t.data_ptr())
        target = None if target is None else target.contiguous()
        emphasis = None if target is None else emphasis.contiguous()
        self.call(
            ctypes.c_long(len(x)),
            ctypes.c_int(s["depth"]),
            ctypes.c_int(s["radial_basis_functions"]),
            *(ctypes.c_float(v) for v in (low, spacing, s["distance_offset"])),
            self.offsets,
            *(pointer(t) for t in (self.flat, start, noise, target, emphasis, answer, error, self.gradient)),
        )
        return answer, error

    def __call__(self, x, time, signal, noise):
        """As the module's, for variance-exploding rows (signal 1)."""
        return self._run(x, noise)[0]

    def errors(self, x, sigma, target, emphasis):
        """The mean squared error of each row; adds the gradient of the mean of `emphasis` times it to `gradient`."""
        return self._run(x, sigma, target, emphasis)[1]


def compare(network, rows=128):
    """The largest differences of answer and gradient from PyTorch's, in units of each tensor's largest entry."""
    native = NativeEGNN(network)
    x, target = 1.3 * torch.randn(2, rows, 39)
    sigma = torch.logspace(-2, 0.7, rows)
    one, emphasis = torch.ones(rows), 0.5 + torch.rand(rows)
    answer = network(x, one, one, sigma)
    error = (answer - target).square().sum(1) / 36
    gradients = torch.autograd.grad((emphasis * error).mean(), list(network.parameters()))
    native.gradient.zero_()
    own = native.errors(x, sigma, target, emphasis)
    mine = torch.split(native.gradient, [g.numel() for g in gradients])
    worst = max(((a - b.flatten()).abs().max() / b.abs().max()).item() for a, b in zip(mine, gradients))
    return {
        "answer": ((native(x, one, one, sigma) - answer).abs().max() / answer.abs().max()).item(),
        "error": ((own - error).abs() / error).max().item(),
        "gradient": worst,
    }


def main():
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    network = networks.EGNN(atoms=13, width=64, depth=3, input_scale="unit-variance", data_standard_deviation=1.25)
    print("largest relative differences from PyTorch:", compare(network))
    native = NativeEGNN(network)
    x, sigma = torch.randn(128, 39), torch.rand(128) + 0.01
    one = torch.ones(128)

    def plain():
        (network(x, one, one, sigma) - x).square().mean().backward()

    for name, call in {
        "PyTorch, gradient": plain,
        "native, gradient": lambda: native.errors(x, sigma, x, one),
        "native, answer": lambda: native(x, one, one, sigma),
    }.items():
        call()
        began = time.process_time()
        for _ in range(10):
            call()
        print(f"{name}: {100 * (time.process_time() - began):.1f} ms of processor for 128 rows")


if __name__ == "__main__":
    main()
