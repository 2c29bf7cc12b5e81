"""Writes a PyTorch module of networks.py, or any state dict with the same names, as a file that ScoreNetworks reads.

    save("net.safetensors", network, prediction="edm", process={"kind": "variance-exploding", …}, noise_levels=(1e-4, 16))

or, of a state dict that torch.save wrote, with the file's settings as a JSON object:

    python torch_export.py state.pt settings.json net.safetensors
"""

import difflib
import json
import pickle
import sys

import networks
import torch
from safetensors.torch import load_file, safe_open
from safetensors.torch import save as serialize

FORMAT = "feynman-kac-network/1"
CHOICES = {
    "architecture": list(networks.ARCHITECTURES),
    "prediction": ["score", "epsilon", "x0", "v", "velocity", "edm"],
    "activation": list(networks.ACTIVATIONS),
    "input_scale": ["none", "unit-variance"],
    "noise_input": ["log-snr", "time", "timestep", "sigma"],
    "time_embedding": ["log-noise", "sinusoidal", "fourier"],
    "block": ["plain", "residual"],
    "edges": ["symmetric", "directed"],
    "distance_features": ["radial-basis", "squared"],
}


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
    line = json.dumps(header, separators=(",", ":")).encode()
    line += b" " * (-len(line) % 8)
    with open(path, "wb") as file:
        file.write(len(line).to_bytes(8, "little") + line + raw[start:])


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


def convert(state_path, settings_path, path):
    """Writes the network of a state dict and a settings file; returns its module.

    Raises ValueError with one sentence for a setting or tensor that does not fit.
    """
    with open(settings_path) as file:
        stated = json.load(file, object_pairs_hook=without_repeats)
    if not isinstance(stated, dict):
        raise ValueError(f"{settings_path}: give an object of settings")  # noqa: TRY004 - as for every other fault of the file
    for key in ("architecture", "prediction"):
        if key not in stated:
            raise ValueError(f"{settings_path}: {key} is missing")
    for key, words in CHOICES.items():
        if key in stated and stated[key] not in words:
            raise ValueError(f"{settings_path}: {key} is {stated[key]!r}; give one of {', '.join(words)}")
    kind = networks.ARCHITECTURES[stated["architecture"]]
    own = {**networks.COMMON_SETTINGS, **(networks.MLP_SETTINGS if kind is networks.MLP else networks.EGNN_SETTINGS)}
    others = ["format", "architecture", "prediction", "process", "minimum_noise_level", "maximum_noise_level", "notes"]
    for key in stated:
        if key not in own and key not in others:
            near = difflib.get_close_matches(key, [*own, *others], 1)
            advice = f"did you mean {near[0]}?" if near else "put what the network does not need into notes"
            raise ValueError(f"{settings_path}: unknown key {key}; {advice}")
    for key, default in own.items():
        if default is None and key != "data_standard_deviation" and key not in stated:
            raise ValueError(f"{settings_path}: {key} is missing")
    if stated.get("format", FORMAT) != FORMAT:
        raise ValueError(f"{settings_path}: format is {stated['format']}; give {FORMAT}")
    levels = [stated.get("minimum_noise_level"), stated.get("maximum_noise_level")]
    if (levels[0] is None) != (levels[1] is None):
        raise ValueError(f"{settings_path}: give both of minimum_noise_level and maximum_noise_level, or neither")

    network = kind(**{key: value for key, value in stated.items() if key in own})
    try:
        state = torch.load(state_path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        raise ValueError(f"{state_path}: is not a state dict; write it by torch.save(network.state_dict(), …)") from None
    fill(network, state, state_path)
    process = stated.get("process")
    save(
        path, network, stated["prediction"],
        process=json.loads(process) if isinstance(process, str) else process,
        noise_levels=None if levels[0] is None else levels, notes=stated.get("notes"),
    )
    return network


def fill(network, state, name):
    """Puts a state dict into a module, all of it, as float32."""
    if not isinstance(state, dict) or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise ValueError(f"{name}: is not a state dict of tensors alone")
    wanted = network.state_dict()
    for key, tensor in wanted.items():
        if key not in state:
            raise ValueError(f"{name}: tensor {key} is missing; the settings need it, of shape {list(tensor.shape)}")
        given = state[key]
        if given.shape != tensor.shape:
            raise ValueError(f"{name}: tensor {key} has shape {list(given.shape)}; the settings need {list(tensor.shape)}")
        if not given.is_floating_point() or not given.float().isfinite().all():
            raise ValueError(f"{name}: tensor {key} is not all finite floating-point numbers")
    for key in state:
        if key not in wanted:
            near = difflib.get_close_matches(key, wanted, 1)
            raise ValueError(f"{name}: tensor {key} is not of this network" + (f"; the nearest is {near[0]}" if near else ""))
    network.load_state_dict(state)


def without_repeats(pairs):
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"key {key} stands twice")
    return dict(pairs)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    try:
        made = convert(*sys.argv[1:])
    except (OSError, ValueError) as error:
        sys.exit(f"torch_export.py: {error}")
    print(f"{sys.argv[3]}: {sum(value.numel() for value in made.state_dict().values())} numbers")
