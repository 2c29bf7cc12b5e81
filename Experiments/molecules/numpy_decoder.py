"""The decoder of vae.py in NumPy: the same beam search of the same weights, without PyTorch.

    python numpy_decoder.py        (needs torch too: compares the two on 500 latents and fails where they differ)
"""

import json

import numpy as np
import tensors


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Decoder:
    """`decoder.safetensors`, computed in float32."""

    def __init__(self, path):
        found, stated = tensors.read(path)
        self.tensors = {name: np.array(values, np.float32).reshape(shape) for name, (shape, values) in found.items()}
        self.longest = json.loads(stated["settings"])["longest"]
        self.texts = list(json.loads(stated["alphabet"]))
        for first, second in json.loads(stated["merges"]):
            self.texts.append(self.texts[first] + self.texts[second])

    def linear(self, name, x):
        return x @ self.tensors[f"{name}.weight"].T + self.tensors[f"{name}.bias"]

    def latent(self, whitened):
        """z of the whitened latents that the diffusion network speaks."""
        return self.tensors["latent_mean"] + np.asarray(whitened, np.float32) @ self.tensors["latent_unwhitening"]

    def guesses(self, z):
        """The property head's answer `[N, 4]`, in standard deviations from the training set's mean."""
        hidden = self.linear("property.0", z)
        return self.linear("property.2", hidden * sigmoid(hidden))

    def beam(self, z, width=5):
        """The likeliest token rows that a search of this width finds, `[N, longest]`, zeros past the end."""
        count, size = len(z), len(self.texts)
        state = np.repeat(np.tanh(self.linear("start", z)), width, 0)
        embedding = self.tensors["embedding.weight"]
        # What the GRU makes of a token, and of z, is the same at every step: multiplied out once.
        into = self.tensors["rnn.weight_ih_l0"]
        of_token = embedding @ into[:, : embedding.shape[1]].T
        of_latent = np.repeat(z @ into[:, embedding.shape[1] :].T + self.tensors["rnn.bias_ih_l0"], width, 0)
        token = np.zeros(count * width, np.int64)
        done = np.zeros(count * width, bool)
        rows = np.zeros((count * width, self.longest), np.int64)
        # All of a molecule's beams start alike: only the first may grow at the first step.
        total = np.full((count, width), -np.inf, np.float32)
        total[:, 0] = 0
        found = np.zeros((count, self.longest), np.int64)
        searched = np.arange(count)
        for step in range(self.longest):
            count = len(searched)
            given = of_token[token] + of_latent
            kept = state @ self.tensors["rnn.weight_hh_l0"].T + self.tensors["rnn.bias_hh_l0"]
            third = state.shape[1]
            reset = sigmoid(given[:, :third] + kept[:, :third])
            update = sigmoid(given[:, third : 2 * third] + kept[:, third : 2 * third])
            new = np.tanh(given[:, 2 * third :] + reset * kept[:, 2 * third :])
            state = (1 - update) * new + update * state
            logits = self.linear("output", state)
            top = logits.max(1, keepdims=True)
            growth = logits - top - np.log(np.exp(logits - top).sum(1, keepdims=True))
            growth[done] = -np.inf
            growth[done, 0] = 0
            candidates = (total[:, :, None] + growth.reshape(count, width, size)).reshape(count, -1)
            best = np.argpartition(-candidates, width, 1)[:, :width]
            order = np.argsort(-np.take_along_axis(candidates, best, 1), 1, kind="stable")
            best = np.take_along_axis(best, order, 1)
            total = np.take_along_axis(candidates, best, 1)
            parent = (width * np.arange(count)[:, None] + best // size).ravel()
            token = (best % size).ravel()
            state, rows, done = state[parent], rows[parent], done[parent]
            rows[:, step] = token
            done |= token == 0
            # Totals only fall: where the best beam has ended, none will pass it.
            ended = done[::width] if step + 1 < self.longest else np.ones(count, bool)
            found[searched[ended]] = rows[::width][ended]
            if ended.all():
                break
            if ended.any():
                searched, total, left = searched[~ended], total[~ended], np.repeat(~ended, width)
                state, rows, done, token, of_latent = state[left], rows[left], done[left], token[left], of_latent[left]
        return found

    def selfies(self, whitened, batch=500):
        """The SELFIES text of whitened latents `[N, d]`, one a row."""
        z = self.latent(whitened)
        parts = [self.beam(z[first : first + batch]) for first in range(0, len(z), batch)]
        return ["".join(self.texts[token] for token in row) for part in parts for row in part]


def main():
    """Both decoders, the same latents: tokens, and the head's answers."""
    import pathlib
    import time

    import torch
    import vae

    path = pathlib.Path(__file__).parent / "decoder.safetensors"
    latents = np.random.default_rng(1).standard_normal((500, 64)).astype(np.float32)
    ours, (theirs, _) = Decoder(path), vae.load(path, vae.Decoder)
    start = time.perf_counter()
    rows = ours.beam(ours.latent(latents))
    seconds = time.perf_counter() - start
    with torch.no_grad():
        z = theirs.latent(torch.from_numpy(latents))
        expected, head = theirs.beam(z).numpy(), theirs.property(z).numpy()
    same = (rows == expected).all(1)
    difference = np.abs(ours.guesses(ours.latent(latents)) - head).max()
    print(f"{same.sum()} of {len(same)} token rows the same as PyTorch's, head within {difference:.1e}, {seconds:.1f} s")
    # Sums in another order may turn a tie: a beam of two candidates within rounding of each other.
    if same.mean() < 0.99 or difference > 1e-4:
        raise SystemExit("the NumPy decoder is not PyTorch's")


if __name__ == "__main__":
    main()
