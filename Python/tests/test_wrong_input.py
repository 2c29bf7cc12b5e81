"""What is wrong is refused where it is given, in words that name it, and never changed into something that runs."""

import math
import warnings

import feynman_kac as fk
import numpy as np
import pytest
from conftest import EXPLODING, gaussian

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


def test_the_level_where_no_signal_is_left():
    # Seen to catch: ZeroDivisionError, and OverflowError of a power.
    assert fk.NoisePoint(1.0, 0.0, 1.0).level == math.inf
    assert fk.NoisePoint(1.0, 1e-200, 1.0).level == math.inf
