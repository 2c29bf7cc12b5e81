"""How long JAX takes to anneal with an MLP of ScoreNetworks: jitted, one lax.scan. Prints one line of JSON.

    python Benchmarks/peers/mlp_jax.py network.safetensors --particles 4096 --steps 100 --repetitions 3

The network is a plain SiLU MLP with a log-noise embedding and prediction edm; the sampler is the paper's (Euler–Maruyama,
systematic resampling at every step), which asks the network once a step. `seconds` is the least of all repetitions, after
one that compiles.
"""

import argparse

import jax
import jax.numpy as jnp
import numpy as np
from safetensors import safe_open
from timing import answer, least_seconds


def ancestors(key, log_weights):
    """Systematic resampling by counts, a scatter and a running maximum."""
    count = len(log_weights)
    sums = jnp.cumsum(jnp.exp(log_weights - log_weights.max()))
    ends = jnp.ceil(count * sums / sums[-1] - jax.random.uniform(key)).clip(0, count).astype(jnp.int32)
    ends = ends.at[-1].set(count)
    starts = jnp.concatenate([jnp.zeros(1, jnp.int32), ends[:-1]])
    marks = jnp.zeros(count + 1, jnp.int32).at[starts].max(jnp.arange(count, dtype=jnp.int32))
    return jax.lax.cummax(marks[:count])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("network")
    parser.add_argument("--particles", type=int, default=4096)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--repetitions", type=int, default=3)
    options = parser.parse_args()
    with safe_open(options.network, "np") as file:
        tensors = {name: jnp.asarray(file.get_tensor(name)) for name in file.keys()}  # noqa: SIM118 - a file of tensors is no dictionary
        stated = file.metadata()
    depth, spread = int(stated["depth"]), float(stated["data_standard_deviation"])
    names = ["input"] + [f"blocks.{i}.linear" for i in range(1, depth)] + ["output"]
    layers = [(tensors[f"{name}.weight"], tensors[f"{name}.bias"][:, None]) for name in names]
    dimensions, count, steps = layers[-1][0].shape[0], options.particles, options.steps
    low, high, beta = 0.01, 20.0, 1.5

    # Columns are particles: as fast as rows or faster on this compiler.
    def score(x, sigma):
        total = sigma**2 + spread**2
        h = jnp.concatenate([x / jnp.sqrt(total), jnp.full((1, count), 0.25 * jnp.log(sigma))])
        for weights, bias in layers[:-1]:
            h = jax.nn.silu(weights @ h + bias)
        weights, bias = layers[-1]
        return spread / (sigma * jnp.sqrt(total)) * (weights @ h + bias) - x / total

    def step(carry, k):
        x, log_weights, log_sum, key = carry
        key, noise_key, resampling_key = jax.random.split(key, 3)
        sigma = low * (high / low) ** (1 - k / steps)
        rate = 2 * jnp.log(high / low) * sigma**2 / steps
        s = score(x, sigma)
        log_weights = log_weights + 0.5 * rate * beta * (beta - 1) * (s * s).sum(0)
        x = x + rate * beta * s + jnp.sqrt(rate) * jax.random.normal(noise_key, x.shape)
        top = log_weights.max()
        log_sum = log_sum + top + jnp.log(jnp.exp(log_weights - top).mean())
        return (x[:, ancestors(resampling_key, log_weights)], jnp.zeros(count), log_sum, key), None

    @jax.jit
    def run(key):
        x = jax.random.normal(key, (dimensions, count)) * jnp.sqrt((high**2 + spread**2) / beta)
        carry, _ = jax.lax.scan(step, (x, jnp.zeros(count), 0.0, key), jnp.arange(steps))
        return carry[2]

    found = []
    seconds = least_seconds(
        lambda: found.append(run(jax.random.key(0)).block_until_ready()), repetitions=options.repetitions)
    products = sum(int(np.prod(weights.shape)) for weights, _ in layers)
    answer(
        peer="jax " + jax.__version__, particles=count, steps=steps, seconds=seconds, log_normalizer_ratio=float(found[-1]),
        gflops=2e-9 * products * count * steps / seconds)


if __name__ == "__main__":
    main()
