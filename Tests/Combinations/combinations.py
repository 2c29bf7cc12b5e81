"""Combinations of the sampler's features, each with a known answer: right, doubtful or refused, and never wrong.

    python3 combinations.py              every row
    python3 combinations.py --short      every eighth row, for make test; writes nothing
    python3 combinations.py --write      and remakes Combinations.md of the documentation, the table of what is refused
    python3 combinations.py --only alignment,heun    rows that have these values; writes nothing
    python3 combinations.py --row 17     one row, and with --show its config and what was found

`FKC` names another program than .build/release/fkc. The exit status is 1 where a row is wrong. Standard library only; rows whose
models are programs need numpy and are skipped without it.

False alarms: seeds are fixed, so that on one machine and kernel level a row that is right stays right. Where rounding differs the
draws of every row change, and a row fails by chance where one of its figures (log Z, and one to six means) is beyond five standard
errors: with normal errors 6e-7 for each, which is one alarm in a thousand such runs of everything.
"""
import argparse
import collections
import concurrent.futures
import importlib.util
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Gate"))

import configs
import covering
import features
import judging
import refusals
import runs

# A run that ends with 70 says so, and tells nothing; more of them than this are a failure.
STOPPED_SHARE = 0.01


def parsed():
    parser = argparse.ArgumentParser(description="Combinations of features with known answers.")
    parser.add_argument("--write", action="store_true", help="remake Combinations.md")
    parser.add_argument("--short", action="store_true", help="every eighth row, for make test")
    parser.add_argument("--only", default="", help="values that a row must have, separated by commas")
    parser.add_argument("--row", type=int, help="one row by its number")
    parser.add_argument("--show", action="store_true", help="print configs and what was found")
    parser.add_argument("--table", action="store_true", help="print a line for every row that ran")
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    return parser.parse_args()


def judged(task):
    """(number, row, the index of its rule or None, Judged, seconds) of one row. Run in a process of its own: exact answers take time too."""
    number, row, rule_index, folder = task
    rule = None if rule_index is None else covering.REFUSED[rule_index]
    begin = time.monotonic()
    answer = None if rule else judging.expected(row)
    found = runs.run(configs.config(row, folder), number + 1, (), row["knowledge"] == "program")
    verdict = judging.judge(row, answer, found, rule)
    if rule is None and features.SAME_JACOBIAN.items() <= row.items():
        twin = runs.run(configs.config({**row, "point": "isotropic"}, folder), number + 1)
        verdict = judging.judge_twin(verdict, found, twin)
    return number, row, rule_index, verdict, time.monotonic() - begin


def chosen(arguments):
    rows, _ = covering.covering()
    tasks = [(row, None) for row in rows + covering.sure() + covering.remembered()] + [(row, covering.REFUSED.index(rule)) for rule, row in covering.refused()]
    tasks = [(number, row, rule) for number, (row, rule) in enumerate(tasks)]
    if arguments.short:
        tasks = tasks[::8]
    if arguments.row is not None:
        tasks = [task for task in tasks if task[0] == arguments.row]
    for value in filter(None, arguments.only.split(",")):
        tasks = [task for task in tasks if value in task[1].values()]
    if importlib.util.find_spec("numpy") is None:
        print("rows whose models are programs are skipped: the worker needs numpy, which this Python lacks")
        tasks = [task for task in tasks if task[1]["knowledge"] != "program"]
    return tasks


def main():
    arguments = parsed()
    if not runs.FKC.exists():
        raise SystemExit(f"{runs.FKC} is not there; run make build")
    begin = time.monotonic()
    tasks = chosen(arguments)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fkc-combinations-"))
    try:
        configs.write_networks(folder)
        with concurrent.futures.ProcessPoolExecutor(arguments.workers) as pool:
            results = list(pool.map(judged, [(*task, folder) for task in tasks]))
        if arguments.show:
            for number, row, *_ in results:
                print(json.dumps(configs.config(row, pathlib.Path("FOLDER")), indent=1))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    counts = collections.Counter(found.kind for _, _, _, found, _ in results)
    if arguments.table or arguments.show:
        for number, row, rule, found, seconds in results:
            figures = "" if found.error is None else f"{found.error:+.4f} of ± {found.allowed:.4f}"
            print(f"{number}: {found.kind} {figures} {seconds:.1f} s {','.join(found.codes)} {' '.join(row.values())}")
    print(f"{len(results)} rows: {counts['right']} right, {counts['doubtful']} doubtful, {counts['refused']} refused, "
          f"{counts['stopped']} stopped, {counts['wrong']} wrong. {time.monotonic() - begin:.0f} s.")
    for number, row, _, found, _ in results:
        if found.kind in ("wrong", "stopped"):
            print(f"row {number} {found.kind}: {found.reason}\n    {' '.join(row.values())}", file=sys.stderr)
    if arguments.write and not (arguments.only or arguments.short or arguments.row is not None or counts["wrong"]):
        refusals.write(results)
    sys.exit(1 if counts["wrong"] or counts["stopped"] > STOPPED_SHARE * len(results) else 0)


if __name__ == "__main__":
    main()
