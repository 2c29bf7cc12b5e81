"""Machines that are network namespaces, joined by a wire that takes its time. Needs root, ip and /dev/net/tun.

Linux delays packets by sch_netem, which many kernels lack. Here every namespace has a tun device, and a process of this
file passes packets on between them, each after the delay: a network whose bandwidth is that of Python, a gigabit or so.
"""
import collections
import contextlib
import ctypes
import fcntl
import multiprocessing
import os
import select
import struct
import subprocess
import sys
import time

DEVICE = "fk0"
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
CLONE_NEWNET = 0x40000000
AGENT = """#!/bin/sh
# What ssh would be between machines: a host, and a command for its shell.
while [ "${1#-}" != "$1" ]; do shift; done
number=$(echo "$1" | cut -d. -f3)
shift
exec ip netns exec "fkc$number" unshare --uts sh -c "hostname fkc$number; $*"
"""


def address(number):
    return f"10.77.{number}.1"


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


def tun(namespace):
    """A tun device inside a namespace, as a file of this process."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/self/ns/net") as home, open(f"/run/netns/{namespace}") as there:
        if libc.setns(there.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
        try:
            device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", DEVICE.encode(), IFF_TUN | IFF_NO_PI))
        finally:
            libc.setns(home.fileno(), CLONE_NEWNET)
    return device


def carry(devices, delay):
    """Passes packets on to the device of the namespace that they are for, after the delay."""
    # Before all that computes, or else the delay would be that of the scheduler.
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(2))
    due = collections.deque()
    while True:
        ready, _, _ = select.select(devices, [], [], max(0, due[0][0] - time.monotonic()) if due else None)
        for device in ready:
            with contextlib.suppress(BlockingIOError):
                while True:
                    packet = os.read(device, 65536)
                    # A packet of IP version 4 to 10.77.NUMBER.1; others are of nobody's concern.
                    if packet[0] >> 4 == 4 and packet[16:18] == b"\x0a\x4d" and packet[18] < len(devices):
                        due.append((time.monotonic() + delay, devices[packet[18]], packet))
        while due and due[0][0] <= time.monotonic():
            _, device, packet = due.popleft()
            with contextlib.suppress(OSError):
                os.write(device, packet)


@contextlib.contextmanager
def machines(count, delay):
    """As many namespaces, of which the first is the launcher's, and a wire between them of `delay` seconds each way."""
    names = [f"fkc{number}" for number in range(count)]
    made, wire = [], None
    try:
        for number, name in enumerate(names):
            ip("netns", "add", name)
            made.append(name)
            ip("-n", name, "link", "set", "lo", "up")
        devices = [tun(name) for name in names]
        for number, name in enumerate(names):
            ip("-n", name, "address", "add", f"{address(number)}/16", "dev", DEVICE)
            ip("-n", name, "link", "set", DEVICE, "up")
        wire = multiprocessing.get_context("fork").Process(target=carry, args=(devices, delay), daemon=True)
        wire.start()
        for device in devices:
            os.close(device)
        yield names
    finally:
        if wire:
            wire.terminate()
            wire.join()
        for name in made:
            ip("netns", "delete", name)


# A connection that is refused takes a packet there and one back.
PROBE = """
import socket, sys, time
least = float("inf")
for _ in range(20):
    began = time.monotonic()
    if not socket.socket().connect_ex((sys.argv[1], 9)):
        raise SystemExit("somebody listens")
    least = min(least, time.monotonic() - began)
print(least)
"""


def round_trip(names):
    """Seconds from the second namespace to the third and back; the least of a few."""
    done = subprocess.run(["ip", "netns", "exec", names[1], sys.executable, "-c", PROBE, address(2)],
                          check=True, capture_output=True, text=True, timeout=60)
    return float(done.stdout)
