"""What configs are made of targets, models, rewards and settings, and what is refused."""

import pathlib

import feynman_kac as fk
import numpy as np
import pytest
from conftest import EXPLODING, gaussian

Q, P = gaussian([1.0], name="q"), gaussian([2.0], name="p")


def target_of(target):
    return fk.config(target, process=EXPLODING, particles=10)["target"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (Q, {"annealed": {"model": "q", "inverse_temperature": 1.0}}),
        (Q**2, {"annealed": {"model": "q", "inverse_temperature": 2.0}}),
        (fk.annealed(Q, (1, 2)), {"annealed": {"model": "q", "inverse_temperature": {"from": 1.0, "to": 2.0}}}),
        (Q * P, {"product": {"q": 1.0, "p": 1.0}}),
        (Q * Q, {"product": {"q": 2.0}}),
        (Q**0.5 * P**2 / Q, {"product": {"q": -0.5, "p": 2.0}}),
        (fk.product(Q, (P, 0.5), Q**2), {"product": {"q": 3.0, "p": 0.5}}),
        (2 * Q, {"log_linear": [{"model": "q", "exponent": 2.0}]}),
        (Q * 2, {"log_linear": [{"model": "q", "exponent": 2.0}]}),
        (0.5 * Q + 1.5 * P, {"log_linear": [{"model": "q", "exponent": 0.5}, {"model": "p", "exponent": 1.5}]}),
        (fk.guided(Q, P, scale=3), {"guided": {"unconditional": "q", "conditional": "p", "scale": 3.0}}),
        (
            fk.guided(Q, P, (1, 3), projection={"parallel": 0.5}, alignment_threshold=0.9),
            {
                "guided": {
                    "unconditional": "q",
                    "conditional": "p",
                    "scale": {"from": 1.0, "to": 3.0},
                    "projection": {"parallel": 0.5},
                    "alignment_threshold": 0.9,
                }
            },
        ),
        (
            Q.tilted(by=fk.rewards.Linear(np.ones(1)), scale=(0, 1), at="state"),
            {
                "annealed": {"model": "q", "inverse_temperature": 1.0},
                "reward": {"kind": "linear", "coefficients": [1.0], "scale": {"from": 0.0, "to": 1.0}, "at": "state"},
            },
        ),
    ],
)
def test_targets(target, expected):
    assert target_of(target) == expected


@pytest.mark.parametrize(
    "make",
    [
        lambda: Q + P,
        lambda: 2 * Q + P,
        lambda: 2 * Q * P,
        lambda: fk.guided(Q, P, 2.0) * Q,
        lambda: Q.tilted(by=len) * P,
        lambda: Q.tilted(by=len).tilted(by=len),
        lambda: fk.annealed(Q, "cold"),
        lambda: fk.annealed(lambda x: x, 2.0),
        lambda: fk.product(),
        lambda: fk.config(lambda x: x, process=EXPLODING, particles=10),
        lambda: fk.config(Q, process="karras", particles=10),
        lambda: fk.config(Q, process=EXPLODING, particles=10, reward=3),
        lambda: fk.Model(3, 2),
        lambda: fk.Model(len),
        lambda: fk.Model(len, 2, classes=3, conditions=4),
        lambda: fk.Model(len, 2, condition=4),
        lambda: Q.conditioned(3),
        lambda: fk.Reward(3),
        lambda: fk.Tabulated(signal=[1.0]).configuration(),
    ],
)
def test_what_has_no_clear_meaning_is_refused(make):
    with pytest.raises(TypeError):
        make()


def test_settings_that_are_misspelt_are_named():
    with pytest.raises(TypeError, match="there is no setting 'nose_scale'; did you mean 'noise_scale'"):
        fk.sample(Q, process=EXPLODING, particles=10, nose_scale=2.0)
    with pytest.raises(TypeError, match="did you mean 'steps'"):
        fk.sample(Q, process=EXPLODING, particles=10, step=2)


def test_settings_go_to_their_sections():
    config = fk.config(
        Q,
        process=EXPLODING,
        particles=100,
        steps=50,
        islands=4,
        seed=3,
        noise_scale=(1, 2),
        control="none",
        correction="kernel-ratio",
        path="late",
        resampling="ssp",
        ess_threshold=0.9,
        trajectory={"every_steps": 5},
        samples="resampled",
        rng="mt19937",
        checkpoint={"every_steps": 7},
    )
    assert config.pop("models").keys() == {"q"}
    assert config == {
        "seed": 3,
        "particles": 100,
        "islands": 4,
        "process": {"kind": "variance-exploding", "sigma_min": 0.01, "sigma_max": 20},
        "target": {"annealed": {"model": "q", "inverse_temperature": 1.0}, "path": "late"},
        "sampler": {"steps": 50, "noise_scale": {"from": 1, "to": 2}, "control": "none"},
        "correction": "kernel-ratio",
        "resampling": {"scheme": "ssp", "ess_threshold": 0.9},
        "output": {"trajectory": {"every_steps": 5}, "samples": "resampled"},
        "rng": "mt19937",
        "checkpoint": {"every_steps": 7},
    }


def test_every_setting_is_one_of_the_library():
    # Seen to catch: a setting of a name that the schema has not. The schema is the library's, so new keys are seen too.
    import json

    from feynman_kac.settings import Settings

    schema = json.loads(fk.schema())

    def properties(name):
        found = schema["properties"][name]
        while "$ref" in found:
            place = schema
            for word in found["$ref"].lstrip("#/").split("/"):
                place = place[word]
            found = place
        return set(found["properties"])

    known = set(Settings.__annotations__)
    sampler = properties("sampler") - {"steps"}
    output = {"trajectory", "samples", "formats", "species", "genealogy"}
    elsewhere = {"correction", "path", "resampling", "ess_threshold", "checkpoint", "rng"} | output
    assert known - elsewhere == sampler
    assert "path" in properties("target")
    assert "ess_threshold" in properties("resampling")
    assert output | {"directory"} == properties("output")


def test_models_of_one_name_get_names_of_their_own():
    config = fk.config(gaussian([1.0], name="q") * gaussian([2.0], name="q"), process=EXPLODING, particles=10)
    assert list(config["models"]) == ["q", "q_2"]
    assert fk.run(config, overrides={"sampler.steps": 20}).samples.shape == (10, 1)


def test_models_state_what_they_are():
    config = fk.Model(
        len,
        prediction="epsilon",
        process=fk.VariancePreserving(schedule="cosine"),
        classes=10,
        condition=3,
        batch_rows=64,
        noise_levels=(0.01, 100),
        data_standard_deviation=0.5,
        identity="abc",
        shape=(3, 4),
    ).configuration()
    assert config.pop("function").shape == (3, 4)
    assert config == {
        "kind": "function",
        "dimensions": 12,
        "prediction": "epsilon",
        "process": {"kind": "variance-preserving", "schedule": "cosine"},
        "classes": 10,
        "condition": 3,
        "batch_rows": 64,
        "minimum_noise_level": 0.01,
        "maximum_noise_level": 100,
        "data_standard_deviation": 0.5,
        "identity": "abc",
    }


def test_rewards_by_name_are_those_of_the_library():
    rewards = [
        fk.rewards.Linear([0.1, 0.2]),
        fk.rewards.Quadratic([0, 1], 2.0),
        fk.rewards.Measurement([[1.0, 1.0]], [0.5], 0.3),
        fk.rewards.Inpainting([1], [0.4], 0.2),
        fk.rewards.LogSigmoid(fk.rewards.Linear([1.0, 0.0]), center=0.5, width=0.2),
        fk.rewards.Near(fk.rewards.Linear([1.0, 0.0]), 0.5, 0.2),
        fk.rewards.AllOf([fk.rewards.LogSigmoid(fk.rewards.Linear([1.0, 0.0])), fk.rewards.LogSigmoid(fk.rewards.Linear([0.0, 1.0]), width=-1.0)]),
        fk.rewards.WeightedSum([fk.rewards.Linear([1.0, 0.0]), fk.rewards.Quadratic([0, 1], [2.0, 1.0])], [0.5, 2.0]),
    ]
    target = fk.Gaussian([0.0, 0.5], 1.0)
    for reward in rewards:
        assert fk.sample(target, reward=reward, process=EXPLODING, particles=50, steps=20).samples.shape == (50, 2)


def test_numbers_of_every_kind_go_into_configs(tmp_path):
    mapping = fk.config(fk.Gaussian(np.array([1.0], np.float32), np.float64(0.5)), process=EXPLODING, particles=np.int64(10), steps=np.int32(20))
    assert fk.run(mapping).samples.shape == (10, 1)
    with pytest.raises(fk.ConfigError, match="give a finite number"):
        fk.sample(fk.Gaussian([np.nan]), process=EXPLODING, particles=10)
    with pytest.raises(fk.ConfigError, match=r"config: sampler\.grid: found .*, which has no form in a config"):
        fk.run({**mapping, "sampler": {"grid": object()}})
    with pytest.raises(fk.ConfigError, match="keys are texts"):
        fk.run({**mapping, 3: 4})


def test_overrides_reach_into_a_config_and_leave_it_alone():
    mapping = fk.config(0.5 * Q + 0.7 * P, process=EXPLODING, particles=100, steps=30, seed=1)
    result = fk.run(mapping, overrides={"particles": np.int64(50), "output.samples": "resampled", "sampler.noise_scale": {"from": 1, "to": 1.5}})
    assert result.samples.shape == (50, 1)
    assert "samples: resampled" in result.config
    assert mapping["particles"] == 100
    tilted = fk.run(mapping, overrides={"target.reward": fk.rewards.Linear(np.array([0.5])), "models.q": gaussian([3.0])})
    expected = fk.sample(0.5 * gaussian([3.0]) + 0.7 * P, reward=fk.rewards.Linear([0.5]), process=EXPLODING, particles=100, steps=30, seed=1)
    assert tilted.samples.tobytes() == expected.samples.tobytes()
    with pytest.raises(fk.ConfigError, match="stepps"):
        fk.run(mapping, overrides={"sampler.stepps": 3})
    with pytest.raises(fk.ConfigError, match="give a finite number"):
        fk.run(mapping, overrides={"sampler.noise_scale": np.nan})


def test_networks_from_files():
    files = sorted((pathlib.Path(__file__).parents[2] / "Experiments").glob("**/*.safetensors"))
    if not files:
        pytest.skip("the checkout has no networks")
    kinds = {fk.load_model(file).kind for file in files}
    assert kinds & {"mlp", "egnn"}
    with pytest.raises(fk.MissingInputError):
        fk.load_model("none.safetensors")
    with pytest.raises(fk.ConfigError, match="not a safetensors file"):
        fk.load_model(__file__)


def test_objects_stand_in_mappings():
    mapping = {
        "seed": 1,
        "particles": 100,
        "process": fk.VarianceExploding(0.01, 20),
        "models": {"q": gaussian([1.0]), "p": fk.Gaussian([0.5], 1.0)},
        "target": {"product": {"q": 1.0, "p": 1.0}, "reward": lambda x: x[:, 0]},
        "sampler": {"steps": np.int64(30)},
    }
    target = gaussian([1.0], name="q") * fk.Gaussian([0.5], 1.0, name="p")
    expected = fk.sample(target, reward=lambda x: x[:, 0], process=EXPLODING, particles=100, steps=30, seed=1)
    assert fk.run(mapping).samples.tobytes() == expected.samples.tobytes()
    nested = {**mapping, "target": {**mapping["target"], "reward": fk.rewards.LogSigmoid(lambda x: x[:, 0])}}
    assert fk.run(nested).samples.shape == (100, 1)
