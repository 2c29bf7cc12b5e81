"""Writes a PyTorch module of networks.py, or any state dict with the same names, as a file that ScoreNetworks reads.

    save("net.safetensors", network, prediction="edm", process={"kind": "variance-exploding", …}, noise_levels=(1e-4, 16))
"""

import json

from safetensors.torch import load_file, safe_open
from safetensors.torch import save as serialize

import networks

FORMAT = "feynman-kac-network/1"


def metadata(architecture, settings, prediction, process=None, noise_levels=None, notes=None):
    """The settings as the texts that the file's header holds."""
    values = {"format": FORMAT, "architecture": architecture, "prediction": prediction, **settings}
    if process is not None:
        values["process"] = json.dumps(process, sort_keys=True)
    if noise_levels is not None:
        values["minimum_noise_level"], values["maximum_noise_level"] = noise_levels
    if notes is not None:
        values["notes"] = notes
    return {name: text(value) for name, value in values.items() if value is not None}


def text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)


def save(path, network, prediction, process=None, noise_levels=None, notes=None):
    architecture = next(name for name, kind in networks.ARCHITECTURES.items() if isinstance(network, kind))
    tensors = {name: tensor.detach().contiguous().cpu() for name, tensor in network.state_dict().items()}
    write(path, tensors, metadata(architecture, network.settings, prediction, process, noise_levels, notes))


def write(path, tensors, texts):
    """A safetensors file whose header is in order, so that the same network gives the same bytes."""
    raw = serialize(tensors, texts)
    start = 8 + int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:start])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + raw[start:])


def load(path):
    """The module of a file that `save` wrote, and its metadata."""
    with safe_open(path, "pt") as file:
        stated = file.metadata()
    kind = networks.ARCHITECTURES[stated["architecture"]]
    known = {**networks.COMMON_SETTINGS, **(networks.MLP_SETTINGS if kind is networks.MLP else networks.EGNN_SETTINGS)}
    settings = {name: parsed(stated[name]) for name in known if name in stated}
    network = kind(**settings)
    network.load_state_dict(load_file(path))
    return network.eval(), stated


def parsed(value):
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value
