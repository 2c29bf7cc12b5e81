"""Our figures beside those of peers, on the same cores in one run.

    python3 Benchmarks/bench.py [SUBJECT…] [--rounds N] [--record] [--list]      or make bench, make bench SUBJECT=gmm40

Both sides of a comparison are run in turn, `--rounds` times, each in a process of its own, and the least time of each counts:
others on the machine only ever add to it. `others' CPU` is the share of one core that other processes (and the host of a
virtual machine) used while each side's figure was measured; above 5 % a figure is marked as disturbed, and worth nothing
final. `ratio` is how many times better ours is, unless the line says otherwise. Everything is written to results/ as JSON;
`--record` also appends it to RESULTS.md.
"""

import argparse
import datetime
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from driver import figures, machine, parts, runs
from driver.running import BENCHMARKS, Failure

# Name: (what measures it, rounds, whether it is run when none is named).
SUBJECTS = {
    "gmm40": (runs.gmm40, 3, True),
    "mlp": (runs.mlp, 3, True),
    "egnn": (runs.egnn, 2, True),
    "resampling": (parts.resampling, 3, True),
    "normals": (parts.normals, 3, True),
    "threads": (runs.threads, 3, True),
    "scaling": (parts.scaling, 2, True),
    "startup": (parts.startup, 3, True),
    "kernels": (parts.kernels, 1, False),
    "schemes": (parts.schemes, 1, False),
    "ten-million-steps": (parts.steps_to_ten_million, 1, False),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=f"of {', '.join(SUBJECTS)}")
    parser.add_argument("--rounds", type=int, help="instead of each subject's own")
    parser.add_argument("--record", action="store_true", help="append the table to RESULTS.md")
    parser.add_argument("--list", action="store_true", help="say what the subjects are")
    options = parser.parse_args()
    if options.list:
        for name, (measure, rounds, is_default) in SUBJECTS.items():
            print(f"{name:17} {measure.__doc__.splitlines()[0]}{'' if is_default else ' Only when named.'} {rounds} round(s).")
        return 0
    for name in options.subjects:
        if name not in SUBJECTS:
            parser.error(f"no subject '{name}'; there are {', '.join(SUBJECTS)}")

    start, found, failed = time.time(), [], []
    facts = machine.facts()
    print("\n".join(machine.lines(facts)), "\n", sep="")
    for name in options.subjects or [name for name, subject in SUBJECTS.items() if subject[2]]:
        measure, rounds, _ = SUBJECTS[name]
        print(f"{name}: {measure.__doc__.splitlines()[0]}", file=sys.stderr)
        try:
            found += measure(options.rounds or rounds)
        except Failure as failure:
            print(f"\n{name}: {failure}", file=sys.stderr)
            failed.append(name)
    print("\n".join(figures.table(found)))
    disturbed = sum(figure.is_disturbed for figure in found)
    missed = [figure for figure in found if figure.met is False]
    print(f"\n{len(found)} figures in {time.time() - start:.0f} s, {disturbed} disturbed, {len(missed)} short of their targets")

    results = BENCHMARKS / "results"
    results.mkdir(exist_ok=True)
    path = results / f"{datetime.datetime.now():%Y-%m-%d-%H%M%S}.json"
    path.write_text(json.dumps({"machine": facts, "figures": [figure.as_json() for figure in found]}, indent=1))
    print(path.relative_to(BENCHMARKS.parent))
    if options.record and found:
        with open(BENCHMARKS / "RESULTS.md", "a") as file:
            file.write("\n".join(["", f"## {facts['date']}", "", *machine.lines(facts), "", *figures.markdown(found), ""]))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
