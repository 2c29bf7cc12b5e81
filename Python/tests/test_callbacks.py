"""Functions of the caller: exceptions travel unchanged, wrong answers are refused, what they are given cannot be written to."""

import threading
import warnings

import feynman_kac as fk
import numpy as np
import pytest
from conftest import EXPLODING, gaussian

SMALL = {"process": EXPLODING, "particles": 200, "steps": 20, "seed": 1}


class Refusal(Exception):
    pass


def raising(after):
    calls = []

    def function(x, *_):
        calls.append(len(x))
        if len(calls) > after:
            raise Refusal("not again")
        return -x / 2

    return function


@pytest.mark.parametrize("after", [0, 1, 12])
def test_an_exception_of_a_model_travels_unchanged(after):
    # Seen to catch: raising an Error of the library in its place; no note.
    with pytest.raises(Refusal) as caught:
        fk.sample(fk.Model(raising(after), 2, name="stubborn"), **SMALL)
    assert str(caught.value) == "not again"
    (note,) = caught.value.__notes__
    assert note.startswith("feynman_kac: raised by model 'stubborn' at t = ")
    assert caught.traceback[-1].name == "function"


def test_the_note_names_the_step():
    observed = []
    with pytest.raises(Refusal) as caught:
        fk.sample(fk.Model(raising(15), 2, name="stubborn"), **SMALL, observer=lambda step, snapshot: observed.append(step) and False)
    assert caught.value.__notes__[0].endswith(f", after step {observed[-1].step} of 20")
    assert observed[-1].step > 3


def test_exceptions_of_rewards_processes_resamplers_and_observers_travel():
    def refuse(*_):
        raise Refusal

    class Process:
        signal = noise = refuse

    q = gaussian([1.0])
    for settings in (
        {"reward": refuse},
        {"reward": fk.Reward(lambda x: x[:, 0], gradient=refuse)},
        {"process": Process()},
        {"resampling": refuse, "ess_threshold": 1.0, "control": "none"},
        {"observer": refuse},
        {"progress": refuse},
    ):
        with pytest.raises(Refusal):
            fk.sample(q**2, **{**SMALL, **settings})


def test_an_exception_on_another_thread_travels():
    with pytest.raises(Refusal):
        fk.sample(fk.Model(raising(30), 2, batch_rows="blocks"), **{**SMALL, "particles": 4000})


def test_an_error_of_the_library_inside_a_function_keeps_its_kind():
    def function(x, point):
        return fk.sample(gaussian([1.0]), **{**SMALL, "particles": 0}).samples

    with pytest.raises(fk.ConfigError, match="particles"):
        fk.sample(fk.Model(function, 1), **SMALL)


def test_a_run_inside_a_function_of_a_run():
    inner = []

    def function(x, point):
        if not inner:
            inner.append(fk.sample(gaussian([1.0]), **SMALL))
        return -x / (1 + point.noise**2)

    outer = fk.sample(fk.Model(function, 1), **SMALL)
    assert len(inner[0].samples) == len(outer.samples) == 200


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (lambda x: x[:, :1], ValueError, r"model 'q' answered an array of shape \((\d+), 1\); expected \(\1, 2\)"),
        (lambda x: np.float32(0), ValueError, r"shape \(\)"),
        (lambda x: x[0], ValueError, r"shape \(2,\)"),
        (lambda x: x.T, ValueError, r"shape \(2, \d+\)"),
        (lambda x: x + 0j, TypeError, "array of complex64; expected real numbers"),
        (lambda x: "no", ValueError, r"shape \(\)"),
    ],
)
def test_an_answer_of_another_shape_or_type_is_refused(answer, kind, words):
    # Seen to catch: NumPy's broadcasting, which takes a scalar and a row for a batch.
    with pytest.raises(kind, match=words):
        fk.sample(fk.Model(lambda x, point: answer(x), 2, name="q"), **SMALL)


def test_what_becomes_an_array_will_do():
    class Tensor:
        def __init__(self, values):
            self.values = values

        def __array__(self, dtype=None, copy=None):
            return self.values

    class Packed(Tensor):
        __array__ = None

        def __dlpack__(self, **settings):
            return self.values.__dlpack__(**settings)

        def __dlpack_device__(self):
            return self.values.__dlpack_device__()

    del Packed.__array__
    expected = fk.sample(fk.Model(lambda x, point: -x / (1 + point.noise**2), 2), **SMALL).samples.tobytes()
    for kind in (Tensor, np.float64, list):
        convert = kind if kind is not np.float64 else lambda values: values.astype(np.float64)
        assert fk.sample(fk.Model(lambda x, point, convert=convert: convert(-x / (1 + point.noise**2)), 2), **SMALL).samples.tobytes() == expected


def test_nan_of_a_model_is_a_numerical_failure_that_names_it():
    with pytest.raises(fk.NumericalError, match="broken") as caught:
        fk.sample(fk.Model(lambda x, point: x * np.nan, 2, name="broken"), **SMALL)
    assert caught.value.code == 70


def test_states_are_the_functions_to_keep_and_to_write_to():
    # Seen to catch: views of the library's memory, which is gone when the run has returned: adding up what was kept ended the process.
    kept, copies = [], []

    def function(x, point):
        kept.append(x)
        copies.append(x.copy())
        return -x / (1 + point.noise**2)

    settings = {**SMALL, "particles": 50_000}
    expected = fk.sample(fk.Model(function, 2), **settings)
    for _ in range(3):
        fk.sample(gaussian([0.0, 0.0]), **settings)
    assert all(np.array_equal(one, other) for one, other in zip(kept, copies, strict=True))

    def writing(x, point):
        x /= -(1 + point.noise**2)
        return x

    assert fk.sample(fk.Model(writing, 2), **settings).samples == pytest.approx(expected.samples, abs=1e-3)


def test_points_tell_where_a_model_is_asked():
    points = []

    def function(x, point):
        points.append((point.time, point.signal, point.noise, point.level))
        return -x / (1 + point.noise**2)

    fk.sample(fk.Model(function, 2), **SMALL)
    times, signals, noises, levels = np.array(points).T
    assert set(signals) == {1.0}
    assert noises == pytest.approx(0.01 * 2000**times)
    assert levels == pytest.approx(noises**2)
    assert times.max() == pytest.approx(1.0)
    assert times.min() == pytest.approx(0.0, abs=1e-12)


def test_functions_in_a_mapping_and_by_name():
    # Seen to catch: functions by name that are not handed over.
    def score(x, point):
        return -x / (1 + point.noise**2)

    mapping = fk.config(fk.Model(score, 2, name="q") ** 2, **SMALL)
    expected = fk.run(mapping).samples.tobytes()
    by_function = {**mapping, "models": {"q": {**mapping["models"]["q"], "function": score}}}
    by_name = {**mapping, "models": {"q": {**mapping["models"]["q"], "function": "mine"}}}
    assert fk.run(by_function).samples.tobytes() == expected
    assert fk.run(by_name, functions={"mine": score}).samples.tobytes() == expected
    assert fk.run(by_name, functions={"mine": fk.Model(score, 2)}).samples.tobytes() == expected
    with pytest.raises(fk.UnavailableError, match="mine"):
        fk.run(by_name)


def test_threads_of_the_caller_get_their_own_exceptions():
    caught = []

    def work(number):
        def function(x, point):
            if point.level < 1:
                raise Refusal(number)
            return -x / (1 + point.noise**2)

        try:
            fk.sample(fk.Model(function, 1), **SMALL)
        except Refusal as refusal:
            caught.append((number, refusal.args[0]))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(caught) == [(number, number) for number in range(6)]


def test_warnings_that_are_errors_in_a_function_travel():
    def function(x, point):
        warnings.warn("look here", DeprecationWarning, stacklevel=1)
        return -x

    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        with pytest.raises(DeprecationWarning, match="look here"):
            fk.sample(fk.Model(function, 1), **SMALL)


def test_a_call_costs_few_microseconds():
    # Between the library and a function that does nothing, for 64 states of two numbers: 4 µs on two busy cores in November 2026.
    # The least of twenty tries, as others may use the machine.
    import ctypes
    import time

    from feynman_kac import _callbacks, _native

    x, outputs, answer = (np.ones((64, 2), np.float32) for _ in range(3))
    call = _callbacks.model_callback(lambda x, point: answer, "q", None, _callbacks.Failure())
    batch = _native.ModelBatch(64, 2, x.ctypes.data, 0.5, 1, 2, 1, None, None, 0, outputs.ctypes.data, None, None)
    address = ctypes.addressof(batch)
    tries = []
    for _ in range(20):
        begun = time.perf_counter()
        for _ in range(200):
            call(None, address)
        tries.append((time.perf_counter() - begun) / 200)
    assert min(tries) < 15e-6
