"""Byte-pair merges over SELFIES symbols: common runs (a benzene ring is one) become one token.

Any sequence of tokens still spells SELFIES, and sequences are about three times shorter. Tokens are rows of a
vocabulary whose row 0 is "" (end, and the start of decoding), then the single symbols, then the merges in order.
"""

import numpy as np


def replace(stream, first, second, new):
    """The stream with every `first second`, left to right, as `new`."""
    hits = np.flatnonzero((stream[:-1] == first) & (stream[1:] == second))
    if first == second and len(hits):
        # In a run a a a the hits overlap: keep every other one of each run of neighbours.
        starts = np.concatenate([[True], np.diff(hits) > 1])
        position = np.arange(len(hits))
        hits = hits[(position - position[starts][np.cumsum(starts) - 1]) % 2 == 0]
    stream = stream.copy()
    stream[hits] = new
    return np.delete(stream, hits + 1)


def flatten(tokens):
    """`[N, longest]`, zeros past the end, as one stream with one 0 after each row."""
    padded = np.pad(tokens, ((0, 0), (0, 1))).astype(np.int16)
    keep = padded > 0
    keep[np.arange(len(tokens)), keep.sum(1)] = True
    return padded[keep]


def unflatten(stream):
    """One row a molecule, zeros past the end and at least one."""
    ends = np.flatnonzero(stream == 0)
    starts = np.concatenate([[0], ends[:-1] + 1])
    lengths = ends - starts
    rows = np.zeros((len(ends), lengths.max() + 1), np.int16)
    within = np.arange(len(stream)) - np.repeat(starts, lengths + 1)
    rows[np.repeat(np.arange(len(ends)), lengths + 1), within] = stream
    return rows


def learn(stream, symbols, size):
    """The merges, pairs of tokens, that fill a vocabulary of `size` from `symbols` single ones."""
    merges = []
    while symbols + 1 + len(merges) < size:
        valid = (stream[:-1] > 0) & (stream[1:] > 0)
        codes = stream[:-1][valid].astype(np.int64) * size + stream[1:][valid]
        best = int(np.bincount(codes, minlength=size * size).argmax())
        merges.append((best // size, best % size))
        stream = replace(stream, *merges[-1], symbols + len(merges))
    return merges


class Vocabulary:
    """`alphabet` are the single symbols after a leading "", `merges` pairs of tokens; `texts` spells every token."""

    def __init__(self, alphabet, merges):
        self.alphabet, self.merges = list(alphabet), [tuple(pair) for pair in merges]
        self.texts = list(self.alphabet)
        for first, second in self.merges:
            self.texts.append(self.texts[first] + self.texts[second])

    @classmethod
    def learned(cls, alphabet, tokens, size):
        return cls(alphabet, learn(flatten(tokens), len(alphabet) - 1, size))

    def __len__(self):
        return len(self.texts)

    def rows(self, tokens):
        """`[N, longest]` single symbols as rows of merged tokens, zeros past the end."""
        stream = flatten(tokens)
        for index, (first, second) in enumerate(self.merges):
            stream = replace(stream, first, second, len(self.alphabet) + index)
        return unflatten(stream)

    def spelled(self, rows):
        """SELFIES of token rows."""
        return ["".join(self.texts[token] for token in row) for row in rows]
