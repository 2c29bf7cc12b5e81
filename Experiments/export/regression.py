"""Regression networks of ScoreNetworks in PyTorch, their files, and the references that the Swift ones are compared with.

    save("head.safetensors", network, notes="…")          writes a Regression as a file of architecture regression

    OMP_NUM_THREADS=1 python regression.py                 remakes Tests/ScoreNetworksTests/Resources/Regression

For every case `name.safetensors`, and in `answers.json` what PyTorch answers in float64: rows, the combination's
coefficients, its values and their gradients.
"""

import json
import pathlib

import networks
import torch
import torch_export
from torch import nn

FOLDER = pathlib.Path(__file__).parents[2] / "Tests/ScoreNetworksTests/Resources/Regression"


class Regression(nn.Module):
    """h = input x, then depth − 1 times h ← linear act(h), then output act(h)."""

    def __init__(self, dimensions, width, depth, outputs, activation="silu"):
        super().__init__()
        self.settings = {
            "dimensions": dimensions, "width": width, "depth": depth, "outputs": outputs, "activation": activation,
        }
        self.activation = networks.ACTIVATIONS[activation]()
        self.input = nn.Linear(dimensions, width)
        # The first has no linear map of its own: it is the input.
        self.blocks = nn.ModuleList(
            nn.ModuleDict({"linear": nn.Linear(width, width)} if index else {}) for index in range(depth))
        self.output = nn.Linear(width, len(outputs))

    def forward(self, x):
        h = self.input(x)
        for block in self.blocks[1:]:
            h = block["linear"](self.activation(h))
        return self.output(self.activation(h))


def save(path, network, notes=None):
    settings = {**network.settings, "outputs": ",".join(network.settings["outputs"])}
    texts = {"format": torch_export.FORMAT, "architecture": "regression", **settings}
    if notes is not None:
        texts["notes"] = notes
    tensors = {name: tensor.detach().contiguous().cpu() for name, tensor in network.state_dict().items()}
    torch_export.write(path, tensors, {name: torch_export.text(value) for name, value in texts.items()})


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    answers = []
    for index, (activation, depth) in enumerate([("silu", 1), ("silu", 3), ("gelu", 2), ("tanh", 4), ("relu", 2)]):
        torch.manual_seed(index)
        name = f"{activation}-{depth}"
        network = Regression(5, 24, depth, ["mass", "charge", "size"], activation)
        with torch.no_grad():
            # Larger than PyTorch's own first weights, so that activations bend.
            for parameter in network.parameters():
                parameter.mul_(2)
        save(FOLDER / f"{name}.safetensors", network)
        rows = (2 * torch.randn(9, 5)).double().requires_grad_()
        coefficients = torch.tensor([0.5, -1.0, 2.0]).double()
        values = network.double()(rows) @ coefficients
        (gradients,) = torch.autograd.grad(values.sum(), rows)
        answers.append({
            "name": name, "rows": rows.tolist(), "coefficients": coefficients.tolist(), "values": values.tolist(),
            "gradients": gradients.tolist(),
        })
    (FOLDER / "answers.json").write_text(json.dumps(answers, indent=1) + "\n")


if __name__ == "__main__":
    main()
