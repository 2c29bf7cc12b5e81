"""What it costs to ask a model in Python: a call, and a network beside a sampler written by hand in PyTorch.

    python Python/benchmarks/overhead.py            # five minutes on two cores; --repeats 20 for narrower intervals

Needs the package and PyTorch. Everything is measured in turns, and ratios are those of one turn, in which all had the same machine; an
interval of their median, of 95 % or more, comes from their order and assumes nothing else. What is promised is decided by it: "yes"
where the whole interval keeps the promise, "no" where none of it does. Seconds of CPU with one thread count no wait for others who use
the machine.

1. A call of an empty NumPy function, from the time that more and smaller batches take.
2. An MLP of 64 -> 512 -> 512 -> 512 -> 64 annealed to beta = 1.1 with 4,096 particles and 100 steps: by the package, and by a loop in
   PyTorch with the same network, path, scheme (the exponential multistep one), weights (by the trapezoid) and resampling (by killing,
   below an effective sample size of one half). Their log Z agree within their errors, which is printed too. The loop knows no
   islands, plan, warnings, checks for numbers that are not finite, or estimates beside log Z.
3. The time of the package's run that is not spent in the module, in per cent of what is.

The same with ``--device cuda`` runs on a GPU, whose seconds are those of the clock.
"""

from __future__ import annotations

import argparse
import itertools
import math
import os
import statistics
import time
import warnings
from typing import NamedTuple

import feynman_kac as fk
import feynman_kac.torch
import torch

DIMENSIONS, PARTICLES, STEPS, BETA = 64, 4096, 100, 1.1
MOST, LEAST = 1e4, 1e-3
PROCESS = fk.VariancePreserving()
SETTINGS = {
    "process": PROCESS, "particles": PARTICLES, "steps": STEPS, "minimum_noise_level": LEAST, "start": "gaussian", "control": "none",
    "plain_samples": "none", "step_size_error": "none", "path": "constant", "grid": "log-snr", "progress": False,
}  # fmt: skip




class Network(torch.nn.Module):
    """The noise of N(0, 1) data, with an MLP's answer beside it that is small enough for samples to stay where they are."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        widths = [DIMENSIONS, 512, 512, 512, DIMENSIONS]
        self.layers = torch.nn.ModuleList(torch.nn.Linear(a, b) for a, b in itertools.pairwise(widths))
        self.time = torch.nn.Linear(1, 512)
        self.seconds, self.busy = 0.0, 0.0

    def forward(self, x, t):
        start, busy = time.perf_counter(), time.process_time()
        hidden = self.layers[0](x) + self.time(t[:, None])
        for layer in self.layers[1:]:
            hidden = layer(torch.nn.functional.silu(hidden))
        answer = torch.sqrt(1 - torch.exp(-t * (0.1 + 9.95 * t)))[:, None] * x + 0.02 * hidden
        if x.is_cuda:
            torch.cuda.synchronize()
        self.seconds += time.perf_counter() - start
        self.busy += time.process_time() - busy
        return answer


def relative_expm1(x):
    """(1 - e^-x)/x."""
    return -math.expm1(-x) / x


def time_of(level):
    """t where the linear schedule has v = (1 - alpha^2)/alpha^2: t (0.1 + 9.95 t) = log(1 + v)."""
    return (-0.1 + math.sqrt(0.01 + 4 * 9.95 * math.log1p(level))) / (2 * 9.95)


@torch.inference_mode()
def by_hand(network, seed, device):
    """log Z and the samples of q^BETA, in y = x/alpha and u = -log v, as one would write it for one experiment."""
    generator = torch.Generator(device).manual_seed(seed)
    normal = lambda: torch.randn(PARTICLES, DIMENSIONS, generator=generator, device=device)
    uniform = lambda: torch.rand(PARTICLES, generator=generator, device=device)
    level = min(MOST, math.expm1(0.1 + 9.95))
    step = math.log(level / LEAST) / STEPS
    variance = level + 1
    log_z = -0.5 * DIMENSIONS * ((BETA - 1) * math.log(2 * math.pi * variance) + math.log(BETA))
    y = math.sqrt(variance / BETA) * normal()
    log_weights = torch.zeros(PARTICLES, dtype=torch.float64, device=device)

    def score_of(y, level):
        signal = (1 + level) ** -0.5
        epsilon = network(signal * y, torch.full((PARTICLES,), time_of(level), device=device))
        return epsilon * (-1 / math.sqrt(level))

    score = score_of(y, level)
    before = None
    for _ in range(STEPS):
        after = level * math.exp(-step)
        rate = 0.5 * level * (BETA**2 - BETA) * (score**2).sum(1, dtype=torch.float64)
        denoised = y + level * score
        ahead = denoised if before is None else denoised + 0.5 * (denoised - before)
        spread = math.sqrt(after * step * relative_expm1((2 * BETA - 1) * step))
        y = y * math.exp(-BETA * step) + ahead * (BETA * step * relative_expm1(BETA * step)) + spread * normal()
        before, level = denoised, after
        score = score_of(y, level)
        gain = 0.5 * step * (rate + 0.5 * level * (BETA**2 - BETA) * (score**2).sum(1, dtype=torch.float64))
        total = torch.logsumexp(log_weights, 0)
        log_weights = log_weights + gain
        log_z += float(torch.logsumexp(log_weights, 0) - total)
        weights = torch.softmax(log_weights, 0)
        if float(1 / (weights**2).sum()) < 0.5 * PARTICLES:
            drawn = torch.multinomial(weights, PARTICLES, replacement=True, generator=generator)
            stays = uniform() < weights / weights.max()
            parents = torch.where(stays, torch.arange(PARTICLES, device=device), drawn)
            y, score, before = y[parents], score[parents], before[parents]
            log_weights = torch.zeros_like(log_weights)
    signal = (1 + level) ** -0.5
    return log_z + (1 - BETA) * DIMENSIONS * math.log(signal), signal * y.cpu()


def by_package(network, seed, device, batch_rows=None, engine_threads=None):
    model = fk.torch.model(network, PROCESS, dimensions=DIMENSIONS, device=device, data_standard_deviation=1.0, batch_rows=batch_rows, name="net")
    result = fk.sample(fk.annealed(model, BETA), seed=seed, threads=engine_threads, **SETTINGS)
    return result.log_normalizer.value, result.samples


class Interval(NamedTuple):
    """The median of figures, and an interval that holds what they have as their median with 95 % or more."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, figures):
        """Between the k-th figures from both ends, with the greatest k that leaves out 2.5 % or less on a side; six figures are the fewest that have one."""
        ordered = sorted(figures)
        count = len(ordered)
        below = list(itertools.accumulate(math.comb(count, k) / 2**count for k in range(count)))
        k = sum(chance <= 0.025 for chance in below[: count // 2])
        return cls(statistics.median(ordered), ordered[max(k - 1, 0)], ordered[-max(k, 1)])

    def decide(self, most):
        return "yes" if self.high <= most else "no" if self.low > most else "not decided"

    def __format__(self, spec):
        return f"{self.median:{spec}} ({self.low:{spec}} to {self.high:{spec}})"


class Timed(NamedTuple):
    """Seconds by the clock and of CPU of a run, of them inside the module, and what came out."""

    wall: float
    busy: float
    wall_inside: float
    busy_inside: float
    answer: object


def timed(network, function, *arguments):
    network.seconds = network.busy = 0.0
    start, busy = time.perf_counter(), time.process_time()
    answer = function(network, *arguments)
    return Timed(time.perf_counter() - start, time.process_time() - busy, network.seconds, network.busy, answer)


def call_cost(repeats):
    """Seconds of CPU of a call, by what a run takes with one call a step and with 512."""

    def run(rows):
        calls = 0

        def empty(x, point):
            nonlocal calls
            calls += 1
            return x

        model = fk.Model(empty, 2, prediction="epsilon", process=PROCESS, data_standard_deviation=1.0, batch_rows=rows)
        start = time.process_time()
        fk.sample(fk.annealed(model, 1.0), **{**SETTINGS, "particles": 4096, "steps": 20, "correction": "none", "threads": 1})
        return time.process_time() - start, calls

    costs = []
    for _ in range(repeats):
        (few, fewer), (many, more) = run(4096), run(8)
        costs.append((many - few) / (more - fewer))
    return Interval.of(costs), more


def turns(network, repeats, device, threads):
    """Runs of the loop and of the package in turns, whose order changes: with whole batches, and in blocks with one thread of PyTorch each."""
    ways = {
        "loop": (by_hand, threads, ()),
        "whole": (by_package, threads, (None, 1 if threads == 1 else None)),
        **({"blocks": (by_package, 1, ("blocks", 1 if threads == 1 else None))} if device == "cpu" else {}),
    }
    found = {name: [] for name in ways}
    for seed in range(repeats):
        for name in list(ways)[:: 1 if seed % 2 else -1]:
            function, network_threads, more = ways[name]
            torch.set_num_threads(network_threads)
            found[name].append(timed(network, function, seed, device, *more))
    return found


def show(found, of, threads):
    """Prints what one number of threads gave; of says which seconds count.

    Returns:
        The ratios to the loop of the same turn, and what is outside of the module in per cent of what is inside.
    """
    rows = PARTICLES * (STEPS + 1)
    words = {"loop": "a loop in PyTorch", "whole": "feynman_kac, whole batches", "blocks": "feynman_kac, blocks"}
    seconds = {name: [getattr(run, of) for run in runs] for name, runs in found.items()}
    ratios = {name: Interval.of(mine / loop for mine, loop in zip(seconds[name], seconds["loop"], strict=True)) for name in seconds}
    print(f"\n{'all' if threads > 1 else 'one'} thread{'s' * (threads > 1)}, {'by the clock' if of == 'wall' else 'of CPU'}")
    for name, values in seconds.items():
        middle = statistics.median(values)
        print(f"  {words[name]:30} {middle:6.2f} s {rows / middle / 1000:7.1f} k rows/s, {ratios[name]:.3f} x the loop's")
    outside = Interval.of(100 * (getattr(run, of) / getattr(run, f"{of}_inside") - 1) for run in found["whole"])
    print(f"  outside of the module, whole batches: {outside:.1f} % of what is inside; the loop's own: ", end="")
    print(f"{Interval.of(100 * (getattr(run, of) / getattr(run, f'{of}_inside') - 1) for run in found['loop']):.1f} %")
    return ratios, outside


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=9, metavar="N", help="turns (9)")
    parser.add_argument("--parts", choices=["cpu", "clock"], nargs="+", default=["cpu", "clock"], help="one thread by CPU, all threads by the clock (both)")
    parser.add_argument("--device", default="cpu", help="where PyTorch evaluates the network (cpu)")
    options = parser.parse_args()
    if options.repeats < 6:
        parser.error("--repeats: give 6 or more, which an interval of 95 % needs")
    warnings.simplefilter("ignore")
    threads, load = torch.get_num_threads(), os.getloadavg()[0]
    print(f"{options.repeats} turns; medians, with an interval of 95 %; PyTorch {torch.__version__}, {options.device}")
    cost, calls = call_cost(options.repeats)
    print(f"a call of an empty NumPy function: {Interval(*(1e6 * seconds for seconds in cost)):.1f} us of CPU, over {calls} calls")

    decided = {"a call costs at most 15 us": Interval(*(1e6 * seconds for seconds in cost)).decide(15)}
    network = Network().eval().to(options.device)
    print(f"\nan MLP of 64 -> 512^3 -> 64, {PARTICLES} particles, {STEPS} steps")
    found = {}
    if "cpu" in options.parts and options.device == "cpu":
        found = turns(network, options.repeats, options.device, 1)
        ratios, outside = show(found, "busy", 1)
        decided["outside of the module at most 5 % of what is inside, one thread"] = outside.decide(5)
        decided["no more CPU than the loop, one thread, whole batches"] = ratios["whole"].decide(1)
    if "clock" in options.parts:
        found = turns(network, options.repeats, options.device, threads)
        ratios, outside = show(found, "wall", threads)
        decided["outside of the module at most 5 % of what is inside, all threads"] = outside.decide(5)
        decided["no slower than the loop, all threads"] = ratios["blocks" if "blocks" in ratios else "whole"].decide(1)
    for name, runs in found.items():
        print(f"log Z, spread of samples, {name:7}", *(f"{run.answer[0]:7.3f} {float(run.answer[1].std()):.3f}" for run in runs[:4]))
    print(f"load of the machine {load:.1f} before, {os.getloadavg()[0]:.1f} after; that of this program is 1 to {threads}\n")
    for promise, answer in decided.items():
        print(f"{promise}: {answer}")


if __name__ == "__main__":
    main()
