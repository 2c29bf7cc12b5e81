"""Single parts beside their peers, and how costs grow."""

import pathlib
import tempfile
import time

from driver import configs
from driver.figures import Figure, against, below, near, time_text
from driver.running import FKC, MEASURE, alternated, measured, output, peer
from driver.runs import slope


def resampling(rounds):
    """Systematic resampling of a million weights, one call."""
    sides = {"fkc": lambda: measured("resampling", "systematic-blocks.N=1000000", 1)}
    for name in ("particles", "blackjax", "jax", "torch", "numpy"):
        sides[name] = lambda name=name: peer("resampling.py", name, "--seconds", 1)
    answers = {name: found[0] for name, found in alternated(rounds, sides).items()}
    ours = answers.pop("fkc")
    bounds = {"particles": 4, "blackjax": 8}
    figures = [
        against("resampling", "systematic, 10⁶ weights", ours, theirs, bounds.get(name)) for name, theirs in answers.items()]
    # Within rounding of single precision, whose sums of a million weights are off by some units for the peers.
    worst = ours["largest_deviation"]
    peers_worst = answers["numpy"]["largest_deviation"]
    figures.append(Figure(
        "resampling", "ours: most |offspring − N W|", f"{worst:.3f}", f"numpy {peers_worst:.3f}", worst,
        **below(1.000001, worst)))
    return figures


def schemes(rounds):
    """Every resampler of ours, from a thousand to ten million weights; no peer."""
    figures = []
    for name in listed("resampling"):
        scheme, size = name.split(".N=")
        # The two largest of the slow approximate ones are seconds each.
        answer = alternated(1, {name: lambda name=name: measured("resampling", name, 0.2)})[name][0]
        figures.append(alone("schemes", f"{scheme}, {int(size):,} weights", answer))
    return figures


def normals(rounds):
    """A million standard normals in single precision, one thread."""
    answers = alternated(rounds, {
        "fkc": lambda: measured("normals", "philox.N=1000000", 1),
        "numpy": lambda: peer("normals_numpy.py", "--seconds", 0.5),
    })
    return [against("normals", "10⁶ normals, float32, 1 thread", answers["fkc"][0], answers["numpy"][0], 5)]


def kernels(rounds):
    """Steps, exponentials, mixtures and networks on one thread; no peer."""
    figures = []
    for subject in ("step-kernels", "exponentials", "mixtures", "networks"):
        for name in listed(subject):
            answer = alternated(1, {name: lambda subject=subject, name=name: measured(subject, name, 0.3)})[name][0]
            figures.append(alone("kernels", name, answer))
    return figures


def alone(subject, what, answer):
    each = answer["seconds"] / answer["amount"]
    return Figure(
        subject, what, time_text(answer["seconds"]), "", 1e9 * each, target=f"(ns each: {answer['unit']})",
        others=(answer["others"],), details={"ours": answer})


def listed(subject, with_huge=False):
    """The workloads of a subject."""
    lines = [line.split() for line in output(MEASURE)[0].splitlines()]
    return [words[1] for words in lines if words[0] == subject and (with_huge or "huge" not in words)]


def scaling(rounds):
    """How a run's cost grows with particles, steps and dimensions, on one thread: slopes of log time over log size."""
    return [
        growth("particles", "N", listed("scaling"), rounds, near),
        growth("steps", "steps", listed("scaling"), rounds, near),
        growth("dimensions", "d", listed("scaling"), rounds, None),
    ]


def steps_to_ten_million(rounds):
    """The slope in steps with ten million at its end: minutes, and more than a gigabyte for the trace."""
    return [growth("steps", "steps", listed("scaling", with_huge=True), rounds, near)]


def growth(varied, size_key, names, rounds, target):
    names = [name for name in names if name.startswith(f"{varied}.")]
    answers = alternated(rounds, {name: lambda name=name: measured("scaling", name, 0.2) for name in names})
    # The processor's time: on one thread it is the wall's, less what others take.
    points = [
        (int(name.split(f".{size_key}=")[1].split(".")[0]), min(answer["processor_seconds"] for answer in answers[name]))
        for name in names]
    value = slope(points)
    return Figure(
        "scaling", f"slope in {varied}, {points[0][0]:,} to {points[-1][0]:,}", time_text(points[0][1]),
        f"to {time_text(points[-1][1])}", value, **(target(1, 0.03, value) if target else {}),
        others=(max(answers[name][0]["others"] for name in names),), details={"points": points})


def startup(rounds):
    """`fkc run` on a tiny config: from start to end of the process, report and all."""
    with tempfile.TemporaryDirectory(prefix="fkc-bench-") as name:
        path = pathlib.Path(name)
        config = configs.tiny(path)

        def once():
            start = time.perf_counter()
            _, watch = output(FKC, "run", config, "--output", path / "run", "--overwrite", "--progress", "none")
            return {"seconds": time.perf_counter() - start, "others": watch.others}

        found = alternated(max(10 * rounds, 10), {"fkc run": once})["fkc run"]
    # Ticks of /proc/stat are too coarse for one start: the mean of all counts.
    others = sum(answer["others"] for answer in found) / len(found)
    least = found[0]["seconds"]
    return [Figure(
        "startup", "fkc run, tiny config, least of starts", time_text(least), "", 1000 * least, **below(50, 1000 * least),
        others=(others,), details={"median_seconds": found[len(found) // 2]["seconds"]})]
