"""The docking-like reward of docking.yaml: drug-likeness less synthetic effort of the decoded molecule, a black box without a gradient.

QED and the SA score of RDKit's Contrib, whose version demo-requirements.txt pins, each in standard deviations of MOSES's training
set from its mean: score = z(QED) − z(SA).
"""

import decoded_reward
from rdkit.Chem import QED
from rdkit.Contrib.SA_Score import sascorer

# Mean and standard deviation, as in decoder.safetensors and the README's table.
SA, DRUG_LIKENESS = (2.449, 0.4588), (0.8065, 0.09503)


def score(molecules):
    return [
        (QED.qed(molecule) - DRUG_LIKENESS[0]) / DRUG_LIKENESS[1] - (sascorer.calculateScore(molecule) - SA[0]) / SA[1]
        for molecule in molecules
    ]


if __name__ == "__main__":
    decoded_reward.serve(score)
