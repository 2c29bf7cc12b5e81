"""How long systematic resampling takes elsewhere, from normalised weights to ancestors. Prints one line of JSON.

    python Benchmarks/peers/resampling.py particles --count 1000000      or blackjax, jax, torch, numpy

Weights are e^z with z standard normal, in the precision that each library works in. `largest_deviation` is the largest
difference between a particle's offspring and N W; it is below 1 for exact arithmetic.
"""

import argparse
import importlib.metadata
import os

import numpy as np
from timing import answer, least_seconds


def particles(weights):
    from particles import resampling

    return lambda: resampling.systematic(weights)


def blackjax(weights):
    import jax
    from blackjax.smc import resampling

    call = jax.jit(resampling.systematic, static_argnums=2)
    key, weights = jax.random.key(0), jax.numpy.asarray(weights, jax.numpy.float32)
    return lambda: jax.block_until_ready(call(key, weights, len(weights)))


def jax(weights):
    import jax
    import jax.numpy as jnp

    # Counts, a scatter and a running maximum: faster than a search for every particle.
    @jax.jit
    def call(key, weights):
        count = len(weights)
        sums = jnp.cumsum(weights)
        ends = jnp.ceil(count * (sums / sums[-1]) - jax.random.uniform(key)).clip(0, count).astype(jnp.int32)
        ends = ends.at[-1].set(count)
        starts = jnp.concatenate([jnp.zeros(1, jnp.int32), ends[:-1]])
        marks = jnp.zeros(count + 1, jnp.int32).at[starts].max(jnp.arange(count, dtype=jnp.int32))
        return jax.lax.cummax(marks[:count])

    key, weights = jax.random.key(0), jnp.asarray(weights, jnp.float32)
    return lambda: jax.block_until_ready(call(key, weights))


def torch(weights):
    import torch

    torch.set_num_threads(os.cpu_count())
    weights = torch.tensor(weights)
    numbers = torch.arange(len(weights), dtype=weights.dtype)

    def call():
        sums = weights.cumsum(0)
        points = (numbers + torch.rand((), dtype=weights.dtype)) * (sums[-1] / len(weights))
        return torch.searchsorted(sums, points, right=True, out_int32=True).clamp_(max=len(weights) - 1)

    return call


def numpy(weights):
    count = len(weights)
    generator, numbers = np.random.default_rng(0), np.arange(count)

    # Counts and a repeat: faster than a search for every particle.
    def call():
        sums = np.cumsum(weights)
        ends = np.ceil(sums * (count / sums[-1]) - generator.random())
        return np.repeat(numbers, np.diff(ends, prepend=0).astype(np.int64))

    return call


PEERS = {call.__name__: call for call in (particles, blackjax, jax, torch, numpy)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("peer", choices=PEERS)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=1.0)
    options = parser.parse_args()
    weights = np.exp(np.random.default_rng(1).standard_normal(options.count))
    weights /= weights.sum()
    call = PEERS[options.peer](weights)
    seconds = least_seconds(call, seconds=options.seconds)
    counts = np.bincount(np.asarray(call()), minlength=options.count)
    answer(
        peer=f"{options.peer} {importlib.metadata.version(options.peer)}", particles=options.count, seconds=seconds,
        largest_deviation=float(np.abs(counts - options.count * weights).max()))


if __name__ == "__main__":
    main()
