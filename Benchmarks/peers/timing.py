"""How the peers' side is timed, and how it answers."""

import json
import time


def least_seconds(call, *, repetitions=3, seconds=0.0):
    """The least time of a call, after one that is not counted: at least `repetitions` calls, for at least `seconds`."""
    call()
    times, start = [], time.perf_counter()
    while len(times) < repetitions or time.perf_counter() - start < seconds:
        before = time.perf_counter()
        call()
        times.append(time.perf_counter() - before)
    return min(times)


def answer(**figures):
    """The one line of JSON that the driver reads."""
    print(json.dumps(figures))
