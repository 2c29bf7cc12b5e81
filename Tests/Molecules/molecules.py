"""Files for chemists, black-box scores and the chemist's guide, held with RDKit.

    python3 Tests/Molecules/molecules.py .build/release/fkc

RDKit and SELFIES are those of .venv-demo, as make demo has them; where they cannot be installed nothing is tried, and the last line says so.
"""

import contextlib
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXPERIMENT = ROOT / "Experiments/molecules"
sys.path.insert(0, str(EXPERIMENT))
if __name__ == "__main__":
    os.environ["FKC"] = str(pathlib.Path(sys.argv[1]).resolve())
FKC = os.environ["FKC"]
ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"


def with_packages():
    """Goes on in .venv-demo; ends here where it cannot be had."""
    import demo

    python, why = demo.environment()
    if python is None:
        print(f"molecules: not tried, as RDKit and SELFIES could not be installed: {why}")
        sys.exit(0)
    sys.stdout.flush()
    os.execv(python, [str(python), *sys.argv, "--packages"])


class Export(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def run_folder(self, samples, log_weights):
        import numpy as np

        np.save(self.folder / "samples.npy", samples)
        np.save(self.folder / "log_weights.npy", log_weights - np.logaddexp.reduce(log_weights))
        np.save(self.folder / "ancestors.npy", np.arange(len(samples)) // 2 + 40)
        (self.folder / "summary.json").write_text('{"trust": "doubtful"}')

    def exported(self, *options):
        import export

        printed = io.StringIO()
        sys.argv = ["export.py", str(self.folder), *options]
        with contextlib.redirect_stdout(printed):
            export.main()
        return printed.getvalue()

    def test_rdkit_reads_back_molecules_with_the_weights_of_all_their_samples(self):
        """Seen to catch: the weight of a molecule's first sample passed for that of all of them."""
        import numpy as np
        import properties
        from rdkit import Chem

        # Rows 0, 1 and 5 are one latent, and so one molecule.
        samples = np.random.default_rng(3).standard_normal((6, 64)).astype(np.float32)
        samples[1] = samples[5] = samples[0]
        shares = np.array([0.1, 0.2, 0.3, 0.15, 0.05, 0.2])
        self.run_folder(samples, np.log(shares))
        self.assertIn("the run is doubtful", self.exported())
        records = list(Chem.SDMolSupplier(str(self.folder / "molecules.sdf"), removeHs=False))
        self.assertEqual(len(records), 4)
        first = records[0]
        self.assertEqual([first.GetProp(name) for name in ("copies", "rows", "ancestors")], ["3", "0 1 5", "40 42"])
        # Six digits are written.
        self.assertAlmostEqual(float(first.GetProp("weight")), 0.5, delta=1e-5)
        weights = [float(record.GetProp("weight")) for record in records]
        self.assertEqual(weights, sorted(weights, reverse=True))
        self.assertAlmostEqual(sum(weights), 1, delta=1e-5)
        for record in records:
            self.assertEqual(record.GetProp("coordinates"), "3d")
            self.assertTrue(record.GetConformer().Is3D())
            # Coordinates leave no hydrogen out, and the drawing is of the molecule that the property names.
            flat = Chem.RemoveHs(record)
            Chem.RemoveStereochemistry(flat)
            self.assertEqual(Chem.MolToSmiles(flat), record.GetProp("smiles"))
            values = properties.of(Chem.MolFromSmiles(record.GetProp("smiles")))
            for name, value in zip(properties.NAMES, values):
                self.assertAlmostEqual(float(record.GetProp(name)), value, delta=1e-4)
        lines = Chem.SmilesMolSupplier(str(self.folder / "molecules.smi"), "\t", 0, 1, False)
        found = [(line.GetProp("_Name"), Chem.MolToSmiles(line)) for line in lines]
        self.assertEqual(found, [(record.GetProp("_Name"), record.GetProp("smiles")) for record in records])

    def test_two_dimensions_and_a_part_of_the_samples(self):
        """Seen to catch: the first samples, which are kin, taken for an even spread."""
        import numpy as np
        from rdkit import Chem

        self.run_folder(np.random.default_rng(4).standard_normal((9, 64)).astype(np.float32), np.zeros(9))
        self.exported("--coordinates", "2d", "--count", "3")
        records = list(Chem.SDMolSupplier(str(self.folder / "molecules.sdf")))
        self.assertEqual(sorted(record.GetProp("rows") for record in records), ["0", "4", "8"])
        self.assertEqual({record.GetProp("coordinates") for record in records}, {"2d"})

    def test_a_score_tilts_plain_samples(self):
        """Seen to catch: a strength that was left out."""
        import numpy as np
        from rdkit import Chem

        self.run_folder(np.random.default_rng(6).standard_normal((8, 64)).astype(np.float32), np.zeros(8))
        file = self.folder / "atoms.py"
        file.write_text("def score(molecules):\n    return [molecule.GetNumAtoms() for molecule in molecules]\n")
        self.exported("--coordinates", "2d", "--score", str(file), "--strength", "0.5")
        records = list(Chem.SDMolSupplier(str(self.folder / "molecules.sdf")))
        atoms = np.array([record.GetNumAtoms() for record in records])
        self.assertEqual([float(record.GetProp("score")) for record in records], list(atoms))
        expected = np.exp(0.5 * atoms) / np.exp(0.5 * atoms).sum()
        np.testing.assert_allclose([float(record.GetProp("weight")) for record in records], expected, rtol=1e-4)
        self.exported("--coordinates", "2d", "--score", str(file), "--heaviest", "2")
        self.assertEqual([record.GetNumAtoms() for record in Chem.SDMolSupplier(str(self.folder / "molecules.sdf"))], sorted(atoms)[:-3:-1])

    def test_a_run_of_another_model_is_refused(self):
        """Seen to catch: the check of the shape left out, so that NumPy complains of a product of matrices."""
        import numpy as np

        self.run_folder(np.zeros((5, 3), np.float32), np.zeros(5))
        with self.assertRaises(SystemExit) as refusal:
            self.exported()
        self.assertEqual(str(refusal.exception), f"{self.folder / 'samples.npy'}: float32 [5, 3]; this decoder takes floats [rows, 64]")
        (self.folder / "ancestors.npy").unlink()
        with self.assertRaises(SystemExit) as refusal:
            self.exported()
        self.assertIn("ancestors.npy is missing", str(refusal.exception))


class BlackBox(unittest.TestCase):
    def test_the_score_is_that_of_the_pinned_version(self):
        """QED 0.5501 and SA score 1.58 of aspirin. Seen to catch: the two terms added."""
        import docking_reward
        from rdkit import Chem

        # To the digits of the constants: −2.698 + 1.894.
        self.assertAlmostEqual(docking_reward.score([Chem.MolFromSmiles(ASPIRIN)])[0], -0.804, delta=0.005)

    def test_a_molecule_is_scored_once_and_refused_text_is_worst(self):
        """Seen to catch: every row scored, copies too."""
        import decoded_reward

        asked = []

        def score(molecules):
            asked.append(len(molecules))
            return [molecule.GetNumAtoms() for molecule in molecules]

        reward = decoded_reward.DecodedReward(score)
        self.assertEqual(list(reward.scored(["C", "CC", "", "CC"])), [1, 2, decoded_reward.WORST, 2])
        self.assertEqual(list(reward.scored(["CC", "CCC"])), [2, 3])
        self.assertEqual(asked, [2, 1])
        reward.score = lambda molecules: []
        with self.assertRaisesRegex(ValueError, "0 numbers for 1 molecules"):
            reward.scored(["CCCC"])

    def test_libraries_are_drawn_by_weight(self):
        """Seen to catch: weights summed in another order than that of the rows."""
        import docking_table
        import numpy as np

        weights = np.random.default_rng(5).dirichlet(np.full(30, 0.3))
        counts = np.bincount(docking_table.drawn(weights), minlength=30)
        self.assertEqual(counts.sum(), docking_table.LIBRARY)
        self.assertLessEqual(np.abs(counts - docking_table.LIBRARY * weights).max(), 1)
        smiles, scores = np.array(["C", "CC", "C", "", "CCC"]), np.array([1.0, 3.0, 1.0, 9.0, 2.0])
        self.assertEqual(list(smiles[docking_table.best(smiles, scores)]), ["CC", "CCC", "C"])

    def test_a_program_is_asked_with_consent_alone_and_every_decoding_is_counted(self):
        """Seen to catch: a record of distinct molecules, which leaves out copies."""
        import docking_table
        import numpy as np
        import repeated_runs

        with tempfile.TemporaryDirectory() as name:
            folder, record = pathlib.Path(name) / "run", pathlib.Path(name) / "record.tsv"
            refused = subprocess.run([FKC, "run", EXPERIMENT / "docking.yaml", "--output", folder], capture_output=True, text=True, check=False)
            self.assertEqual(refused.returncode, 65)
            settings = {"particles": 20, "sampler.steps": 4, "target.reward.workers": 1, "sampler.step_size_error": "none"}
            docking_table.sampled("docking", 1, folder, False, settings, record)
            lines = [line.split("\t") for line in record.read_text().splitlines()]
            smiles, scores, _ = docking_table.decoded(folder, False)
            evaluations = sum(repeated_runs.summary(folder)["model_evaluations"].values())
        # At each of the five levels.
        self.assertEqual((evaluations, len(lines)), (100, 100))
        # The last level is that of the samples: in their order, as one worker answers.
        self.assertEqual([text for text, _ in lines[-20:]], list(smiles))
        np.testing.assert_allclose([float(score) for _, score in lines[-20:]], scores, atol=1e-5)


class Guide(unittest.TestCase):
    def test_the_blocks_of_the_guide_run_one_after_another(self):
        """With 30 particles a run. Seen to catch: a property that records do not have."""
        page = (ROOT / "Documentation/CHEMISTS.md").read_text()
        blocks = [block for block in re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL) if not block.startswith("make ")]
        self.assertGreaterEqual(len(blocks), 3)
        script = "".join(blocks)
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            (root / "Experiments/molecules").mkdir(parents=True)
            for path in [*EXPERIMENT.glob("*.py"), *EXPERIMENT.glob("*.yaml"), *EXPERIMENT.glob("*.safetensors")]:
                shutil.copy(path, root / "Experiments/molecules")
            shutil.copytree(ROOT / "Clients/python", root / "Clients/python")
            (root / ".build/release").mkdir(parents=True)
            (root / ".build/release/fkc").symlink_to(FKC)
            (root / ".venv-demo").symlink_to(pathlib.Path(sys.prefix))
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", re.sub(r"particles=\d+", "particles=30", script)],
                cwd=root, capture_output=True, text=True, timeout=300, check=False)  # fmt: skip
            self.assertEqual(done.returncode, 0, done.stderr[-2000:])
            self.assertRegex(done.stdout, r"\d+ distinct molecules; the mean QED of the library is 0\.\d+")


if __name__ == "__main__":
    if "--packages" not in sys.argv:
        with_packages()
    unittest.main(argv=[sys.argv[0]])
