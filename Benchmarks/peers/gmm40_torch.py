"""How long PyTorch takes to anneal the forty-mode mixture. Prints one line of JSON.

    python Benchmarks/peers/gmm40_torch.py --particles 100000 --steps 500 --threads 2

`seconds` is the least of all repetitions, after one that is not counted.
"""

import math

import gmm40
import torch
from timing import answer, least_seconds


def ancestors(log_weights):
    count = len(log_weights)
    sums = torch.exp(log_weights - log_weights.max()).cumsum(0)
    points = (torch.arange(count) + torch.rand(())) * (sums[-1] / count)
    return torch.searchsorted(sums, points, right=True, out_int32=True).clamp_(max=count - 1)


def log_mean(log_weights):
    return float(torch.logsumexp(log_weights.double(), 0)) - math.log(len(log_weights))


def main():
    options = gmm40.options()
    torch.set_num_threads(options.threads)
    torch.set_grad_enabled(False)
    means, variance = gmm40.mixture()
    means = torch.tensor(means)
    first, second, columns = means[:, :1].contiguous(), means[:, 1:].contiguous(), means.T.contiguous()
    count, steps, beta, high = options.particles, options.steps, gmm40.BETA, gmm40.HIGH

    def exponents(x, precision):
        return (x[0] - first).square_().add_((x[1] - second).square_()).mul_(-0.5 * precision)

    # In place: faster than softmax with the squares expanded, and than torch.compile. Exponents end at -80: denormals are ten
    # times slower.
    def score(x, level):
        precision = 1 / (variance + level)
        e = exponents(x, precision)
        e.sub_(e.amax(0)).clamp_(min=-80).exp_()
        return ((columns @ e) / e.sum(0) - x) * precision

    def run():
        torch.manual_seed(0)
        top = high**2 / beta
        x = torch.randn(2, count) * math.sqrt(top)
        level = variance + high**2
        log_density = torch.logsumexp(exponents(x, 1 / level), 0) - math.log(40 * 2 * math.pi * level)
        log_weights = beta * log_density + 0.5 * (x * x).sum(0) / top + math.log(2 * math.pi * top)
        log_sum, resamplings = 0.0, 0
        noise = torch.empty(2, count)
        for k in range(steps):
            level, rate = gmm40.step_numbers(k, steps)
            s = score(x, level)
            log_weights = log_weights.add((s * s).sum(0), alpha=0.5 * rate * beta * (beta - 1))
            x = x.add(s, alpha=rate * beta).add_(noise.normal_(), alpha=math.sqrt(rate))
            weights = torch.exp(log_weights - log_weights.max())
            if float(weights.sum()) ** 2 < 0.5 * count * float((weights * weights).sum()):
                log_sum += log_mean(log_weights)
                x = x[:, ancestors(log_weights)]
                log_weights = torch.zeros(count)
                resamplings += 1
        return log_sum + log_mean(log_weights), resamplings

    found = []
    seconds = least_seconds(lambda: found.append(run()), repetitions=options.repetitions)
    answer(
        peer="torch " + torch.__version__, particles=count, steps=steps, seconds=seconds,
        log_normalizer=found[-1][0], resamplings=found[-1][1])


if __name__ == "__main__":
    main()
