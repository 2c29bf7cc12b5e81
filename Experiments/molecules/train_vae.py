r"""Trains the autoencoder on data/moses.npz, one thread: encoder.safetensors, decoder.safetensors, data/latents.npz.

    python train_vae.py --minutes 37 --beta 0.03 --word_dropout 0.15 --property_weight 5 --rate 0.002 --seed 1
    python train_vae.py --resume --minutes 12.5 --beta 0.4 --word_dropout 0.05 --property_weight 10 --seed 2
    python train_vae.py --resume --minutes 7.5 --beta 0.8 --word_dropout 0 --property_weight 25 --seed 3
    python train_vae.py --resume --minutes 50 --stop_after 9750 --beta 0.8 --word_dropout 0 --property_weight 25 \
                        --rate 0.0015 --seed 4
    python train_vae.py --resume --minutes 10 --beta 0.8 --word_dropout 0 --property_weight 25 --seed 5

made the files here: learn to spell first, then smooth the latent, then spell from what is left in it. `--resume` starts
from the weights in the two files. `--minutes` ends by the clock, for a machine that is shared, and the rates follow
the clock too; vae_curve_<seed>.csv says how many steps that was. `--steps` ends by count, and `--stop_after` before the
schedule does.

The loss of a molecule, in nats: the cross entropy of its tokens, + beta times the divergence of q(z|x) from N(0, I),
+ `property_weight` times the squared error of its standardised properties as the head on z has them.
"""

import argparse
import csv
import math
import pathlib
import time

import fragments
import numpy as np
import torch
import vae
from torch.nn import functional

HERE = pathlib.Path(__file__).parent


def batches(lengths, size, rng):
    """Rows in random order, each batch of molecules of one length, for ever."""
    while True:
        order = rng.permutation(len(lengths))
        by_length = order[np.argsort(lengths[order], kind="stable")]
        edges = np.flatnonzero(np.diff(lengths[by_length])) + 1
        groups = [rows[i : i + size] for rows in np.split(by_length, edges) for i in range(0, len(rows), size)]
        for index in rng.permutation(len(groups)):
            if len(groups[index]) >= size // 8:
                yield groups[index]


def encoded(encoder, rows, lengths):
    """Mean and log variance of z of every row, float32 `[N, latent]` each."""
    mean = np.zeros((len(rows), encoder.settings["latent"]), np.float32)
    log_variance = np.zeros_like(mean)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for length in np.unique(lengths):
            chosen = np.flatnonzero(lengths == length)
            for part in np.array_split(chosen, len(chosen) // 1024 + 1):
                answer = encoder(torch.from_numpy(rows[part, : length + 1].astype(np.int64)))
                mean[part], log_variance[part] = (x.float().numpy() for x in answer)
    return mean, log_variance


def tested(encoder, decoder, rows, lengths, targets, generator):
    """Exact reconstruction from the mean and from a draw of q(z|x), cross entropy at that draw and divergence (nats a
    molecule), and R² of every property from the mean."""
    encoder.eval(), decoder.eval()
    mean, log_variance = (torch.from_numpy(x) for x in encoded(encoder, rows, lengths))
    drawn = mean + (0.5 * log_variance).exp() * torch.randn(mean.shape, generator=generator)
    exact = []
    for z in (mean, drawn):
        answer = decoder.greedy(z).numpy()
        width = max(answer.shape[1], rows.shape[1])
        pad = lambda x, width=width: np.pad(x, ((0, 0), (0, width - x.shape[1])))
        exact.append(float((pad(answer) == pad(rows)).all(1).mean()))
    spelling = 0.0
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for length in np.unique(lengths):
            chosen = np.flatnonzero(lengths == length)
            x = torch.from_numpy(rows[chosen, : length + 1].astype(np.int64))
            logits = decoder(drawn[chosen], functional.pad(x[:, :-1], (1, 0)))
            spelling += functional.cross_entropy(logits.flatten(0, 1).float(), x.flatten(), reduction="sum").item()
    divergence = 0.5 * float((mean**2 + log_variance.exp() - 1 - log_variance).sum(1).mean())
    with torch.no_grad():
        errors = (decoder.property(mean).numpy() - targets) ** 2
    encoder.train(), decoder.train()
    return exact, [spelling / len(rows), divergence], 1 - errors.mean(0) / targets.var(0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=9000)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--stop_after", type=int, help="steps after which to end, wherever the rate's schedule is")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--vocabulary", type=int, default=512)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--beta", type=float, default=0.03)
    parser.add_argument("--property_weight", type=float, default=5.0)
    parser.add_argument("--word_dropout", type=float, default=0.15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--every", type=int, default=500, help="steps between lines of the learning curve")
    parser.add_argument("--output", type=pathlib.Path, default=HERE)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    rng = np.random.default_rng(options.seed)
    start = time.time()

    data = np.load(HERE / "data/moses.npz")
    alphabet = [str(x) for x in data["alphabet"]]
    vocabulary = fragments.Vocabulary.learned(alphabet, data["train_tokens"][:50_000], options.vocabulary)
    rows = vocabulary.rows(data["train_tokens"])
    lengths = (rows > 0).sum(1)
    held = vocabulary.rows(data["test_tokens"][:2000])
    held_lengths = (held > 0).sum(1)
    center, deviation = data["train_properties"].mean(0), data["train_properties"].std(0)
    targets = torch.from_numpy((data["train_properties"] - center) / deviation)
    held_targets = (data["test_properties"][:2000] - center) / deviation
    print(f"{len(vocabulary)} tokens, {lengths.mean():.1f} a molecule, at most {lengths.max()}, {time.time() - start:.0f} s", flush=True)

    encoder = vae.Encoder(len(vocabulary), vae.SETTINGS)
    decoder = vae.Decoder(len(vocabulary), vae.SETTINGS)
    if options.resume:
        encoder, kept = vae.load(HERE / "encoder.safetensors", vae.Encoder)
        decoder, _ = vae.load(HERE / "decoder.safetensors", vae.Decoder)
        assert kept.texts == vocabulary.texts
        encoder.train(), decoder.train()
    for module in (encoder, decoder):
        print(type(module).__name__, sum(x.numel() for x in module.parameters()), "parameters")
    parameters = [*encoder.parameters(), *decoder.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=options.rate, betas=(0.9, 0.98), weight_decay=1e-3, fused=True)
    stream = batches(lengths, options.batch, rng)
    generator = torch.Generator().manual_seed(options.seed)
    sums, curve = np.zeros(4), []
    begun, step, progress = time.time(), 0, 0.0
    while progress < 1 and step != options.stop_after:
        step += 1
        progress = (time.time() - begun) / (60 * options.minutes) if options.minutes else step / options.steps
        for group in optimizer.param_groups:
            group["lr"] = options.rate * min(1, step / 300) * (0.01 + 0.99 * math.cos(0.5 * math.pi * min(1, progress)) ** 2)
        chosen = next(stream)
        x = torch.from_numpy(rows[chosen, : lengths[chosen[0]] + 1].astype(np.int64))
        inputs = functional.pad(x[:, :-1], (1, 0))
        inputs = inputs.masked_fill(torch.rand(inputs.shape) < options.word_dropout, len(vocabulary))
        beta = options.beta * (1 if options.resume else min(1, progress / 0.3))
        with torch.autocast("cpu", torch.bfloat16):
            mean, log_variance = encoder(x)
            z = mean + (0.5 * log_variance).exp() * torch.randn_like(mean)
            logits = decoder(z, inputs)
            guesses = decoder.property(z).float()
        cross_entropy = functional.cross_entropy(logits.flatten(0, 1).float(), x.flatten(), reduction="sum") / len(x)
        divergence = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(1).mean()
        error = ((guesses - targets[chosen]) ** 2).sum(1).mean()
        loss = cross_entropy + beta * divergence + options.property_weight * error
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0 if step > 200 else 5.0)
        optimizer.step()
        sums += [cross_entropy.item(), divergence.item(), error.item(), 1]
        if step % options.every == 0 or progress >= 1 or step == options.stop_after:
            exact, bound, explained = tested(encoder, decoder, held, held_lengths, held_targets, generator)
            curve.append([step, time.time() - start, *sums[:3] / sums[3], *exact, *explained, *bound])
            sums[:] = 0
            print(" ".join(f"{value:.4g}" for value in curve[-1]), flush=True)

    encoder.eval()
    mean, log_variance = encoded(encoder, rows, lengths)
    covariance = np.cov(mean.T.astype(np.float64)) + vae.SPREAD**2 * np.diag(np.exp(log_variance).mean(0, dtype=np.float64))
    values, vectors = np.linalg.eigh(covariance)
    decoder.latent_mean.copy_(torch.from_numpy(mean.mean(0)))
    decoder.latent_unwhitening.copy_(torch.from_numpy(np.sqrt(values)[:, None] * vectors.T))
    decoder.property_mean.copy_(torch.from_numpy(center))
    decoder.property_deviation.copy_(torch.from_numpy(deviation))
    notes = f"MOSES{', resumed' if options.resume else ''}, seed {options.seed}, {step} steps of {options.batch}, beta {options.beta}"
    options.output.mkdir(exist_ok=True)
    vae.save(options.output / "encoder.safetensors", encoder, vocabulary, notes)
    vae.save(options.output / "decoder.safetensors", decoder, vocabulary, notes)
    tests = vocabulary.rows(data["test_tokens"])
    test_mean, test_log_variance = encoded(encoder, tests, (tests > 0).sum(1))
    np.savez(
        HERE / "data/latents.npz", train_mean=mean, train_log_variance=log_variance,
        test_mean=test_mean, test_log_variance=test_log_variance,
    )  # fmt: skip
    with open(options.output / f"vae_curve_{options.seed}.csv", "w", newline="") as file:
        names = ["step", "seconds", "cross_entropy", "divergence", "property_error", "exact_from_mean", "exact_from_draw"]
        names += [f"r2_{x}" for x in vae.properties.NAMES] + ["test_cross_entropy", "test_divergence"]
        csv.writer(file).writerows([names, *curve])
    print(f"done, {(time.time() - start) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
