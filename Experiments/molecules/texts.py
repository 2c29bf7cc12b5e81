"""Molecules as text: SELFIES to canonical SMILES, and how alike a set of SMILES is."""

import numpy as np
import selfies
from rdkit import Chem, DataStructs
from rdkit.Chem import rdFingerprintGenerator


def canonical(text):
    """RDKit's SMILES of a SELFIES, "" where decoding or sanitisation fails."""
    try:
        molecule = Chem.MolFromSmiles(selfies.decoder(text))
    except selfies.DecoderError:
        return ""
    return Chem.MolToSmiles(molecule) if molecule is not None else ""


def internal_diversity(smiles):
    """1 − mean Tanimoto similarity of Morgan fingerprints (radius 2, 1024 bits) over all pairs of 1,000 molecules."""
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=1024)
    prints = [generator.GetFingerprint(Chem.MolFromSmiles(text)) for text in smiles[:1000]]
    return 1 - float(np.mean([DataStructs.BulkTanimotoSimilarity(one, prints) for one in prints]))
