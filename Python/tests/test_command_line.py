"""The same bytes as the command line's, from the same configs."""

import os
import pathlib
import re
import subprocess
import sys

import feynman_kac as fk
import numpy as np
import pytest
from conftest import ROOT, gaussian
from feynman_kac._locations import candidates

COLDER = re.search(r"```yaml\n(# colder.yaml.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL).group(1)
CONFIGS = {
    "README": COLDER,
    "product": """
seed: 3
particles: 2000
islands: 8
process: {kind: variance-preserving}
models:
  a: {kind: gaussian, mean: [0.5, -1], standard_deviation: 0.7}
  b: {kind: gaussian-mixture, means: [[0, 0], [1, 1]], weights: [0.5, 0.5], standard_deviations: 1}
target:
  product: {a: 1.0, b: 0.5}
  reward: {kind: linear, coefficients: [0.2, 0.1]}
sampler: {steps: 40, control: radial, minimum_noise_level: 1e-4}
output: {trajectory: {every_steps: 10}}
""",
    "guided": """
seed: 18446744073709551615
particles: 1000
process: {kind: karras}
models:
  u: {kind: gaussian, mean: [0, 0], standard_deviation: 2}
  c: {kind: gaussian, mean: [1, 0], standard_deviation: 1}
target:
  guided: {unconditional: u, conditional: c, scale: {from: 1, to: 2.5}}
sampler: {steps: 40}
resampling: {scheme: systematic, ess_threshold: 0.9}
rng: mt19937
output: {samples: resampled}
""",
}
FILES = ["samples.npy", "log_weights.npy", "ancestors.npy", "genealogy.npy", "trace.csv"]


def fkc():
    for path in candidates("fkc", "FEYNMAN_KAC_FKC", "bin"):
        if path.is_file():
            return str(path)
    return pytest.skip("there is no fkc beside the library")


def written(name, tmp_path):
    path = tmp_path / f"{name}.yaml"
    path.write_text(CONFIGS[name])
    return path


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("further", [{}, {"particles": 400, "sampler.steps": 30}])
def test_a_config_gives_the_bytes_of_the_command_line(name, further, tmp_path):
    # Seen to catch: overrides that are not applied.
    path = written(name, tmp_path)
    settings = [word for key, value in further.items() for word in ("--set", f"{key}={value}")]
    subprocess.run([fkc(), "run", path, "--output", tmp_path / "cli", *settings], check=True, capture_output=True)
    result = fk.run(path, tmp_path / "python", overrides=further)
    for file in FILES:
        assert (tmp_path / "python" / file).read_bytes() == (tmp_path / "cli" / file).read_bytes(), file
    assert result.samples.tobytes() == fk.load(tmp_path / "cli").samples.tobytes()
    in_memory = fk.run(path, overrides=further)
    assert in_memory.samples.tobytes() == result.samples.tobytes()
    assert in_memory.log_weights.tobytes() == result.log_weights.tobytes()


def test_a_mapping_gives_the_bytes_of_its_yaml(tmp_path):
    mapping = {
        "seed": 7,
        "particles": 10000,
        "process": {"kind": "variance-exploding", "sigma_min": 0.01, "sigma_max": 50},
        "models": {"mixture": {"kind": "gaussian-mixture", "means": [[-3, 0], [2, 1]], "weights": [0.3, 0.7], "standard_deviations": 0.8}},
        "target": {"annealed": {"model": "mixture", "inverse_temperature": 2.0}},
    }
    assert fk.run(mapping).samples.tobytes() == fk.run(written("README", tmp_path)).samples.tobytes()


def test_mistakes_in_overrides_are_named(tmp_path):
    with pytest.raises(fk.ConfigError, match=r"sampler\.stepps: unknown key; did you mean 'steps'\?"):
        fk.run(written("README", tmp_path), overrides={"sampler.stepps": 3})


# With networks, every kind of target and rewards; fewer particles and steps where the whole run takes long.
EXPERIMENTS = {
    "gmm40/default.yaml": {"particles": 1000},
    "gmm40/ours-100.yaml": {"particles": 1000},
    "gmm40/auto.yaml": {"particles": 1000},
    "gmm40/paper.yaml": {"particles": 500},
    "lj13/annealed-ours.yaml": {"particles": 16, "sampler.steps": 30},
    "molecules/product.yaml": {"particles": 100, "sampler.steps": 30},
    "molecules/conditional.yaml": {"particles": 100, "sampler.steps": 30},
    "latent-product/ours.yaml": {"particles": 100, "sampler.steps": 100},
    "guidance/mixtures/adaptive-fkc.yaml": {"particles": 1000},
    "guidance/molecules/apg.yaml": {"particles": 100, "sampler.steps": 30},
    "inverse/log_p.yaml": {"particles": 200},
}


@pytest.mark.parametrize("config", ["README", *EXPERIMENTS])
def test_arrays_are_the_bytes_of_the_command_line(config, tmp_path):
    # Seen to catch: ancestors that are the parents of the last resampling; a config's files looked for in another folder than its own.
    path = written(config, tmp_path) if config == "README" else ROOT / "Experiments" / config
    overrides = EXPERIMENTS.get(config, {})
    settings = [word for key, value in overrides.items() for word in ("--set", f"{key}={value}")]
    subprocess.run([fkc(), "run", path, "--output", tmp_path / "cli", *settings], check=True, capture_output=True)
    result = fk.run(path, overrides=overrides)
    for name in ("samples", "log_weights", "ancestors"):
        array = getattr(result, name)
        expected = np.load(tmp_path / "cli" / f"{name}.npy")
        assert (array.dtype, array.shape) == (expected.dtype, expected.shape), name
        assert array.tobytes() == expected.tobytes(), name


def test_files_of_a_run(tmp_path):
    folder = tmp_path / "run"
    settings = {"process": fk.VarianceExploding(), "particles": 200, "steps": 30, "output": folder}
    result = fk.sample(fk.Gaussian([1.0], 1.0) ** 2, **settings)
    assert {*FILES, "summary.json", "config.yaml", "report.html"} <= {path.name for path in folder.iterdir()}
    again = fk.load(folder)
    assert again.samples.tobytes() == result.samples.tobytes()
    assert again.log_normalizer == result.log_normalizer
    assert again.trace.keys() == result.trace.keys()
    assert again.config == (folder / "config.yaml").read_text()
    with pytest.raises(fk.OutputError) as caught:
        fk.sample(fk.Gaussian([1.0], 1.0) ** 2, **settings)
    assert caught.value.code == 73
    fk.sample(fk.Gaussian([1.0], 1.0) ** 2, overwrite=True, report=False, **settings)
    assert fk.run(folder / "config.yaml").samples.tobytes() == result.samples.tobytes()


def test_a_run_of_functions_is_repeated_from_its_config(tmp_path):
    model = gaussian([1.0, 2.0], name="mine")
    result = fk.sample(model**2, process=fk.FlowMatching(), particles=200, steps=30, end_time=0.01, output=tmp_path / "run")
    again = fk.run(tmp_path / "run" / "config.yaml", functions={"mine": model})
    assert again.samples.tobytes() == result.samples.tobytes()


def test_folders_without_a_run_are_refused(tmp_path):
    with pytest.raises(fk.MissingInputError):
        fk.load(tmp_path / "none")
    with pytest.raises(fk.MissingInputError, match=r"none\.yaml"):
        fk.run(tmp_path / "none.yaml")
    with pytest.raises(FileNotFoundError):
        fk.run(str(tmp_path / "none.yaml"))


def test_mistakes_are_named_with_file_line_and_key(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(COLDER.replace("annealed:", "anealed:"))
    with pytest.raises(fk.ConfigError, match=r"a\.yaml:8: target\.anealed: unknown key; did you mean 'annealed'\?") as caught:
        fk.run(path)
    assert caught.value.code == 65
    with pytest.raises(fk.ConfigError, match=r"^config: sampler\.control: "):
        fk.sample(fk.Gaussian([0.0]), process=fk.VarianceExploding(), particles=10, control="radiall")


def test_paths_start_from_the_folder_of_the_config(tmp_path, monkeypatch):
    (tmp_path / "a.json").write_text('{"means": [[0.0], [1.0]], "weights": [0.5, 0.5], "standard_deviations": 1.0}')
    path = tmp_path / "a.yaml"
    path.write_text("seed: 1\nparticles: 10\nprocess: {kind: karras}\nmodels: {a: {kind: gaussian-mixture, file: a.json}}\ntarget: {product: {a: 1}}\n")
    assert fk.run(path).samples.shape == (10, 1)
    monkeypatch.chdir(tmp_path)
    assert fk.run("a.yaml").samples.shape == (10, 1)
    assert fk.check("a.yaml").startswith("config          a.yaml\n")


def test_programs_need_consent():
    model = fk.Program([sys.executable, "-c", "pass"], 2)
    with pytest.raises(fk.Error, match="allow"):
        fk.sample(model, process=fk.VarianceExploding(), particles=10)


@pytest.mark.parametrize("command", [[sys.executable, "-m", "feynman_kac"], [sys.executable, "-c", "from feynman_kac.__main__ import main; main()"]])
def test_the_console_script_becomes_the_program(command):
    environment = {**os.environ, "FEYNMAN_KAC_FKC": fkc(), "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([*command, "--version"], check=True, capture_output=True, text=True, env=environment)
    assert run.stdout.strip() == fk.__version__
    wrong = subprocess.run([*command, "run", "none.yaml"], check=False, capture_output=True, text=True, env=environment)
    assert wrong.returncode == 66


def test_the_console_script_says_what_is_missing(tmp_path):
    environment = {**os.environ, "FEYNMAN_KAC_FKC": str(tmp_path / "none"), "PATH": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-m", "feynman_kac"], check=False, capture_output=True, text=True, env=environment)
    assert run.returncode == 69
    assert "FEYNMAN_KAC_FKC" in run.stderr


def test_the_version_is_the_librarys():
    from feynman_kac import _native

    assert _native.library.fkc_version().decode() == fk.__version__
    text = (ROOT / "CITATION.cff").read_text()
    assert f"\nversion: {fk.__version__}\n" in text
    assert pathlib.Path(fk.__file__).with_name("py.typed").exists()


def test_the_schema():
    import json

    assert json.loads(fk.schema())["type"] == "object"
