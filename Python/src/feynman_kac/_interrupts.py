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
import select
import signal
import threading
from collections.abc import Iterator
from types import FrameType


class Watcher:
    """A thread that reads the numbers of signals, started with the first run and kept: starting one takes longer than a small run.

    Attributes:
        stop: The flag of the run that goes on.
        forward: The wakeup descriptor of others, who get all numbers too; -1 for none.
    """

    def __init__(self) -> None:
        self.stop: ctypes.c_int32 | None = None
        self.forward = -1
        self.numbers, self.wakeup = os.pipe()
        os.set_blocking(self.numbers, False)
        os.set_blocking(self.wakeup, False)
        threading.Thread(target=self._watch, name="feynman_kac interrupts", daemon=True).start()

    def read(self) -> None:
        """Handles the numbers that have come."""
        try:
            numbers = os.read(self.numbers, 64)
        except BlockingIOError:
            return
        stop = self.stop
        if stop is not None and signal.SIGINT in numbers:
            stop.value = 1
        if self.forward >= 0:
            with contextlib.suppress(OSError):
                os.write(self.forward, numbers)

    def _watch(self) -> None:
        # Not select, which knows no descriptors above 1023.
        poll = select.poll()
        poll.register(self.numbers, select.POLLIN)
        while True:
            poll.poll()
            self.read()


_watcher: Watcher | None = None


@contextlib.contextmanager
def interruptible(stop: ctypes.c_int32) -> Iterator[None]:
    """Lets Ctrl-C set a flag, on the main thread and where Python's own handler is there; others are left alone.

    Args:
        stop: The flag.
    """
    global _watcher
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    watcher = _watcher = _watcher or Watcher()
    pressed = False

    def handler(_: int, __: FrameType | None) -> None:
        nonlocal pressed
        again, pressed = pressed, True
        stop.value = 1
        if again:
            raise KeyboardInterrupt

    watcher.stop, watcher.forward = stop, -1
    watcher.forward = signal.set_wakeup_fd(watcher.wakeup, warn_on_full_buffer=False)
    signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.set_wakeup_fd(watcher.forward)
        # What the thread has not read yet belongs to this run.
        watcher.read()
        watcher.stop, watcher.forward = None, -1


def _forked() -> None:
    """Makes a child, where the thread is not, start as if no run went on: it shares the pipe with its parent."""
    global _watcher
    watcher, _watcher = _watcher, None
    if watcher is None:
        return
    if watcher.stop is not None and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.set_wakeup_fd(watcher.forward)
    os.close(watcher.numbers)
    os.close(watcher.wakeup)


os.register_at_fork(after_in_child=_forked)
