"""Trains the diffusion network on the whitened latents of data/latents.npz, one thread: diffusion.safetensors.

    python train_diffusion.py [--steps 6000 | --minutes 12] [--batch 512] [--width 512] [--depth 3] [--seed 2]

One network answers every question: the condition is [value, mask] of each of properties.NAMES, values standardised,
a mask 1 where the value is given. Of the training rows 25 % have no condition (NaN, the network's `null`), 45 % one
property, the rest a random subset. Written as float16, and tested after the rounding.
"""

import argparse
import copy
import csv
import math
import pathlib
import time

import numpy as np
import properties
import torch
import vae
from sampler import PROCESS, SIGMA_MAX, SIGMA_MIN, networks, torch_export

HERE = pathlib.Path(__file__).parent
COUNT = len(properties.NAMES)


def drawn_conditions(values, generator):
    """`[N, 2 k]` from standardised values `[N, k]`; rows of NaN for no condition."""
    n = len(values)
    kind = torch.rand(n, generator=generator)
    mask = (torch.rand(n, COUNT, generator=generator) < 0.5).float()
    single = torch.nn.functional.one_hot(torch.randint(COUNT, (n,), generator=generator), COUNT).float()
    mask = torch.where((kind < 0.7)[:, None], single, mask)
    rows = torch.stack([values * mask, mask], 2).flatten(1)
    return torch.where((kind < 0.25)[:, None], torch.nan, rows)


def drawn_sigma(n, generator):
    """Three quarters log-normal around 0.7, the rest log-uniform over a little more than the path."""
    normal = torch.exp(-0.3 + 1.1 * torch.randn(n, generator=generator))
    low, high = math.log(0.7 * SIGMA_MIN), math.log(1.3 * SIGMA_MAX)
    uniform = torch.exp(low + (high - low) * torch.rand(n, generator=generator))
    sigma = torch.where(torch.rand(n, generator=generator) < 0.75, normal, uniform)
    return sigma.clamp(math.exp(low), math.exp(high))


def losses(network, x, sigma, condition, generator):
    """Squared error of the EDM network's answer, whose target has unit variance at every sigma, one a row."""
    noisy = x + sigma[:, None] * torch.randn(x.shape, generator=generator)
    one = torch.ones_like(sigma)
    total = (1 + sigma**2)[:, None]
    target = (x - noisy / total) * total.sqrt() / sigma[:, None]
    time_of = torch.log(sigma / SIGMA_MIN) / math.log(SIGMA_MAX / SIGMA_MIN)
    answer = network(noisy, time_of, one, sigma, condition=condition)
    return ((answer.float() - target) ** 2).mean(1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--every", type=int, default=250)
    parser.add_argument("--output", type=pathlib.Path, default=HERE)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    start = time.time()

    decoder, _vocabulary = vae.load(options.output / "decoder.safetensors", vae.Decoder)
    inverse = torch.linalg.inv(decoder.latent_unwhitening.double()).float()
    latents = np.load(HERE / "data/latents.npz")
    arrays = {name: torch.from_numpy(latents[name]) for name in latents.files}
    data = np.load(HERE / "data/moses.npz")

    def values(split):
        raw = torch.from_numpy(data[f"{split}_properties"])
        return (raw - decoder.property_mean) / decoder.property_deviation

    standardised = {split: values(split) for split in ("train", "test")}

    def rows(split, chosen, generator):
        """Whitened draws around the mean of q(z|x), with vae.SPREAD of its standard deviation."""
        mean = arrays[f"{split}_mean"][chosen]
        noise = torch.randn(mean.shape, generator=generator)
        z = mean + vae.SPREAD * (0.5 * arrays[f"{split}_log_variance"][chosen]).exp() * noise
        return (z - decoder.latent_mean) @ inverse

    network = networks.MLP(
        dimensions=decoder.settings["latent"], width=options.width, depth=options.depth, block="residual",
        layer_norm=True, activation="silu", input_scale="unit-variance", data_standard_deviation=1.0,
        noise_input="log-snr", time_embedding="sinusoidal", time_features=16, maximum_period=100.0,
        embedding_width=64, condition_dimensions=2 * COUNT, condition_features=48,
    )  # fmt: skip
    torch.nn.init.zeros_(network.output.weight)
    print(sum(x.numel() for x in network.parameters()), "parameters", flush=True)
    average = copy.deepcopy(network)
    optimizer = torch.optim.AdamW(network.parameters(), lr=options.rate, betas=(0.9, 0.99), weight_decay=1e-4, fused=True)
    generator = torch.Generator().manual_seed(options.seed)

    def held_out(module):
        """Mean loss of the test split on fixed noise: without condition, and with every property given."""
        fixed = torch.Generator().manual_seed(0)
        chosen = torch.arange(len(arrays["test_mean"]))
        x, sigma = rows("test", chosen, fixed), drawn_sigma(len(chosen), fixed)
        given = torch.stack([standardised["test"], torch.ones_like(standardised["test"])], 2).flatten(1)
        with torch.no_grad():
            return [float(losses(module, x, sigma, c, fixed).mean()) for c in (None, given)]

    begun, step, progress, sums, curve = time.time(), 0, 0.0, np.zeros(2), []
    while progress < 1:
        step += 1
        progress = (time.time() - begun) / (60 * options.minutes) if options.minutes else step / options.steps
        for group in optimizer.param_groups:
            group["lr"] = options.rate * min(1, step / 300) * (0.01 + 0.99 * math.cos(0.5 * math.pi * min(1, progress)) ** 2)
        chosen = torch.randint(len(arrays["train_mean"]), (options.batch,), generator=generator)
        x = rows("train", chosen, generator)
        condition = drawn_conditions(standardised["train"][chosen], generator)
        sigma = drawn_sigma(options.batch, generator)
        with torch.autocast("cpu", torch.bfloat16):
            loss = losses(network, x, sigma, condition, generator).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        rate = 1 - min(0.999, (1 + step) / (10 + step))
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), network.parameters()):
                slow.lerp_(fast, rate)
        sums += [loss.item(), 1]
        if step % options.every == 0 or progress >= 1:
            curve.append([step, time.time() - start, sums[0] / sums[1], *held_out(average)])
            sums[:] = 0
            print(" ".join(f"{value:.5g}" for value in curve[-1]), flush=True)

    average.half()
    notes = (
        f"Latents of MOSES molecules (Experiments/molecules), whitened; condition: value, mask of {', '.join(properties.NAMES)}; "
        f"seed {options.seed}, {step} steps of {options.batch}"
    )
    path = options.output / "diffusion.safetensors"
    torch_export.save(path, average, "edm", PROCESS, (SIGMA_MIN**2, SIGMA_MAX**2), notes)
    rounded, _ = torch_export.load(path)
    print("held out after rounding to float16", held_out(rounded))
    with open(options.output / "diffusion_curve.csv", "w", newline="") as file:
        csv.writer(file).writerows([["step", "seconds", "training_loss", "test_loss_null", "test_loss_all_given"], *curve])
    print(f"done, {(time.time() - start) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
