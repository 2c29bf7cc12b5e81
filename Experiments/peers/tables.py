"""The tables of README.md and RESULTS.md from what was measured."""

import pathlib

import repeated_runs
from targets import TARGETS

HERE = pathlib.Path(__file__).resolve().parent
ORDER = [
    "Skreta et al.", "RNE, in fkc", "RNE, reference", "DriftLite", "CREPE", "CREPE, by scores", "ours", "ours, by scores", "ours, by scores, constant path"]


def number(value):
    """Two digits."""
    if value < 5e-5:
        return "< .0001"
    if value > 1e4:
        return f"{value:.0e}"
    digits = max(0, 1 - int(f"{value:e}".split("e")[1]))
    return f"{value:.{digits}f}"


def best(found):
    """The setting whose log Z is nearest; None where there is none, or its runs failed."""
    whole = [one for one in found or [] if "rms" in one]
    return min(whole, key=lambda one: one["rms"]) if whole else None


def covered(one):
    return f"{one['covered']} of {one['judged']}" if one["judged"] else repeated_runs.NONE


def by_method(results, cell):
    """Methods down, targets across; the best of a column is bold where `cell` gives a number to compare."""
    columns = {target.key: {name: best(results[target.key].get(name)) for name in ORDER} for target in TARGETS}
    yield "| | " + " | ".join(f"{target.group}, {target.name}" for target in TARGETS) + " |"
    yield "|---" * (len(TARGETS) + 1) + "|"
    for name in ORDER:
        yield f"| {name} | " + " | ".join(cell(column, name) if column[name] else repeated_runs.NONE for column in columns.values()) + " |"


def smallest(figure):
    def cell(column, name):
        values = {other: number(one[figure]) for other, one in column.items() if one}
        lowest = number(min(one[figure] for one in column.values() if one))
        return f"**{values[name]}**" if values[name] == lowest else values[name]
    return cell


def every_setting(results):
    yield "| target | method | setting | RMS error of log Z | bias | means, sds | covered | trusted | seconds | evaluations a particle |"
    yield "|---" * 10 + "|"
    for target in TARGETS:
        for name in ORDER:
            for one in results[target.key].get(name, []):
                if "rms" not in one:
                    yield f"| {target.group}, {target.name} | {name} | {one['setting']} | {one['failed']} runs failed |" + " |" * 6
                    continue
                trusted = f"{one['trusted']} of {one['runs'] + one.get('failed', 0)}"
                setting = f"**{one['setting']}**" if one is best(results[target.key][name]) else one["setting"]
                yield (
                    f"| {target.group}, {target.name} | {name} | {setting} | {number(one['rms'])} | {one['bias']:+.4f} ± {one['bias_error']:.4f} | "
                    f"{number(one['mean_rms'])} | {covered(one)} | {trusted} | {one['seconds']:.2f} | {one['evaluations']:.0f} |")


def write(in_python, by_fkc, fkc_seeds, python_seeds):
    results = {target.key: {**in_python.get(target.key, {}), **by_fkc.get(target.key, {})} for target in TARGETS}
    foot = f"fkc: {len(fkc_seeds)} seeds; NumPy: {len(python_seeds)}. One thread, {repeated_runs.machine()}."
    readme, every = HERE / "README.md", HERE / "RESULTS.md"
    repeated_runs.write_table(readme, list(by_method(results, smallest("rms"))), "log Z")
    repeated_runs.write_table(every, list(by_method(results, smallest("mean_rms"))), "means")
    last = by_method(results, lambda column, name: f"{covered(column[name])}, {column[name]['seconds']:.2f} s")
    repeated_runs.write_table(every, [*last, "", foot], "coverage")
    repeated_runs.write_table(every, [*every_setting(results), "", foot])
