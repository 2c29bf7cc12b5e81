"""How long PyTorch takes to anneal with an MLP of ScoreNetworks. Prints one line of JSON.

    python Benchmarks/peers/mlp_torch.py network.safetensors --particles 4096 --steps 100 --repetitions 3

The same network and sampler as mlp_jax.py. `seconds` is the least of all repetitions, after one that is not counted.
"""

import argparse
import math

import torch
from safetensors import safe_open
from timing import answer, least_seconds


def ancestors(log_weights):
    count = len(log_weights)
    sums = torch.exp(log_weights - log_weights.max()).cumsum(0)
    points = (torch.arange(count) + torch.rand(())) * (sums[-1] / count)
    return torch.searchsorted(sums, points, right=True, out_int32=True).clamp_(max=count - 1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("network")
    parser.add_argument("--particles", type=int, default=4096)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repetitions", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_grad_enabled(False)
    with safe_open(options.network, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - a file of tensors is no dictionary
        stated = file.metadata()
    depth, spread = int(stated["depth"]), float(stated["data_standard_deviation"])
    names = ["input"] + [f"blocks.{i}.linear" for i in range(1, depth)] + ["output"]
    layers = [(tensors[f"{name}.weight"], tensors[f"{name}.bias"][:, None]) for name in names]
    dimensions, count, steps = len(layers[-1][0]), options.particles, options.steps
    low, high, beta = 0.01, 20.0, 1.5

    # Columns are particles, as in mlp_jax.py.
    def score(x, sigma):
        total = sigma**2 + spread**2
        h = torch.cat([x / math.sqrt(total), torch.full((1, count), 0.25 * math.log(sigma))])
        for weights, bias in layers[:-1]:
            h = torch.nn.functional.silu(torch.addmm(bias, weights, h), inplace=True)
        weights, bias = layers[-1]
        return torch.addmm(bias, weights, h).mul_(spread / (sigma * math.sqrt(total))).sub_(x, alpha=1 / total)

    def run():
        torch.manual_seed(0)
        x = torch.randn(dimensions, count) * math.sqrt((high**2 + spread**2) / beta)
        log_sum = 0.0
        for k in range(steps):
            sigma = low * (high / low) ** (1 - k / steps)
            rate = 2 * math.log(high / low) * sigma**2 / steps
            s = score(x, sigma)
            log_weights = (s * s).sum(0).mul_(0.5 * rate * beta * (beta - 1))
            x = x.add(s, alpha=rate * beta).add_(torch.randn(dimensions, count), alpha=math.sqrt(rate))
            log_sum += float(torch.logsumexp(log_weights.double(), 0)) - math.log(count)
            x = x[:, ancestors(log_weights)]
        return log_sum

    found = []
    seconds = least_seconds(lambda: found.append(run()), repetitions=options.repetitions)
    answer(
        peer="torch " + torch.__version__, particles=count, steps=steps, seconds=seconds,
        log_normalizer_ratio=found[-1])


if __name__ == "__main__":
    main()
