"""Ctrl-C during a run.

A Python signal handler runs between two instructions of Python on the main thread, which may be far away while the library computes, and
one that raises inside a callback may be swallowed there. So the first Ctrl-C sets the library's stop flag alone: a watching thread sees
the signal's number on Python's wakeup descriptor at once and sets it, whatever the main thread does. The second raises KeyboardInterrupt
wherever Python is, which ends a function of the caller that takes too long.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType


@contextlib.contextmanager
def interruptible(stop: ctypes.c_int32) -> Iterator[None]:
    """Lets Ctrl-C set a flag, on the main thread and where Python's own handler is there; others are left alone.

    Args:
        stop: The flag.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    ours, pythons = os.pipe()
    os.set_blocking(pythons, False)
    before = signal.set_wakeup_fd(pythons, warn_on_full_buffer=False)
    watcher = threading.Thread(target=_watch, args=(ours, before, stop), name="feynman_kac interrupts", daemon=True)
    watcher.start()

    pressed = False

    def handler(_: int, __: FrameType | None) -> None:
        nonlocal pressed
        again, pressed = pressed, True
        stop.value = 1
        if again:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.set_wakeup_fd(before)
        os.close(pythons)
        watcher.join()
        os.close(ours)


def _watch(source: int, forward: int, stop: ctypes.c_int32) -> None:
    while numbers := os.read(source, 64):
        if signal.SIGINT in numbers:
            stop.value = 1
        if forward >= 0:
            with contextlib.suppress(OSError):
                os.write(forward, numbers)
