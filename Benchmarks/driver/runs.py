"""Whole runs beside JAX and PyTorch, and on more threads."""

import json
import math
import os
import pathlib
import tempfile

from driver import configs
from driver.figures import Figure, against, at_least
from driver.perceptron import PRODUCTS, perceptron
from driver.running import FKC, alternated, output, peer, sampled

# As the peers' sampler: the paper's, with resampling below half of the effective sample size.
PAPER = ", scheme: euler-maruyama, grid: time, control: none"
SYSTEMATIC = "scheme: systematic, ess_threshold: 0.5"


def folder():
    return tempfile.TemporaryDirectory(prefix="fkc-bench-")


def gmm40(rounds):
    """The forty-mode mixture, 100,000 particles × 500 steps, β = 3."""
    particles, steps = 100_000, 500
    with folder() as name:
        path = pathlib.Path(name)
        same = configs.gmm40(path, "same", particles, steps, PAPER, SYSTEMATIC)
        default = configs.gmm40(path, "default", particles, steps, "", "scheme: killing")
        size = ("--particles", particles, "--steps", steps)
        answers = alternated(rounds, {
            "fkc": lambda: sampled(same, path),
            "fkc, default settings": lambda: sampled(default, path),
            "jax": lambda: peer("gmm40_jax.py", *size),
            "torch": lambda: peer("gmm40_torch.py", *size, "--threads", os.cpu_count()),
        })
    ours, best, jax, torch = (found[0] for found in answers.values())
    what = "100,000 × 500, same sampler"
    return [
        against("gmm40", what, ours, jax, 5),
        against("gmm40", what, ours, torch, 10),
        against("gmm40", "100,000 × 500, our defaults", best, jax, 5),
        agreement("gmm40", "log Z, same sampler", ours["log_normalizer"], jax["log_normalizer"], "jax", GMM40_SPREAD),
        agreement("gmm40", "log Z, same sampler", ours["log_normalizer"], torch["log_normalizer"], "torch", GMM40_SPREAD),
        agreement("gmm40", "log Z, our defaults", best["log_normalizer"], exact_gmm40(), "exact", GMM40_DEFAULT_SPREAD),
    ]


# Three standard deviations of the difference of two runs' log Z, and four of one run's: over eight seeds those of one run
# were 0.10 with the peers' sampler and 0.07 with our defaults. Seeds are fixed, so that nothing fails by chance one day; JAX
# at β = 2.9 differs by 0.53.
GMM40_SPREAD = 0.45
GMM40_DEFAULT_SPREAD = 0.3
# Three again for the perceptron, from five seeds: 1.3 around 106.
MLP_SPREAD = 5.6


def exact_gmm40():
    """log Z at the end of the path, where modes have the noise's variance too: it moves the third digit of the fifth."""
    stated = json.loads((configs.ROOT / "Experiments/gmm40/gmm40.json").read_text())
    return stated["log_integral_of_cube"]


def agreement(subject, what, ours, theirs, name, bound):
    """Both sides must have computed the same thing; `ratio` is the difference in nats."""
    difference = abs(ours - theirs)
    return Figure(
        subject, what, f"{ours:.3f}", f"{name} {theirs:.3f}", difference, target=f"differ < {bound:g}", met=difference < bound)


def mlp(rounds):
    """A perceptron 64→512→512→512→64, 4,096 particles × 100 steps, β = 1.5, resampling at every step."""
    particles, steps = 4096, 100
    with folder() as name:
        path = pathlib.Path(name)
        same = configs.mlp(path, "same", particles, steps, ", scheme: euler-maruyama, control: none")
        default = configs.mlp(path, "default", particles, steps, "")
        size = (perceptron(), "--particles", particles, "--steps", steps, "--repetitions", 1)
        answers = alternated(rounds, {
            "OpenBLAS": product_rate,
            "fkc": lambda: sampled(same, path),
            "fkc, default settings": lambda: sampled(default, path),
            "jax": lambda: peer("mlp_jax.py", *size),
            "torch": lambda: peer("mlp_torch.py", *size, "--threads", os.cpu_count()),
        })
    blas, ours, best, jax, torch = (found[0] for found in answers.values())
    # One evaluation more than there are steps.
    rate = 2e-9 * PRODUCTS * particles * (steps + 1) / ours["seconds"]
    share = rate / blas["gflops"]
    return [
        Figure(
            "mlp", "4,096 × 100, rate", f"{rate:.0f} GFlop/s", f"OpenBLAS {blas['gflops']:.0f} GFlop/s", share,
            **at_least(0.95, share), others=(ours["others"], blas["others"]), details={"ours": ours, "theirs": blas}),
        against("mlp", "4,096 × 100, same sampler", ours, jax, 1),
        against("mlp", "4,096 × 100, same sampler", ours, torch),
        against("mlp", "4,096 × 100, our defaults", best, jax, 1),
    ] + [
        agreement(
            "mlp", "log Z ratio, same sampler", ours["log_normalizer_ratio"], theirs["log_normalizer_ratio"], name, MLP_SPREAD)
        for name, theirs in (("jax", jax), ("torch", torch))
    ]


def product_rate():
    """GFlop/s of OpenBLAS on all threads, as `fkc info` measures it: products of 512 × 512 matrices."""
    text, watch = output(FKC, "info", "--json")
    products = json.loads(text)["matrix_products"]
    rate = products["gflops_all_threads"]
    # Its seconds for a product, so that the highest rate comes first.
    return {"gflops": rate, "seconds": 1 / rate, "others": watch.others} | products


def egnn(rounds, particles=10_000, steps=20):
    """LJ-13's graph network, 10,000 particles × 20 steps."""
    network = configs.lj13_network()
    with folder() as name:
        path = pathlib.Path(name)
        config = configs.lj13(path, "lj13", particles, steps)
        sides = {"fkc": lambda: sampled(config, path)}
        # Few rows at a time, which stay in a cache, and many, which spare calls; with and without torch.compile. The best counts.
        for chunk, flags in ((384, ()), (384, ("--compile",)), (1500, ("--compile",))):
            sides[f"torch, {chunk} rows {' '.join(flags)}"] = lambda chunk=chunk, flags=flags: peer(
                "egnn_torch.py", network, "--rows", particles, "--chunk", chunk, "--threads", os.cpu_count(),
                "--repetitions", 2, *flags)
        answers = alternated(rounds, sides)
    ours = answers.pop("fkc")[0]
    theirs = min((found[0] for found in answers.values()), key=lambda answer: answer["seconds"])
    how = ", compiled" if theirs["compiled"] else ""
    theirs = theirs | {"seconds": theirs["seconds"] * (steps + 1), "peer": f"{theirs['peer']}{how}, network alone"}
    return [against("egnn", f"LJ-13, {particles:,} × {steps}, all of it", ours, theirs)]


def threads(rounds):
    """One thread beside two."""
    figures = []
    with folder() as name:
        path = pathlib.Path(name)
        cases = {
            "gmm40": configs.gmm40(path, "gmm40", 100_000, 500, "", "scheme: killing"),
            "mlp": configs.mlp(path, "mlp", 4096, 50, ""),
            "lj13": configs.lj13(path, "lj13", 4096, 10),
        }
        for case, config in cases.items():
            answers = alternated(rounds, {
                count: lambda count=count, config=config: sampled(config, path, "--threads", count) for count in (2, 1)})
            two, one = answers[2][0], answers[1][0]
            bound = {"lj13": None}.get(case, 1.85)
            figures.append(against("threads", f"{case}: 2 threads beside 1", two, one, bound))
    return figures


def slope(points):
    """The slope of log time over log size, by least squares."""
    logs = [(math.log(size), math.log(seconds)) for size, seconds in points]
    middle = [sum(column) / len(logs) for column in zip(*logs)]
    products = sum((x - middle[0]) * (y - middle[1]) for x, y in logs)
    return products / sum((x - middle[0]) ** 2 for x, _ in logs)
