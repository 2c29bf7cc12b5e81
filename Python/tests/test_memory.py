"""Arrays of results are the library's memory: no copies, freed with the last of them."""

import copy
import gc
import pickle
import tracemalloc

import feynman_kac as fk
import numpy as np
import pytest
from conftest import EXPLODING, gaussian
from feynman_kac._memory import Owner


def a_result(particles=1000):
    return fk.sample(gaussian([1.0, 2.0]), process=EXPLODING, particles=particles, steps=20, seed=1)


def test_arrays_outlive_their_result_and_are_freed_with_the_last():
    # Seen to catch: an array whose base is not the owner, an owner that is never freed.
    gc.collect()
    before = Owner.freed
    result = a_result()
    expected = result.samples.tobytes()
    samples, row = result.samples, result.samples[5]
    weights = result.log_weights
    del result
    gc.collect()
    assert Owner.freed == before
    # Other runs would write over memory that was freed.
    for _ in range(5):
        a_result()
    gc.collect()
    assert Owner.freed == before + 5
    assert samples.tobytes() == expected
    assert weights.sum() == weights.sum()
    del samples, weights
    gc.collect()
    assert Owner.freed == before + 5
    assert row.tobytes() == expected[5 * 8 : 6 * 8]
    del row
    gc.collect()
    assert Owner.freed == before + 6


def test_samples_are_not_copied():
    # Seen to catch: np.array in place of np.asarray. Ten thousand particles take 80,000 bytes.
    a_result()
    tracemalloc.start()
    try:
        result = a_result(10_000)
        low = tracemalloc.get_traced_memory()[0]
        arrays = [result.samples, result.samples.reshape(-1), result.log_weights, result.ancestors, result.genealogy]
        assert tracemalloc.get_traced_memory()[0] - low < 10_000
    finally:
        tracemalloc.stop()
    assert not any(array.flags.owndata for array in arrays)
    assert np.shares_memory(result.samples, arrays[1])


def test_arrays_cannot_be_written_to():
    result = a_result()
    assert not result.weights.flags.writeable
    for array in (result.samples, result.log_weights, result.ancestors, result.genealogy):
        assert not array.flags.writeable
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
        with pytest.raises(ValueError, match="WRITEABLE"):
            array.flags.writeable = True


def test_memory_does_not_grow():
    # A leak of a result would be 240 kB a run: 12 MB here.
    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096

    try:
        resident()
    except FileNotFoundError:
        pytest.skip("there is no /proc")
    for _ in range(20):
        a_result(10_000)
    before = resident()
    for _ in range(50):
        a_result(10_000)
    assert resident() - before < 6_000_000


@pytest.mark.parametrize("again", [lambda result: pickle.loads(pickle.dumps(result)), copy.deepcopy, copy.copy])
def test_results_are_pickled_and_copied(again, tmp_path):
    result = fk.sample(gaussian(np.ones((2, 3)), shape=(2, 3)), process=EXPLODING, particles=100, steps=20, trajectory={"every_steps": 5})
    other = again(result)
    for name in ("samples", "log_weights", "weights", "ancestors", "genealogy"):
        assert np.array_equal(getattr(other, name), getattr(result, name))
        assert not getattr(other, name).flags.writeable
    assert other.summary == result.summary
    assert other.config == result.config
    assert other.log_normalizer == result.log_normalizer
    assert other.samples.shape == (100, 2, 3)
    assert np.array_equal(other.trajectory.samples, result.trajectory.samples)
    assert repr(other) == repr(result)
    if again is copy.copy:
        other.report(tmp_path / "out.html")
    else:
        base = other.samples
        while isinstance(base, np.ndarray):
            base = base.base
        assert type(base).__name__ != "_Exporter"
        with pytest.raises(fk.UsageError, match="fk.load"):
            other.report(tmp_path / "out.html")


def test_models_and_targets_are_pickled_if_their_functions_can_be():
    target = (gaussian([1.0], name="q") ** 2 * fk.Gaussian([0.5], 1.0)).tilted(by=fk.rewards.Linear([0.1]))
    other = pickle.loads(pickle.dumps(target))
    settings = {"process": pickle.loads(pickle.dumps(EXPLODING)), "particles": 100, "steps": 20}
    assert fk.sample(other, **settings).samples.tobytes() == fk.sample(target, **settings).samples.tobytes()
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(fk.Model(lambda x, point: x, 1))


def test_conditioned_models_share_their_function_after_pickling():
    model = gaussian([1.0])
    pair = pickle.loads(pickle.dumps((model, copy.copy(model))))
    assert pair[0].function is pair[1].function
