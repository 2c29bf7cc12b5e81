"""What this machine could do, what runs do, and where the rest goes.

    python3 Benchmarks/roofline/roofline.py [--no-profile] [--record]      or make bench-roofline

machine.c measures the peak of multiply-adds and the bandwidth, `fkc info` the rate of OpenBLAS. For each run three times
are printed beside its own: `operations` if every counted operation were as fast as a multiply-add at the peak; `products`,
of networks, the matrix products alone at OpenBLAS's rate; `memory` at the bandwidth. The largest is the bound that can be
reasoned from; `reached` is its share of the time that the run took. Processors that add, compare and shift beside their
multiply-adds may pass it. perf (Debian's linux-perf) says by function where the time went.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from driver import configs, counts, machine
from driver.running import BENCHMARKS, CACHE, ENVIRONMENT, FKC, alternated, printed, sampled

ROUNDS = 3


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-profile", action="store_true")
    parser.add_argument("--record", action="store_true", help="append it to RESULTS.md")
    options = parser.parse_args()
    facts = machine.facts()
    with tempfile.TemporaryDirectory(prefix="fkc-bench-") as name:
        text = lines(facts, pathlib.Path(name), not options.no_profile)
    print("\n".join(text))
    if options.record:
        with open(BENCHMARKS / "RESULTS.md", "a") as file:
            file.write("\n".join(["", f"## {facts['date']}, roofline", "", *text, ""]))


def lines(facts, folder, profiles):
    limits = printed(CACHE / "machine")
    level = facts["kernel_level"]
    peak = limits.get(f"fma_{level}_gflops_all", limits.get("fma_avx2_gflops_all"))
    bandwidth, product_rate = limits["triad_gigabytes_all"], facts["blas"]["gflops_all_threads"]
    text = machine.lines(facts) + [
        "",
        (f"Peak of multiply-adds, {level}: {peak:.0f} GFlop/s on all cores, {limits[f'fma_{level}_gflops_one']:.0f} on one. "
        f"OpenBLAS: {product_rate:.0f} GFlop/s, {product_rate / peak:.2f} of it. Memory (triad): {bandwidth:.1f} GB/s on all "
        f"cores, {limits['triad_gigabytes_one']:.1f} on one. Others' CPU meanwhile: {100 * max(limits['others'], 0):.0f} %."),
        "",
        ("| run | operations a particle and step | of them multiply-adds | bytes | operations at the peak "
        "| products at OpenBLAS's rate | memory | run | reached | others' CPU |"),
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    details = []
    for title, config, count, particles, steps in runs(folder):
        answer = alternated(ROUNDS, {"run": lambda config=config: sampled(config, folder)})["run"][0]
        rows = particles * (steps + 1)
        operations = 2e-9 * count.operations * rows / peak
        products = 2e-9 * count.parts.get("matrix products", 0) * rows / product_rate
        memory = 1e-9 * count.bytes * rows / bandwidth
        # The products cannot be faster than OpenBLAS, the rest than the peak.
        rest = 2e-9 * (count.operations - count.parts.get("matrix products", 0)) * rows / peak
        bound = max(operations, products + rest, memory)
        text.append(
            f"| {title} | {count.operations:,.0f} | {count.multiply_adds:,.0f} | {count.bytes:,.0f} | {operations:.3f} s "
            f"| {products:.3f} s | {memory:.3f} s | {answer['seconds']:.3f} s | {bound / answer['seconds']:.2f} "
            f"| {100 * max(answer['others'], 0):.0f} % |")
        shares = ", ".join(f"{name} {100 * part / count.operations:.1f} %" for name, part in count.parts.items())
        details += ["", f"**{title}.** Operations: {shares}."]
        if profiles:
            details += [f"Time: {profile(config, folder)}."]
    return text + details


def runs(folder):
    killing = configs.gmm40(folder, "gmm40", 100_000, 500, "", "scheme: killing")
    yield "GMM-40, 100,000 × 500", killing, counts.mixture(), 100_000, 500
    yield "MLP 64→512³→64, 4,096 × 100", configs.mlp(folder, "mlp", 4096, 100, ""), counts.perceptron(), 4096, 100
    yield "LJ-13's graph network, 4,096 × 20", configs.lj13(folder, "lj13", 4096, 20), counts.graph(), 4096, 20


def profile(config, folder):
    """The functions with most of a run's processor time, by perf."""
    if not shutil.which("perf"):
        return "no perf here to say where it went"
    data = folder / "perf.data"
    # The clock's samples: virtual machines often have no counters.
    recorded = subprocess.run(
        ["perf", "record", "-q", "-e", "cpu-clock", "-F", "997", "-o", data, FKC, "run", config, "--output", folder / "profiled",
         "--overwrite", "--no-report", "--progress", "none"], capture_output=True, text=True, env=ENVIRONMENT, check=False)
    if recorded.returncode:
        return f"perf record failed ({recorded.stderr.strip().splitlines()[-1:]})"
    report = subprocess.run(
        ["perf", "report", "-i", data, "--stdio", "--no-children", "-F", "overhead,sym", "-q"], capture_output=True, text=True,
        env=ENVIRONMENT, check=False).stdout
    found = re.findall(r"^\s*([\d.]+)%\s+\[[.k]\]\s+(.+?)\s*$", report, re.MULTILINE)
    listed = [f"{demangled(name)} {float(share):.1f} %" for share, name in found if float(share) >= 1]
    return ", ".join(listed) + f"; less than 1 % each, all together: {sum(float(s) for s, _ in found if float(s) < 1):.1f} %"


def demangled(name):
    """A Swift function's name without types and module."""
    if not name.startswith("$s"):
        return f"`{name}`"
    done = subprocess.run(["swift", "demangle", "-simplified", "-compact", name], capture_output=True, text=True, check=False)
    return f"`{(done.stdout.strip() or name)[:60]}`"


if __name__ == "__main__":
    main()
