"""How long JAX takes to anneal the forty-mode mixture: all of it jitted, one lax.scan. Prints one line of JSON.

    python Benchmarks/peers/gmm40_jax.py --particles 100000 --steps 500

`seconds` is the least of all repetitions, after one that compiles.
"""

import gmm40
import jax
import jax.numpy as jnp
import numpy as np
from timing import answer, least_seconds


def ancestors(key, log_weights):
    """Systematic resampling by counts, a scatter and a running maximum: faster than a search for every particle."""
    count = len(log_weights)
    sums = jnp.cumsum(jnp.exp(log_weights - log_weights.max()))
    ends = jnp.ceil(count * (sums / sums[-1]) - jax.random.uniform(key)).clip(0, count).astype(jnp.int32)
    ends = ends.at[-1].set(count)
    starts = jnp.concatenate([jnp.zeros(1, jnp.int32), ends[:-1]])
    marks = jnp.zeros(count + 1, jnp.int32).at[starts].max(jnp.arange(count, dtype=jnp.int32))
    return jax.lax.cummax(marks[:count])


def log_mean(log_weights):
    top = log_weights.max()
    return top + jnp.log(jnp.exp(log_weights - top).mean())


def main():
    options = gmm40.options()
    means, variance = gmm40.mixture()
    means = jnp.asarray(means, jnp.float32)
    count, steps, beta, high = options.particles, options.steps, gmm40.BETA, gmm40.HIGH

    # States are [2, N], the forty exponents of a particle lie side by side: faster than [40, N], and than expanding the
    # squares into a product of matrices. Exponents end at -80, for denormals are slow.
    def exponents(x, precision):
        return -0.5 * precision * ((x[0][:, None] - means[:, 0]) ** 2 + (x[1][:, None] - means[:, 1]) ** 2)

    def score(x, level):
        precision = 1 / (variance + level)
        e = exponents(x, precision)
        e = jnp.exp(jnp.maximum(e - e.max(1, keepdims=True), -80.0))
        return ((e @ means).T / e.sum(1) - x) * precision

    def step(carry, k):
        x, log_weights, log_sum, resamplings, key = carry
        key, noise_key, resampling_key = jax.random.split(key, 3)
        level = (gmm40.LOW * (high / gmm40.LOW) ** (1 - k / steps)) ** 2
        rate = 2 * np.log(high / gmm40.LOW) * level / steps
        s = score(x, level)
        log_weights = log_weights + 0.5 * rate * beta * (beta - 1) * (s * s).sum(0)
        x = x + rate * beta * s + jnp.sqrt(rate) * jax.random.normal(noise_key, x.shape)
        weights = jnp.exp(log_weights - log_weights.max())

        def resample(carry):
            x, log_weights, log_sum, resamplings = carry
            chosen = x[:, ancestors(resampling_key, log_weights)]
            return chosen, jnp.zeros(count), log_sum + log_mean(log_weights), resamplings + 1

        carry = jax.lax.cond(
            weights.sum() ** 2 < 0.5 * count * (weights * weights).sum(),
            resample, lambda carry: carry, (x, log_weights, log_sum, resamplings))
        return (*carry, key), None

    @jax.jit
    def run(key):
        key, start_key = jax.random.split(key)
        top = high**2 / beta
        x = jax.random.normal(start_key, (2, count)) * np.sqrt(top)
        level = variance + high**2
        log_density = jax.nn.logsumexp(exponents(x, 1 / level), axis=1) - np.log(40 * 2 * np.pi * level)
        log_weights = beta * log_density + 0.5 * (x * x).sum(0) / top + np.log(2 * np.pi * top)
        carry = (x, log_weights, 0.0, 0, key)
        (x, log_weights, log_sum, resamplings, _), _ = jax.lax.scan(step, carry, jnp.arange(steps))
        return log_sum + log_mean(log_weights), resamplings, x

    found = []

    def call():
        found[:] = jax.block_until_ready(run(jax.random.key(0)))

    seconds = least_seconds(call, repetitions=options.repetitions)
    answer(
        peer="jax " + jax.__version__, particles=count, steps=steps, seconds=seconds, log_normalizer=float(found[0]),
        resamplings=int(found[1]))


if __name__ == "__main__":
    main()
