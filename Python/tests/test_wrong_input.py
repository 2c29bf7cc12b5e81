"""What is wrong is refused where it is given, in words that name it, and never changed into something that runs."""

import math
import warnings

import feynman_kac as fk
import numpy as np
import pytest
from conftest import EXPLODING, GaussianScore, gaussian

SMALL = {"process": EXPLODING, "particles": 200, "steps": 20, "seed": 1}


class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no words")


class Sealed(Exception):
    def add_note(self, note):
        raise RuntimeError("no notes")


@pytest.mark.parametrize("error", [Mute(), Sealed("x"), Exception("a lone surrogate \udc80"), Exception("a zero \0 inside")])
def test_exceptions_that_cannot_be_told_travel(error):
    # Seen to catch: what was raised while the exception was told went past ctypes, which called it a success: the run went on with
    # outputs that nobody had written. An exception that took no note came back as another one. And a model that failed when its
    # predictions were looked at was asked again.
    calls = []

    def function(x, point):
        calls.append(len(x))
        raise error

    with pytest.raises(type(error)) as caught:
        fk.sample(fk.Model(function, 2), **SMALL)
    assert caught.value is error
    assert len(calls) == 1


@pytest.mark.parametrize("error", [ValueError("mine"), KeyboardInterrupt(), SystemExit(3)])
def test_warnings_that_raise_do_not_hide_exceptions(error):
    # Seen to catch: RunWarning in place of the caller's exception, as three steps are few.
    def function(x, point):
        if point.level < 1:
            raise error
        return -x / (1 + point.noise**2)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(type(error)) as caught:
            fk.sample(fk.Model(function, 2), **{**SMALL, "steps": 3})
        with pytest.raises(fk.RunWarning):
            fk.sample(gaussian([0.0]), **{**SMALL, "steps": 3})
    assert caught.value is error


@pytest.mark.parametrize("shift", [2**32, -(2**32), 2**31])
def test_parents_that_need_more_bits_are_refused(shift):
    # Seen to catch: NumPy's cast, which wraps 2^32 + i to i.
    with pytest.raises(ValueError, match=r"resampler .* expected -2147483648 to 2147483647"):
        fk.sample(gaussian([0.0]) ** 2, **SMALL, resampling=lambda weights, generator: np.arange(len(weights)) + shift, ess_threshold=1.0, control="none")


def test_a_reward_is_named_as_one():
    # Seen to catch: "model answered", by the name of a function that has none.
    with pytest.raises(ValueError, match="reward 'model' answered an array of shape"):
        fk.sample(gaussian([0.0]), **SMALL, reward=lambda x: x)


@pytest.mark.parametrize("threads", [-1, 2**31, 2**32, 2**32 + 1])
def test_threads_out_of_range(threads):
    # Seen to catch: the field's 32 bits, to which 2^32 is 0.
    with pytest.raises(fk.ConfigError, match=f"threads: found {threads}; give a whole number from 1"):
        fk.sample(gaussian([0.0]), **SMALL, threads=threads)


def test_zeros_in_paths_and_texts(tmp_path):
    # Seen to catch: C's texts, which end at a zero: the files went to the folder "run", and a config ran as far as it had been read.
    # A config in Latin-1 ran with other characters in it.
    with pytest.raises(ValueError, match="zero"):
        fk.sample(gaussian([0.0]), **SMALL, output=f"{tmp_path}/run\0further")
    with pytest.raises(ValueError, match="zero"):
        fk.load(f"{tmp_path}/run\0further")
    with pytest.raises(ValueError, match="zero"):
        fk.sample(gaussian([0.0]), **SMALL).report(f"{tmp_path}/out\0.html")
    assert list(tmp_path.iterdir()) == []
    path = tmp_path / "zero.yaml"
    path.write_bytes(
        b"particles: 10\nprocess: {kind: flow-matching}\nmodels: {q: {kind: gaussian, mean: [0.0], standard_deviation: 1.0}}\n"
        b"target: {annealed: {model: q, inverse_temperature: 1.0}}\n\0unknown: 3\n"
    )
    with pytest.raises(fk.ConfigError, match=r"zero\.yaml:5: found a zero"):
        fk.run(path)
    path.write_bytes(path.read_bytes().replace(b"\0", b"# caf\xe9, in Latin-1\n#"))
    with pytest.raises(fk.ConfigError, match=r"zero\.yaml: is not UTF-8 text: line 5 has"):
        fk.run(path)
    for name in ("a\0b", "\udc80"):
        with pytest.raises(fk.ConfigError, match="without zeros"):
            fk.sample(gaussian([0.0], name=name), **SMALL)
        with pytest.raises(fk.ConfigError, match="without zeros"):
            fk.run(fk.config(gaussian([0.0]), **SMALL), overrides={"rng": name})


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (math.nan, "config: sampler.end_time: found nan; give a finite number"),
        (np.float32(np.inf), "config: sampler.end_time: found inf; give a finite number"),
        (np.array([1.0, np.nan]), "config: sampler.end_time: found nan; give a finite number"),
        (np.array([1j]), "config: sampler.end_time: found 1j, which has no form in a config"),
        (1j, "config: sampler.end_time: found 1j, which has no form in a config"),
    ],
)
def test_values_without_a_form_are_named_by_their_key(value, words):
    # Seen to catch: "Out of range float values are not JSON compliant" without a key, a TypeError of the encoder of JSON.
    mapping = fk.config(gaussian([0.0]), **SMALL)
    for arguments in (({**mapping, "sampler": {"end_time": value}}, {}), (mapping, {"overrides": {"sampler.end_time": value}})):
        with pytest.raises(fk.ConfigError) as caught:
            fk.run(arguments[0], **arguments[1])
        assert caught.value.text == words


def test_a_config_that_holds_itself():
    mapping = {}
    mapping["models"] = mapping
    with pytest.raises(fk.ConfigError, match="holds itself"):
        fk.run(mapping)


@pytest.mark.parametrize(
    "make",
    [
        lambda q: fk.Model(q.function.function, 2.9),
        lambda q: fk.Model(q.function.function, "2"),
        lambda q: fk.Model(q.function.function, shape=(2.5,)),
        lambda q: fk.Model(q.function.function, 2, noise_levels=(1.0,)),
        lambda q: fk.product((q, 1.0, 2.0)),
        lambda q: fk.product(()),
        lambda q: fk.log_linear(q, q),
        lambda q: q ** ("a", "b"),
        lambda q: fk.config(q, **SMALL, noise_scale=(1.0, 2.0, 3.0)),
        lambda q: fk.sample(q, **SMALL).resample(1.5),
    ],
)
def test_numbers_are_not_cut(make):
    # Seen to catch: int(2.9), which is 2; a third entry that nobody read; errors of unpacking that say nothing of what was given.
    with pytest.raises(TypeError, match="integer|pair|number"):
        make(gaussian([0.0, 1.0], name="q"))


def test_a_negative_shape():
    with pytest.raises(ValueError, match="at least 1"):
        fk.Model(lambda x, point: x, shape=(-1, -2))


def test_noise_levels_of_an_array():
    # Seen to catch: the truth of an array.
    model = gaussian([0.0], noise_levels=np.array([1e-4, 400.0]))
    assert fk.config(model, **SMALL)["models"]["GaussianScore"]["maximum_noise_level"] == 400


def test_the_level_where_no_signal_is_left():
    # Seen to catch: ZeroDivisionError, and OverflowError of a power.
    assert fk.NoisePoint(1.0, 0.0, 1.0).level == math.inf
    assert fk.NoisePoint(1.0, 1e-200, 1.0).level == math.inf


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (lambda x: None, TypeError, r"model 'f' answered None; expected an array of shape \(\d+, 2\): does the function return it"),
        (lambda x: x > 0, TypeError, "answered an array of bool; expected real numbers, of float32"),
        (lambda x: x + 0j, TypeError, "answered an array of complex64; expected real numbers"),
        (lambda x: x.astype(object), TypeError, "answered an array of object; expected real numbers"),
        (lambda x: np.ma.masked_array(x, mask=x > 1), ValueError, "answered an array with masked elements"),
    ],
)
def test_answers_that_are_no_numbers(answer, error, words):
    # Seen to catch: what a mask hides went into the run, True as a score of 1, and None as "an array of shape ()".
    with pytest.raises(error, match=words):
        fk.sample(fk.Model(lambda x, point: answer(-x), 2, name="f"), **SMALL)


@pytest.mark.parametrize("wrap", [np.asfortranarray, lambda x: np.repeat(x, 2, axis=1)[:, ::2], lambda x: np.ma.masked_array(x), np.ndarray.tolist])
def test_answers_in_any_order_of_memory(wrap):
    # Seen to catch: a copy of the bytes as they lie, in Fortran's order.
    score = GaussianScore([1.0, -0.5], 1.0)
    model = fk.Model(lambda x, point: wrap(score(x, point).astype(np.float32)), 2)
    assert fk.sample(model**2, **SMALL).samples.tobytes() == fk.sample(fk.Model(score, 2) ** 2, **SMALL).samples.tobytes()


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: fk.Model(len, 0), ValueError, "at least 1 dimension; found 0"),
        (lambda: fk.Model(len, -1), ValueError, "at least 1 dimension; found -1"),
        (lambda: fk.Model(len, 2, name=3), TypeError, "a name is a text; found 3"),
        (lambda: gaussian([0.0]) ** True, TypeError, "an exponent is a number, or a pair .* found True"),
        (lambda: fk.sample(gaussian([0.0]), **{**SMALL, "process": fk.Karras}), TypeError, r"an object of a class such as VarianceExploding\(\)"),
        (lambda: fk.sample(gaussian([0.0]), **SMALL, output=""), ValueError, "a path is not empty"),
        (lambda: fk.sample(gaussian([0.0]), **{**SMALL, "seed": 2**64}), fk.ConfigError, "seed: found '18446744073709551616'; give a whole number"),
        (lambda: fk.sample(gaussian([0.0]), **{**SMALL, "seed": True}), fk.ConfigError, "seed: found 'true'"),
    ],
)
def test_values_that_mean_nothing(make, error, words):
    # Seen to catch: models of no and of -1 dimensions, q^True as q, and "is removed again and again" for an empty path.
    with pytest.raises(error, match=words):
        make()
