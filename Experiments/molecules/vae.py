"""A variational autoencoder of token rows (fragments.py): GRU encoder, GRU decoder, a property head on the latent.

z, the latent of training, is turned into the latent that the diffusion network and `fkc` see by an affine map that
makes its covariance over molecules the identity: w = (z − mean) whitening. The decoder's file carries the inverse.
"""

import json

import properties
import torch
from fragments import Vocabulary
from safetensors.torch import load_file, safe_open, save_file
from torch import nn

# Of the encoder's standard deviation, the part that the diffusion network's training latents carry: decoding is
# better nearer to the mean, and with no spread at all the latents would have no density to learn.
SPREAD = 0.5

SETTINGS = {"latent": 64, "embedding": 128, "encoder_width": 256, "decoder_width": 512, "longest": 40}


class Encoder(nn.Module):
    """Token rows of one length, without padding but with the closing 0, to the mean and log variance of z."""

    def __init__(self, tokens, settings):
        super().__init__()
        self.settings, width = settings, settings["encoder_width"]
        self.embedding = nn.Embedding(tokens, settings["embedding"])
        self.rnn = nn.GRU(settings["embedding"], width, batch_first=True, bidirectional=True)
        self.output = nn.Sequential(nn.Linear(4 * width, 512), nn.SiLU(), nn.Linear(512, 2 * settings["latent"]))

    def forward(self, rows):
        states, last = self.rnn(self.embedding(rows))
        pooled = torch.cat([last[0], last[1], states.mean(1)], 1)
        mean, log_variance = self.output(pooled).float().chunk(2, 1)
        return mean, log_variance.clamp(-12, 4)


class Decoder(nn.Module):
    """z to token rows, and to standardised properties."""

    def __init__(self, tokens, settings):
        super().__init__()
        self.settings = settings
        latent, width = settings["latent"], settings["decoder_width"]
        # One row more than tokens: the mask that word dropout puts in a token's place.
        self.embedding = nn.Embedding(tokens + 1, settings["embedding"])
        self.start = nn.Linear(latent, width)
        self.rnn = nn.GRU(settings["embedding"] + latent, width, batch_first=True)
        self.output = nn.Linear(width, tokens)
        self.property = nn.Sequential(nn.Linear(latent, 128), nn.SiLU(), nn.Linear(128, len(properties.NAMES)))
        self.register_buffer("latent_mean", torch.zeros(latent))
        self.register_buffer("latent_unwhitening", torch.eye(latent))
        self.register_buffer("property_mean", torch.zeros(len(properties.NAMES)))
        self.register_buffer("property_deviation", torch.ones(len(properties.NAMES)))

    def forward(self, z, inputs):
        """Logits `[N, length, tokens]` where `inputs` are the tokens before each."""
        repeated = z[:, None, :].expand(-1, inputs.shape[1], -1)
        states, _ = self.rnn(torch.cat([self.embedding(inputs), repeated], 2), torch.tanh(self.start(z))[None])
        return self.output(states)

    def latent(self, whitened):
        """z of the whitened latents that the diffusion network speaks."""
        return self.latent_mean + whitened @ self.latent_unwhitening

    @torch.no_grad()
    def greedy(self, z):
        """The likeliest token at every step, `[N, longest]`, zeros past the end."""
        token = torch.zeros(len(z), dtype=torch.long)
        state = torch.tanh(self.start(z))[None]
        done = torch.zeros(len(z), dtype=torch.bool)
        rows = []
        for _ in range(self.settings["longest"]):
            states, state = self.rnn(torch.cat([self.embedding(token), z], 1)[:, None], state)
            token = self.output(states[:, 0]).argmax(1).masked_fill(done, 0)
            done |= token == 0
            rows.append(token)
            if done.all():
                break
        return torch.stack(rows, 1)

    @torch.no_grad()
    def beam(self, z, width=5):
        """The likeliest rows that a search of this width finds, `[N, longest]`, zeros past the end."""
        count, longest = len(z), self.settings["longest"]
        wide = z.repeat_interleave(width, 0)
        state = torch.tanh(self.start(wide))[None]
        token = torch.zeros(count * width, dtype=torch.long)
        done = torch.zeros(count * width, dtype=torch.bool)
        rows = torch.zeros(count * width, longest, dtype=torch.long)
        # All of a molecule's beams start alike: only the first may grow at the first step.
        total = torch.full((count, width), -torch.inf)
        total[:, 0] = 0
        offsets = width * torch.arange(count)[:, None]
        for step in range(longest):
            states, state = self.rnn(torch.cat([self.embedding(token), wide], 1)[:, None], state)
            growth = self.output(states[:, 0]).log_softmax(1)
            growth[done] = -torch.inf
            growth[done, 0] = 0
            best = (total[:, :, None] + growth.unflatten(0, (count, width))).flatten(1).topk(width)
            total, parent = best.values, (offsets + best.indices // growth.shape[1]).flatten()
            token = (best.indices % growth.shape[1]).flatten()
            state, rows, done = state[:, parent], rows[parent], done[parent]
            rows[:, step] = token
            done |= token == 0
            if done.all():
                break
        return rows[::width]


def save(path, module, vocabulary, notes):
    """Parameters as float16, the affine maps as float32; whoever loads the file computes in float32."""
    trained = dict(module.named_parameters())
    tensors = {
        name: (tensor.half() if name in trained else tensor).detach().contiguous()
        for name, tensor in module.state_dict().items()
    }
    values = {
        "settings": module.settings,
        "alphabet": vocabulary.alphabet,
        "merges": vocabulary.merges,
        "properties": properties.NAMES,
    }
    save_file(tensors, path, {"notes": notes, **{name: json.dumps(value) for name, value in values.items()}})


def load(path, kind):
    """A `kind` (Encoder or Decoder) of a file that `save` wrote, and its vocabulary."""
    with safe_open(path, "pt") as file:
        stated = file.metadata()
    vocabulary = Vocabulary(json.loads(stated["alphabet"]), json.loads(stated["merges"]))
    module = kind(len(vocabulary), json.loads(stated["settings"]))
    module.load_state_dict({name: tensor.float() for name, tensor in load_file(path).items()})
    return module.eval(), vocabulary
