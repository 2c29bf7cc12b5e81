"""Runs on threads and in processes: the same bytes, and nobody waits forever."""

import concurrent.futures
import multiprocessing
import os
import threading

import feynman_kac as fk
import numpy as np
import pytest
from conftest import EXPLODING, gaussian

Q = gaussian([1.0, 2.0], name="q")


def work(seed):
    result = fk.sample(Q**2, process=EXPLODING, particles=1000, steps=30, seed=seed, threads=2)
    return seed, result.samples.tobytes(), result.log_normalizer.value


def whole(seed):
    return fk.sample(Q**2, process=EXPLODING, particles=200, steps=20, seed=seed)


@pytest.fixture(scope="module")
def expected():
    return [work(seed) for seed in range(6)]


def test_threads(expected):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(6))) == expected


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_processes(method, expected):
    # Runs were made before the fork, so whatever threads and locks the library keeps are there, and the threads are gone in the child.
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"there is no {method} here")
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map_async(work, range(6)).get(120) == expected
        results = pool.map_async(whole, range(2)).get(120)
    assert results[1].samples.tobytes() == whole(1).samples.tobytes()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_fork_during_runs_of_other_threads(expected):
    # Seen to catch: a lock of Python or of the library that a thread held at the fork; the child would wait forever.
    stop = threading.Event()

    def busy():
        while not stop.is_set():
            work(0)

    threads = [threading.Thread(target=busy) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(5):
            child = multiprocessing.get_context("fork").Process(target=work, args=(1,))
            child.start()
            child.join(30)
            if child.exitcode is None:
                child.kill()
            assert child.exitcode == 0
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_child_frees_its_own_copy_of_a_result():
    result = whole(3)
    before = result.samples.tobytes()
    child = os.fork()
    if child == 0:
        same = result.samples.tobytes() == before
        del result
        os._exit(0 if same else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert result.samples.tobytes() == before


def test_any_number_of_threads_gives_the_same_bytes():
    runs = [fk.sample(Q**2, process=EXPLODING, particles=5000, steps=30, seed=3, threads=threads) for threads in (1, 2, 3)]
    assert len({run.samples.tobytes() for run in runs}) == 1
    assert all(np.array_equal(run.log_weights, runs[0].log_weights) for run in runs)
