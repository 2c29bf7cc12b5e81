"""Ctrl-C, and observers that end a run."""

import ctypes
import hashlib
import os
import signal
import subprocess
import sys
import threading
import time

import feynman_kac as fk
import pytest
from conftest import EXPLODING, gaussian
from feynman_kac._interrupts import interruptible

# A run that is not interrupted takes minutes, and raises nothing.
LONG = {"process": EXPLODING, "particles": 4000, "steps": 20_000, "seed": 1, "step_size_error": "none"}


@pytest.fixture(autouse=True)
def listens():
    """Whoever starts the tests in the background has interrupts ignored, and Python then leaves them so."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


def interrupts(after, times=1, pause=0.05):
    def send():
        for _ in range(times):
            time.sleep(after if _ == 0 else pause)
            os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=send)
    thread.start()
    return thread


def test_ctrl_c_ends_a_run_of_a_model_in_python():
    # Seen to catch: no handler, a flag that is not handed over.
    sender = interrupts(0.5)
    with pytest.raises(KeyboardInterrupt):
        fk.sample(gaussian([1.0, 2.0]), **{**LONG, "particles": 20_000})
    sender.join()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.set_wakeup_fd(-1) == -1


def test_ctrl_c_ends_a_run_that_calls_no_python():
    mixture = fk.GaussianMixture([[float(i), 0.0] for i in range(50)], standard_deviations=0.1)
    sender = interrupts(0.5)
    with pytest.raises(KeyboardInterrupt):
        fk.sample(mixture**2, **{**LONG, "particles": 200_000})
    sender.join()


def test_the_flag_is_set_while_the_main_thread_is_far_from_python():
    # Seen to catch: a handler without the watching thread, which waits for the end of whatever is computed.
    stop = ctypes.c_int32(0)
    seen = []

    def watch():
        while not stop.value:
            time.sleep(0.01)
        seen.append(time.monotonic())

    with interruptible(stop):
        watcher, sender = threading.Thread(target=watch), interrupts(0.2)
        watcher.start()
        hashlib.pbkdf2_hmac("sha256", b"word", b"salt", 4_000_000)
        ended = time.monotonic()
        sender.join()
    assert stop.value == 1
    watcher.join()
    assert seen[0] < ended


def test_a_second_ctrl_c_ends_a_function_that_takes_too_long():
    # Seen to catch: a handler that only sets the flag.
    def slow(x, point):
        for _ in range(600):
            time.sleep(0.1)
        return -x

    sender = interrupts(0.5, times=2, pause=0.5)
    with pytest.raises(KeyboardInterrupt):
        fk.sample(fk.Model(slow, 1), **LONG)
    sender.join()


def test_a_handler_of_ones_own_is_left_alone():
    seen = []
    before = signal.signal(signal.SIGINT, lambda *_: seen.append(1))
    try:
        sender = interrupts(0.1)
        result = fk.sample(gaussian([1.0]), process=EXPLODING, particles=1000, steps=3000, seed=1)
        sender.join()
        assert len(result.samples) == 1000
        assert seen == [1]
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_signals_and_wakeup_descriptors_are_handled_meanwhile():
    # Seen to catch: numbers that are not handed on to the descriptor of an event loop.
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    seen = []
    before = signal.signal(signal.SIGUSR1, lambda *_: seen.append(1))
    descriptor = signal.set_wakeup_fd(writing)
    try:
        sender = threading.Thread(target=lambda: (time.sleep(0.1), os.kill(os.getpid(), signal.SIGUSR1)))
        sender.start()
        fk.sample(gaussian([1.0]), process=EXPLODING, particles=1000, steps=3000, seed=1)
        sender.join()
        assert seen == [1]
        assert os.read(reading, 10) == bytes([signal.SIGUSR1])
        assert signal.set_wakeup_fd(descriptor) == writing
    finally:
        signal.signal(signal.SIGUSR1, before)
        signal.set_wakeup_fd(-1)
        os.close(reading)
        os.close(writing)


def test_runs_on_other_threads_leave_signals_alone():
    handlers = []

    def function(x, point):
        handlers.append(signal.getsignal(signal.SIGINT))
        return -x / (1 + point.noise**2)

    thread = threading.Thread(target=lambda: fk.sample(fk.Model(function, 1), process=EXPLODING, particles=10, steps=20))
    thread.start()
    thread.join()
    assert set(handlers) == {signal.default_int_handler}


def test_an_interrupted_run_goes_on_from_its_checkpoint(tmp_path):
    # Seen to catch: resume that is not handed over (the folder is refused).
    settings = {"process": EXPLODING, "particles": 1000, "steps": 100, "seed": 2, "checkpoint": {"every_steps": 10}, "output": tmp_path / "run"}
    model = gaussian([1.0], identity="one")
    with pytest.raises(fk.Interrupted):
        fk.sample(model**2, observer=lambda step, snapshot: step.step == 55, **settings)
    assert not (tmp_path / "run" / "summary.json").exists()
    resumed = fk.sample(model**2, resume=True, **settings)
    whole = fk.sample(model**2, **{**settings, "output": tmp_path / "whole"})
    assert resumed.samples.tobytes() == whole.samples.tobytes()
    assert resumed.log_weights.tobytes() == whole.log_weights.tobytes()


def test_observers_see_every_step_and_end_runs():
    # Seen to catch: an answer that is not handed over.
    steps, shapes = [], []

    def observer(step, snapshot):
        steps.append(step)
        if step.step % 10 == 0:
            shapes.append((snapshot.samples.shape, snapshot.log_weights.shape))
        return step.step == 30

    with pytest.raises(fk.Interrupted) as caught:
        fk.sample(gaussian([1.0, 2.0]) ** 2, process=EXPLODING, particles=100, steps=50, observer=observer)
    assert caught.value.code == 75
    assert [step.step for step in steps] == list(range(31))
    assert {step.steps for step in steps} == {50}
    assert shapes == [((100, 2), (100,))] * 4
    assert steps[0].time == pytest.approx(1.0)
    assert steps[0].noise_level == pytest.approx(400.0)


def test_a_snapshot_ends_with_the_call():
    kept = []
    fk.sample(gaussian([1.0]), process=EXPLODING, particles=10, steps=20, observer=lambda step, snapshot: kept.append((snapshot, snapshot.samples)) or False)
    with pytest.raises(RuntimeError, match="during the observer's call"):
        _ = kept[0][0].samples
    # The arrays are copies, and stay.
    assert kept[0][1].std() > kept[-1][1].std()


def test_the_last_snapshot_has_the_figures_of_the_trace():
    seen = []
    result = fk.sample(gaussian([1.0]) ** 2, process=EXPLODING, particles=100, steps=40, observer=lambda step, snapshot: seen.append(step) and False)
    assert [step.effective_sample_size for step in seen] == pytest.approx(result.trace["effective_sample_size"].tolist())
    assert [step.log_normalizer_ratio for step in seen] == pytest.approx(result.trace["log_normalizer_ratio"].tolist())


def test_ctrl_c_of_a_program():
    # The whole way, with the signal of a terminal to a process of its own.
    code = (
        "import sys\nimport numpy as np\nimport feynman_kac as fk\n"
        "q = fk.Model(lambda x, point: -x / (1 + point.noise**2), 1)\n"
        "told = lambda step, snapshot: print('asked', flush=True) if step.step == 10 else None\n"
        "fk.sample(q, process=fk.VarianceExploding(), particles=4000, steps=20000, observer=told)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stdout.readline() == "asked\n"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT
    assert errors.rstrip().splitlines()[-1].startswith("KeyboardInterrupt")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_child_of_a_run_has_interrupts_of_its_own():
    # Seen to catch: a child that keeps the parent's pipe, by which its Ctrl-C ended the parent's run and not its own.
    codes = []

    def function(x, point):
        if not codes:
            child = os.fork()
            if child == 0:
                try:
                    interrupts(0.3)
                    fk.sample(gaussian([1.0, 2.0]), **LONG)
                except KeyboardInterrupt:
                    os._exit(42)
                finally:
                    os._exit(1)
            codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        return -x / (1 + point.noise**2)

    result = fk.sample(fk.Model(function, 1), process=EXPLODING, particles=100, steps=20)
    assert codes == [42]
    assert len(result.samples) == 100


def test_one_thread_watches_all_runs():
    for _ in range(5):
        fk.sample(gaussian([1.0]), process=EXPLODING, particles=10, steps=20)
    assert sum(thread.name == "feynman_kac interrupts" for thread in threading.enumerate()) == 1
