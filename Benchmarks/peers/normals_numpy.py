"""How long NumPy takes for standard normals in single precision. Prints one line of JSON.

    python Benchmarks/peers/normals_numpy.py --count 1000000

The fastest of its bit generators is the one that counts; the array is there beforehand.
"""

import argparse

import numpy as np
from timing import answer, least_seconds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=0.3)
    options = parser.parse_args()
    normals = np.empty(options.count, np.float32)
    times = {}
    for kind in (np.random.SFC64, np.random.PCG64, np.random.Philox):
        generator = np.random.Generator(kind(1))
        times[kind.__name__] = least_seconds(
            lambda generator=generator: generator.standard_normal(dtype=np.float32, out=normals), seconds=options.seconds)
    best = min(times, key=times.get)
    answer(
        peer=f"numpy {np.__version__}, {best}", count=options.count, seconds=times[best], all_seconds=times,
        mean=float(normals.mean()), deviation=float(normals.std()))


if __name__ == "__main__":
    main()
