"""Trains the score network of LJ-13 at T = 2 from configurations and their forces: python train.py (needs data/ of sample.py)

Two unbiased targets of the score at x = x₀ + σε: −ε/σ (denoising score matching), whose spread is 1/σ, and the force at the
clean configuration, −∇E(x₀)/T (De Bortoli et al. 2024, target score matching), whose spread vanishes with σ. Each noise mixes
them for the least spread. Karras et al. 2022 preconditioning: the network answers F with x₀ = c_skip x + c_out F; a squared
error of F counts in inverse proportion to the spread of its target. Adam with cosine decay, an exponential moving average of
the weights, one thread.
Writes egnn.safetensors, learning.csv (loss by noise, and the energy distance of samples at checkpoints), learning.svg.
"""

import argparse
import copy
import csv
import itertools
import math
import os
import pathlib
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import lennard_jones as lj
import numpy as np
import torch
from native import NativeEGNN, compare, networks
from sampling import SIGMA_MAX, SIGMA_MIN, sample, without_center

# isort: split
# Found where native.py looks for it.
import torch_export

HERE = pathlib.Path(__file__).parent
TEMPERATURE = 2.0
# Three quarters of the noises where the structure forms, the rest on all of the path and a little past its ends.
INNER, OUTER = (0.03, 2.5), (0.008, 5.0)
BANDS = (0.008, 0.03, 0.1, 0.3, 1.0, 5.0)


def noise_levels(count, generator):
    ends = torch.tensor([INNER, OUTER]).log()[(torch.rand(count, generator=generator) > 0.75).long()]
    return (ends[:, 0] + (ends[:, 1] - ends[:, 0]) * torch.rand(count, generator=generator)).exp()


def force_spread(sigma):
    """The spread of the forces −∇E(x₀)/T about the score of x at T = 2, per dimension; measured to about 10 %."""
    return 5.5 * sigma / (sigma**2 + 0.035**2).sqrt()


def noisy_and_target(x, force, sigma, noise, spread):
    """The network's input, the F that it should answer, and how much each row's error counts."""
    noisy = x + sigma[:, None] * noise
    own, other = 1 / sigma**2, force_spread(sigma) ** 2
    share = (own / (own + other))[:, None]
    # The denoised point that belongs to the mixed score.
    point = (1 - share) * x + share * (noisy + (sigma**2)[:, None] * force)
    total = (spread**2 + sigma**2)[:, None]
    target = (point - spread**2 / total * noisy) * total.sqrt() / (sigma[:, None] * spread)
    variance = sigma**2 * own * other / (own + other)
    return noisy, target, (variance + 0.01).rsqrt()


def multiply_adds(network):
    """Floating-point operations of the matrix products of one evaluation, two for a multiplication and addition."""
    from torch.utils.flop_counter import FlopCounterMode

    one = torch.ones(1)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(torch.randn(1, network.settings["dimensions"]), one, one, one)
    return counter.get_total_flops()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--steps", type=int, default=24000)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--average", type=float, default=0.999, help="decay of the moving average of the weights")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--checkpoints", type=int, default=7, help="how often to sample and to write the network")
    parser.add_argument("--data", default="train", help="the set of sample.py to learn from: train, or more")
    parser.add_argument("--start", type=pathlib.Path, help="a network to start from")
    parser.add_argument("--name", default="egnn", help="of the files: NAME.safetensors, NAME-learning.csv where it is not egnn")
    parser.add_argument("--output", type=pathlib.Path, default=HERE)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(options.seed)
    generator = torch.Generator().manual_seed(options.seed)

    data = torch.from_numpy(np.load(HERE / "data" / f"{options.data}_2.0.npy"))
    forces = torch.from_numpy((-lj.gradients(data.numpy()) / TEMPERATURE).astype(np.float32))
    reference = np.load(HERE / "data" / "reference_2.0.npy")
    reference_energies = lj.energies(reference)
    # Per dimension of the 36 that are left without the centre of mass.
    spread = round(math.sqrt(data.double().square().sum(1).mean().item() / (3 * lj.ATOMS - 3)), 4)
    settings = {
        "atoms": lj.ATOMS,
        "width": options.width,
        "depth": options.depth,
        "input_scale": "unit-variance",
        "data_standard_deviation": spread,
    }
    network = networks.EGNN(**settings)
    if options.start:
        network.load_state_dict(torch_export.load(options.start)[0].state_dict())
    parameters = sum(p.numel() for p in network.parameters())
    print(f"data {tuple(data.shape)}, sd {spread}; {parameters} parameters, {multiply_adds(network) / 1e6:.2f} MFlop an evaluation")
    differences = compare(networks.EGNN(**settings))
    print("training_step.cpp against PyTorch, largest relative differences:", differences, flush=True)
    if max(differences.values()) > 1e-4:
        raise SystemExit("training_step.cpp disagrees with PyTorch")
    average = NativeEGNN(copy.deepcopy(network))
    native = NativeEGNN(network)
    weights = torch.nn.Parameter(native.flat)
    weights.grad = native.gradient
    optimizer = torch.optim.Adam([weights], lr=options.rate)

    prefix = "" if options.name == "egnn" else options.name + "-"
    file = (options.output / f"{prefix}learning.csv").open("w", newline="")
    log = csv.writer(file, lineterminator="\n")
    log.writerow(["step", "seconds", "loss", *(f"loss_{a}_{b}" for a, b in itertools.pairwise(BANDS)), "energy_w1", "distance_w2"])
    began, sampling, sums, counts = time.perf_counter(), 0.0, torch.zeros(len(BANDS) - 1), torch.zeros(len(BANDS) - 1)
    # Each twice as far as the one before: most is learned early.
    marks = {round(options.steps / 2**k) for k in range(options.checkpoints)}
    for step in range(1, options.steps + 1):
        warm = min(1, step / 300)
        for group in optimizer.param_groups:
            group["lr"] = warm * options.rate * (0.002 + 0.998 * 0.5 * (1 + math.cos(math.pi * step / options.steps)))
        rows = torch.randint(len(data), (options.batch,), generator=generator)
        x = data[rows]
        sigma = noise_levels(options.batch, generator)
        noise = without_center(torch.randn(x.shape, generator=generator), lj.ATOMS)
        native.gradient.zero_()
        noisy, target, emphasis = noisy_and_target(x, forces[rows], sigma, noise, spread)
        error = native.errors(noisy, sigma, target, emphasis)
        torch.nn.utils.clip_grad_norm_([weights], 1.0)
        optimizer.step()
        average.flat.lerp_(native.flat, 1 - min(options.average, step / (step + 10)))
        band = torch.bucketize(sigma, torch.tensor(BANDS[1:-1]))
        sums.index_add_(0, band, error)
        counts.index_add_(0, band, torch.ones_like(sigma))

        if step % 500 == 0 or step in marks:
            row = [step, round(time.perf_counter() - began - sampling, 1), round((sums.sum() / counts.sum()).item(), 5)]
            row += [round(v, 5) for v in (sums / counts).tolist()]
            sums.zero_(), counts.zero_()
            if step in marks:
                paused = time.perf_counter()
                row += quality(average, reference, reference_energies)
                notes = (
                    f"LJ-13 at T = 2 by train.py: seed {options.seed}, step {step} of {options.steps}, batch {options.batch}, "
                    f"rate {options.rate}, average {options.average}" + (f", from {options.start.name}" if options.start else "")
                )
                torch_export.save(
                    options.output / f"{options.name}.safetensors",
                    average.module(),
                    "edm",
                    process={"kind": "variance-exploding", "sigma_min": SIGMA_MIN, "sigma_max": SIGMA_MAX},
                    noise_levels=(OUTER[0] ** 2, OUTER[1] ** 2),
                    notes=notes,
                )
                sampling += time.perf_counter() - paused
            log.writerow(row)
            file.flush()
            print(*row, flush=True)
    file.close()
    draw(pathlib.Path(file.name))


def quality(network, reference, reference_energies):
    """Of 2,000 samples at 200 steps, as evaluate.py draws them."""
    samples = sample(network, 2000, 200, seed=1).numpy()
    figures = lj.figures(samples, reference, reference_energies)
    return figures["energy_w1"], figures["distance_w2"]


def draw(path):
    """The learning curve of a CSV file, as a picture beside it."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams.update({"svg.fonttype": "none", "font.size": 9, "svg.hashsalt": "lj13"})
    with path.open() as file:
        rows = list(csv.DictReader(file))
    figure, axes = plt.subplots(1, 2, figsize=(7, 2.8))
    steps = [int(row["step"]) for row in rows]
    axes[0].plot(steps, [float(row["loss"]) for row in rows])
    axes[0].set(xlabel="step", ylabel="loss, mean of 500 steps", ylim=(0.53, 0.57))
    sampled = [row for row in rows if row["energy_w1"]]
    axes[1].plot([int(row["step"]) for row in sampled], [float(row["energy_w1"]) for row in sampled], "o-", color="C3")
    axes[1].set(xlabel="step", ylabel="energy W1 of 2,000 samples", xscale="log", yscale="log")
    figure.tight_layout()
    figure.savefig(path.with_suffix(".svg"), metadata={"Date": None})


if __name__ == "__main__":
    main()
