"""What it costs to ask a model in Python: a call, and a network beside a sampler written by hand in PyTorch.

    python Python/benchmarks/overhead.py            # a minute or two on two cores; --repeats 5 for steadier figures

Needs the package and PyTorch. Everything is measured in one run, in turns, and of each the fastest is taken, since others may use
the machine; where they do, ``--threads 1`` and the seconds of CPU are what can be compared, as threads of PyTorch wait for each other.

1. A call of an empty NumPy function, from the time that more and smaller batches take.
2. An MLP of 64 -> 512 -> 512 -> 512 -> 64 annealed to beta = 1.1 with 4,096 particles and 100 steps: by the package, and by a loop in
   PyTorch with the same network, path, scheme (the exponential multistep one), weights (by the trapezoid) and resampling (by killing,
   below an effective sample size of one half). Their log Z agree within their errors, which is printed too. The loop knows no
   islands, plan, warnings, checks for numbers that are not finite, or estimates beside log Z.
3. The time of the package's run that is not spent in the module, in per cent of what is.

The same with ``--device cuda`` runs on a GPU.
"""

from __future__ import annotations

import argparse
import itertools
import math
import time
import warnings

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


WORDS = {
    "module": "the module alone",
    "hand": "a loop in PyTorch",
    "package": "feynman_kac, whole batches",
    "blocks": "feynman_kac, blocks, one PyTorch thread",
}


class Network(torch.nn.Module):
    """The noise of N(0, 1) data, with an MLP's answer beside it that is small enough for samples to stay where they are."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        widths = [DIMENSIONS, 512, 512, 512, DIMENSIONS]
        self.layers = torch.nn.ModuleList(torch.nn.Linear(a, b) for a, b in itertools.pairwise(widths))
        self.time = torch.nn.Linear(1, 512)
        self.seconds = 0.0

    def forward(self, x, t):
        start = time.perf_counter()
        hidden = self.layers[0](x) + self.time(t[:, None])
        for layer in self.layers[1:]:
            hidden = layer(torch.nn.functional.silu(hidden))
        answer = torch.sqrt(1 - torch.exp(-t * (0.1 + 9.95 * t)))[:, None] * x + 0.02 * hidden
        if x.is_cuda:
            torch.cuda.synchronize()
        self.seconds += time.perf_counter() - start
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


def by_package(network, seed, device, batch_rows=None):
    model = fk.torch.model(network, PROCESS, dimensions=DIMENSIONS, device=device, data_standard_deviation=1.0, batch_rows=batch_rows, name="net")
    result = fk.sample(fk.annealed(model, BETA), seed=seed, **SETTINGS)
    return result.log_normalizer.value, result.samples


def timed(function, *arguments, **settings):
    """Seconds by the clock and of CPU, and what the function answered."""
    start, busy = time.perf_counter(), time.process_time()
    answer = function(*arguments, **settings)
    return (time.perf_counter() - start, time.process_time() - busy), answer


def call_cost(repeats):
    """Seconds of a call, by the time that a run takes with one call a step and with 512."""

    def run(rows):
        calls = 0

        def empty(x, point):
            nonlocal calls
            calls += 1
            return x

        model = fk.Model(empty, 2, prediction="epsilon", process=PROCESS, data_standard_deviation=1.0, batch_rows=rows)
        settings = {**SETTINGS, "particles": 4096, "steps": 20, "correction": "none", "threads": 1}
        return timed(fk.sample, fk.annealed(model, 1.0), **settings)[0][0], calls

    pairs = [(run(4096), run(8)) for _ in range(repeats)]
    (few, fewer), (many, more) = (min(times) for times in zip(*pairs, strict=True))
    return (many - few) / (more - fewer), more


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="turns of which the fastest counts (3)")
    parser.add_argument("--threads", type=int, metavar="N", help="of PyTorch (its own default)")
    parser.add_argument("--device", default="cpu", help="where PyTorch evaluates the network (cpu)")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    if options.threads:
        torch.set_num_threads(options.threads)
    cost, calls = call_cost(options.repeats)
    print(f"a call of an empty NumPy function      {1e6 * cost:8.1f} us, over {calls} calls")

    network = Network().eval().to(options.device)
    x, t = torch.randn(PARTICLES, DIMENSIONS, device=options.device), torch.full((PARTICLES,), 0.5, device=options.device)
    threads = torch.get_num_threads()
    times = {name: [] for name in WORDS}
    outside, answers = [], {"hand": [], "package": []}

    def module_alone():
        with torch.inference_mode():
            for _ in range(STEPS + 1):
                network(x, t)

    for seed in range(options.repeats):
        times["module"].append(timed(module_alone)[0])
        for name, function in (("hand", by_hand), ("package", by_package)):
            network.seconds = 0.0
            seconds, (log_z, samples) = timed(function, network, seed, options.device)
            times[name].append(seconds)
            answers[name].append((log_z, float(samples.std())))
        outside.append((seconds[0] - network.seconds) / network.seconds)
        if options.device == "cpu":
            torch.set_num_threads(1)
            times["blocks"].append(timed(by_package, network, seed, options.device, "blocks")[0])
            torch.set_num_threads(threads)

    rows = PARTICLES * (STEPS + 1)
    print(f"\nan MLP, {PARTICLES} particles, {STEPS} steps, {options.device}, PyTorch {torch.__version__} with {threads} threads")
    loop, loop_busy = (min(column) for column in zip(*times["hand"], strict=True))
    for name, words in WORDS.items():
        if times[name]:
            wall, busy = (min(column) for column in zip(*times[name], strict=True))
            rate = rows / wall / 1000
            print(f"{words:40} {wall:6.2f} s, {busy:6.2f} of CPU {rate:8.1f} k rows/s {wall / loop:6.2f} x the loop's time, {busy / loop_busy:.2f} of CPU")
    print(f"outside of the module, whole batches     {100 * min(outside):.1f} % of the time inside it")
    for name, found in answers.items():
        print(f"log Z, spread of samples by {name:8}", *(f"{log_z:9.3f} {spread:.3f}" for log_z, spread in found))


if __name__ == "__main__":
    main()
