"""The networks of ScoreNetworks as PyTorch modules: what their files mean, to train with and to check against.

Rows are `x_t` of the network's own process. `signal` and `noise` are α(t) and σ(t), one number for all rows or one
a row, `[N]`. Every network embeds the noise and the condition as one vector g:

    g = [time features, condition features], then Linear, activation, Linear where embedding_width > 0.

The settings are those of the files' metadata; Documentation.docc/NetworkFiles.md lists them.
"""

import math

import torch
from torch import nn

ACTIVATIONS = {"silu": nn.SiLU, "gelu": nn.GELU, "relu": nn.ReLU, "tanh": nn.Tanh}

COMMON_SETTINGS = {
    "activation": "silu",
    "input_scale": "none",  # or unit-variance: x / sqrt(α² data_standard_deviation² + σ²)
    "data_standard_deviation": None,
    "noise_input": "log-snr",  # or time, timestep, sigma
    "timesteps": 1000.0,
    "time_embedding": "log-noise",  # or sinusoidal, fourier
    "time_features": 1,
    "maximum_period": 10000.0,
    "embedding_width": 0,
    "classes": 0,
    "condition_dimensions": 0,
    "condition_features": 0,
}
MLP_SETTINGS = {"dimensions": None, "width": None, "depth": None, "block": "plain", "layer_norm": False}
EGNN_SETTINGS = {
    "atoms": None,
    "width": None,
    "depth": None,
    "edges": "symmetric",  # or directed
    "distance_features": "radial-basis",  # or squared
    "radial_basis_functions": 24,
    "radial_minimum": 0.2,
    "radial_maximum": 6.0,
    "attention": True,
    "coordinate_range": 1.0,
    "pair_term": True,
    "distance_offset": 1.0,
    "atom_embedding": False,
}


def noise_scalar(settings, time, signal, noise):
    """The number τ that stands for the noise."""
    kind = settings["noise_input"]
    if kind == "time":
        return time
    if kind == "timestep":
        return time * settings["timesteps"]
    if kind == "sigma":
        return noise
    return 2 * torch.log(signal / noise)  # log-snr


class Embedding(nn.Module):
    """g of the noise and the condition."""

    def __init__(self, settings):
        super().__init__()
        self.settings = s = settings
        self.activation = ACTIVATIONS[s["activation"]]()
        if s["time_embedding"] == "fourier":
            self.register_buffer("frequencies", torch.randn(s["time_features"] // 2))
        if s["classes"]:
            # The last row stands for no label.
            self.labels = nn.Embedding(s["classes"] + 1, s["condition_features"])
        if s["condition_dimensions"]:
            self.condition = nn.Linear(s["condition_dimensions"], s["condition_features"])
            self.null = nn.Parameter(torch.zeros(s["condition_features"]))
        features = s["time_features"] + s["condition_features"]
        if s["embedding_width"]:
            self.linear1 = nn.Linear(features, s["embedding_width"])
            self.linear2 = nn.Linear(s["embedding_width"], s["embedding_width"])
        self.width = s["embedding_width"] or features

    def time_features(self, time, signal, noise):
        s = self.settings
        if s["time_embedding"] == "log-noise":
            return 0.25 * torch.log(noise / signal)[:, None]
        scalar = noise_scalar(s, time, signal, noise)[:, None]
        if s["time_embedding"] == "fourier":
            phases = 2 * math.pi * scalar * self.frequencies
        else:
            half = s["time_features"] // 2
            rows = torch.arange(half, dtype=scalar.dtype, device=scalar.device)
            phases = scalar * torch.exp(-math.log(s["maximum_period"]) * rows / half)
        return torch.cat([phases.sin(), phases.cos()], 1)

    def forward(self, time, signal, noise, label=None, condition=None):
        """`label` is `[N]` whole numbers, where `classes` means none; `condition` is `[N, k]`, where rows of NaN mean none."""
        s = self.settings
        g = [self.time_features(time, signal, noise)]
        count = len(signal)
        if s["classes"]:
            if label is None:
                label = torch.full((count,), s["classes"], dtype=torch.long, device=signal.device)
            g.append(self.labels(label))
        if s["condition_dimensions"]:
            if condition is None:
                g.append(self.null.expand(count, -1))
            else:
                missing = condition.isnan().any(1, keepdim=True)
                g.append(torch.where(missing, self.null, self.condition(condition.nan_to_num())))
        g = torch.cat(g, 1)
        if s["embedding_width"]:
            g = self.linear2(self.activation(self.linear1(g)))
        return g


def scaled_input(settings, x, signal, noise):
    if settings["input_scale"] == "none":
        return x
    variance = (signal * settings["data_standard_deviation"]) ** 2 + noise**2
    return x / variance.sqrt()[:, None]


class MLP(nn.Module):
    """Plain or residual layers.

    plain:     h = act(norm(input [x, g])), then depth − 1 times h = act(norm(linear h)); output h.
    residual:  h = input x, then depth times h += linear2 act(linear1 norm(h) + condition g); output norm(h).
    """

    def __init__(self, **settings):
        super().__init__()
        self.settings = s = {**COMMON_SETTINGS, **MLP_SETTINGS, **settings}
        self.activation = ACTIVATIONS[s["activation"]]()
        self.embedding = Embedding(s)
        d, w, residual = s["dimensions"], s["width"], s["block"] == "residual"
        norm = (lambda: nn.LayerNorm(w)) if s["layer_norm"] else nn.Identity
        self.input = nn.Linear(d if residual else d + self.embedding.width, w)
        if residual:
            self.blocks = nn.ModuleList(
                nn.ModuleDict(
                    {
                        "norm": norm(),
                        "linear1": nn.Linear(w, w),
                        "condition": nn.Linear(self.embedding.width, w, bias=False),
                        "linear2": nn.Linear(w, w),
                    }
                )
                for _ in range(s["depth"])
            )
            self.norm = norm()
        else:
            self.blocks = nn.ModuleList(
                nn.ModuleDict({"norm": norm(), **({"linear": nn.Linear(w, w)} if i else {})}) for i in range(s["depth"])
            )
        self.output = nn.Linear(w, d)

    def forward(self, x, time, signal, noise, label=None, condition=None):
        g = self.embedding(time, signal, noise, label, condition)
        x = scaled_input(self.settings, x, signal, noise)
        if self.settings["block"] == "residual":
            h = self.input(x)
            for block in self.blocks:
                z = self.activation(block["linear1"](block["norm"](h)) + block["condition"](g))
                h = h + block["linear2"](z)
            return self.output(self.norm(h))
        h = self.input(torch.cat([x, g], 1))
        for index, block in enumerate(self.blocks):
            if index:
                h = block["linear"](h)
            h = self.activation(block["norm"](h))
        return self.output(h)


class EGNN(nn.Module):
    """An E(n)-equivariant graph network (Satorras et al. 2021) of atoms that all see each other.

    z starts at the scaled positions, h at input g (+ a vector of each atom). Every layer, for i ≠ j:

        r = sqrt(|z_i − z_j|² + 1e-12)
        m_ij = act(message act(source h_i + target h_j + distance f(r) + condition g))     (target = source if symmetric)
        m_ij ← m_ij · sigmoid(attention m_ij)                                               (attention)
        w_ij = coordinate_range · tanh(coordinate2 act(coordinate1 m_ij)) + pair m_ij       (pair_term)
        z_i ← z_i + Σ_j (z_i − z_j) / (r + distance_offset) · w_ij / (atoms − 1)
        h_i ← h_i + node2 act(node1 [h_i, Σ_j m_ij / (atoms − 1)])

    f are radial basis functions exp(−½ min(((log r − μ)/δ)², 60)), μ evenly spaced by δ from log radial_minimum to log
    radial_maximum; or, for `squared`, r² now and at the first layer. The answer is z − its start, without its mean.
    """

    def __init__(self, **settings):
        super().__init__()
        self.settings = s = {**COMMON_SETTINGS, **EGNN_SETTINGS, **settings}
        s["dimensions"] = 3 * s["atoms"]
        self.activation = ACTIVATIONS[s["activation"]]()
        self.embedding = Embedding(s)
        n, w, g = s["atoms"], s["width"], self.embedding.width
        self.symmetric = s["edges"] == "symmetric"
        features = s["radial_basis_functions"] if s["distance_features"] == "radial-basis" else 2
        self.input = nn.Linear(g, w)
        if s["atom_embedding"]:
            self.atoms = nn.Embedding(n, w)
        layers = []
        for index in range(s["depth"]):
            parts = {
                "source": nn.Linear(w, w, bias=False),
                "distance": nn.Linear(features, w, bias=False),
                "condition": nn.Linear(g, w),
                "message": nn.Linear(w, w),
                "coordinate1": nn.Linear(w, w),
                "coordinate2": nn.Linear(w, 1, bias=False),
            }
            if not self.symmetric:
                parts["target"] = nn.Linear(w, w, bias=False)
            if s["attention"]:
                parts["attention"] = nn.Linear(w, 1)
            if s["pair_term"]:
                parts["pair"] = nn.Linear(w, 1, bias=False)
            # The last layer's nodes are not looked at.
            if index + 1 < s["depth"]:
                parts["node1"] = nn.Linear(2 * w, w)
                parts["node2"] = nn.Linear(w, w)
            layers.append(nn.ModuleDict(parts))
        self.layers = nn.ModuleList(layers)
        if self.symmetric:
            i, j = torch.triu_indices(n, n, 1)
        else:
            i, j = torch.nonzero(~torch.eye(n, dtype=torch.bool), as_tuple=True)
        self.register_buffer("first", i, persistent=False)
        self.register_buffer("second", j, persistent=False)

    def distance_features(self, r, start):
        s = self.settings
        if s["distance_features"] == "squared":
            return torch.stack([r * r, start * start], -1)
        low, high = math.log(s["radial_minimum"]), math.log(s["radial_maximum"])
        centers = torch.linspace(low, high, s["radial_basis_functions"], dtype=r.dtype, device=r.device)
        spacing = (high - low) / (s["radial_basis_functions"] - 1)
        return torch.exp(-0.5 * (((r.log()[..., None] - centers) / spacing) ** 2).clamp(max=60))

    def forward(self, x, time, signal, noise, label=None, condition=None):
        s = self.settings
        n, i, j = s["atoms"], self.first, self.second
        g = self.embedding(time, signal, noise, label, condition)
        start = scaled_input(s, x, signal, noise).reshape(-1, n, 3)
        z = start
        h = self.input(g)[:, None, :].expand(-1, n, -1)
        if s["atom_embedding"]:
            h = h + self.atoms.weight
        first_r = None
        for layer in self.layers:
            gap = z[:, i] - z[:, j]
            r = (gap.square().sum(-1) + 1e-12).sqrt()
            first_r = r if first_r is None else first_r
            source = layer["source"](h)
            target = source if self.symmetric else layer["target"](h)
            edge = layer["distance"](self.distance_features(r, first_r)) + layer["condition"](g)[:, None, :]
            m = self.activation(layer["message"](self.activation(source[:, i] + target[:, j] + edge)))
            if s["attention"]:
                m = m * torch.sigmoid(layer["attention"](m))
            w = s["coordinate_range"] * torch.tanh(layer["coordinate2"](self.activation(layer["coordinate1"](m))))
            if s["pair_term"]:
                w = w + layer["pair"](m)
            push = gap / (r + s["distance_offset"])[..., None] * w / (n - 1)
            z = z.index_add(1, i, push)
            if self.symmetric:
                z = z.index_add(1, j, -push)
            if "node1" in layer:
                total = torch.zeros_like(h).index_add(1, i, m)
                if self.symmetric:
                    total = total.index_add(1, j, m)
                h = h + layer["node2"](self.activation(layer["node1"](torch.cat([h, total / (n - 1)], -1))))
        moved = z - start
        return (moved - moved.mean(1, keepdim=True)).flatten(1)


ARCHITECTURES = {"mlp": MLP, "egnn": EGNN}


def score(network, prediction, x, time, signal, noise, label=None, condition=None):
    """∇_x log q_t(x) by a network of any prediction except velocity, which needs the process's rates.

    `edm` is x₀ = c_skip x/α + c_out F (Karras et al. 2022) in y = x/α with σ_y = σ/α.
    """
    answer = network(x, time, signal, noise, label, condition)
    a, s = signal[:, None], noise[:, None]
    if prediction == "score":
        return answer
    if prediction == "epsilon":
        return -answer / s
    if prediction == "v":
        return -(s * x + a * answer) / (s * (a * a + s * s))
    if prediction == "edm":
        spread, level = network.settings["data_standard_deviation"], s / a
        total = spread**2 + level**2
        answer = spread**2 / total * x / a + level * spread / total.sqrt() * answer
    return (a * answer - x) / (s * s)
