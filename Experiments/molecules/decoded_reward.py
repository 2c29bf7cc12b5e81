"""A reward of decoded molecules, for fkc: decodes the latents that it is asked about and has your function score the molecules.

    import decoded_reward

    def score(molecules):          # RDKit's molecules, a list
        return [...]               # a number each, the more the better; target.reward.scale turns it into nats

    if __name__ == "__main__":
        decoded_reward.serve(score)

The score needs no gradient. A molecule that comes again is not scored again. With DECODED_RECORD=FILE in the environment every decoding
adds a line to the file, SMILES and score with a tab between, so its lines are the decodings that a run asked for.
"""

import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import numpy as np
import texts
from numpy_decoder import Decoder
from rdkit import Chem

# Of text that RDKit refuses: finite, because latents on their way to the data are asked about too, and may yet become molecules.
WORST = -20.0


class DecodedReward:
    """Latents `[rows, d]` to scores `[rows]`."""

    def __init__(self, score):
        self.score = score
        self.decoder = Decoder(HERE / "decoder.safetensors")
        self.known = {"": WORST}
        self.record = os.environ.get("DECODED_RECORD")

    def scored(self, smiles):
        """A score for each SMILES, by one call for those that are new."""
        new = [text for text in dict.fromkeys(smiles) if text not in self.known]
        if new:
            answers = [float(value) for value in self.score([Chem.MolFromSmiles(text) for text in new])]
            if len(answers) != len(new):
                raise ValueError(f"the score gave {len(answers)} numbers for {len(new)} molecules")
            self.known |= dict(zip(new, answers))
        return np.array([self.known[text] for text in smiles])

    def __call__(self, latents):
        smiles = [texts.canonical(text) for text in self.decoder.selfies(latents)]
        scores = self.scored(smiles)
        if self.record:
            # One write a request: lines of several workers do not mix.
            lines = "".join(f"{text}\t{value:.6f}\n" for text, value in zip(smiles, scores))
            with open(self.record, "ab", buffering=0) as file:
                file.write(lines.encode())
        return scores

    @property
    def dimensions(self):
        return self.decoder.tensors["latent_mean"].size


def serve(score):
    """Answers fkc until the run ends."""
    # Here and not above: it takes standard output for the protocol, which those who only decode and score want themselves.
    sys.path.insert(0, str(HERE.parent.parent / "Clients/python"))
    import feynman_kac_worker

    reward = DecodedReward(score)
    feynman_kac_worker.serve_reward(reward, dimensions=reward.dimensions)
