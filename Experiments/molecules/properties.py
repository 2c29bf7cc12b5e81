"""The properties that the experiment knows, by RDKit, and the fixed scale that the networks see them on."""

import numpy as np
from rdkit import Chem, RDLogger
from rdkit.Chem import QED, Crippen, rdMolDescriptors
from rdkit.Contrib.SA_Score import sascorer

RDLogger.DisableLog("rdApp.*")

NAMES = ("log_p", "sa", "qed", "tpsa")
LABELS = {"log_p": "log P", "sa": "SA score", "qed": "QED", "tpsa": "TPSA (Å²)"}


def of(molecule):
    """log P (Crippen), synthetic accessibility (1 easy to 10 hard), QED, topological polar surface area (Å²)."""
    return (
        Crippen.MolLogP(molecule),
        sascorer.calculateScore(molecule),
        QED.qed(molecule),
        rdMolDescriptors.CalcTPSA(molecule),
    )


def passes_filters(molecule):
    """The plain rules of MOSES's set: 250 to 350 Da, at most 7 rotatable bonds, log P at most 3.5, no charges, no
    atoms but C N S O F Cl Br H, no ring over 8 atoms. Its substructure filters (MCF, PAINS) are not applied."""
    return (
        250 <= rdMolDescriptors.CalcExactMolWt(molecule) <= 350
        and rdMolDescriptors.CalcNumRotatableBonds(molecule) <= 7
        and Crippen.MolLogP(molecule) <= 3.5
        and structural_filters(molecule)
    )


def structural_filters(molecule):
    """The part of `passes_filters` about structure alone: allowed atoms, no charges, no ring over 8 atoms."""
    allowed = {"C", "N", "S", "O", "F", "Cl", "Br", "H"}
    return all(atom.GetSymbol() in allowed and atom.GetFormalCharge() == 0 for atom in molecule.GetAtoms()) and all(
        len(ring) <= 8 for ring in molecule.GetRingInfo().AtomRings()
    )


def table(smiles):
    """`[N, 4]` float32, rows of NaN where RDKit cannot read the text."""
    rows = []
    for text in smiles:
        molecule = Chem.MolFromSmiles(text) if text else None
        rows.append(of(molecule) if molecule is not None else (np.nan,) * len(NAMES))
    return np.array(rows, np.float32).reshape(-1, len(NAMES))
