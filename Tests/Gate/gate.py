"""No run may be sure and wrong. Standard library only.

    python3 gate.py                 every target, seeds 1 to 8, README's conclusion and RESULTS.md's table
    python3 gate.py --short         the short form, for make test; writes nothing
    python3 gate.py --only rare     targets whose name or kind has this in it; writes nothing
    python3 gate.py --random 60     so many targets drawn at random (--draw another seed); writes nothing
    python3 gate.py --scores        targets, listed or random, with models that tell their scores alone; writes nothing
    python3 gate.py --routes        runs nothing: compares the exact answers of targets that have two routes

`FKC` names another program than .build/release/fkc. The exit status is 1 where the gate does not hold.
"""
import argparse
import collections
import concurrent.futures
import importlib.util
import os
import pathlib
import sys
import time

import exact
import random_targets
import runs
import targets
import verdict

HERE = pathlib.Path(__file__).resolve().parent
# Of the runs on easy targets, so many at most may be doubtful: a warning that always fires says nothing.
DOUBTFUL_SHARE = 0.1


def parsed():
    parser = argparse.ArgumentParser(description="No run may be sure and wrong.")
    parser.add_argument("--short", action="store_true", help="fewer targets and seeds, for make test")
    parser.add_argument("--random", type=int, metavar="COUNT", help="so many targets drawn at random in place of the list")
    parser.add_argument("--draw", type=int, default=1, metavar="SEED", help="of --random")
    parser.add_argument("--scores", action="store_true", help="every model tells its scores alone")
    parser.add_argument("--routes", action="store_true", help="compare the routes to exact answers, and run nothing")
    parser.add_argument("--only", default="", help="targets whose name or kind has this in it")
    parser.add_argument("--seeds", type=int, help="how many, from 1")
    parser.add_argument("--set", action="append", default=[], help="a setting for every run, as fkc has it")
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    return parser.parse_args()


def chosen(arguments):
    listed = random_targets.drawn(arguments.random, arguments.draw) if arguments.random else targets.all_targets()
    found = [target for target in listed if target.short or not arguments.short]
    found = [target for target in found if arguments.only in target.name or arguments.only in target.kind]
    if arguments.scores:
        found = [random_targets.by_scores_alone(target) for target in found if not target.uses_program]
    if importlib.util.find_spec("numpy") is None:
        print("targets whose models are programs are skipped: the worker needs numpy, which this Python lacks")
        found = [target for target in found if not target.uses_program]
    return found


def exact_answer(target):
    """None where there is no integral, which the exact answer must say itself."""
    try:
        answer = exact.answer(target.described)
    except exact.Improper:
        answer = None
    if (answer is None) != target.improper:
        raise SystemExit(f"{target.name}: said to be {'im' if target.improper else ''}proper and is not")
    return answer


def compare_routes(found):
    """Prints how many targets have two routes to their answer, and those where they differ; returns whether any do."""
    apart, several = [], 0
    for target in found:
        if target.improper:
            continue
        answers = list(exact.answers(target.described, every=True).values())
        several += len(answers) > 1
        for other in answers[1:]:
            difference = max(abs(a - b) for a, b in zip(_figures(answers[0]), _figures(other)))
            if difference > 1e-6:
                apart.append(f"{target.name}: routes differ by {difference:.2g}")
    print(f"{several} of {len(found)} targets have two routes; they differ in {len(apart)}")
    print("\n".join(apart))
    return bool(apart)


def _figures(answer):
    return [answer.log_normalizer, *answer.mean, *answer.variance]


def judged(arguments):
    """[(target, answer, [(seed, verdict)])] of all runs."""
    found, seeds = chosen(arguments), range(1, 1 + (arguments.seeds or (2 if arguments.short else 8)))

    def one(target, answer, seed):
        return verdict.judge(target, answer, runs.run(target.config, seed, arguments.set, target.uses_program))

    with concurrent.futures.ThreadPoolExecutor(arguments.workers) as pool:
        # Runs begin while later answers are still computed.
        pending = []
        for target in found:
            answer = exact_answer(target)
            pending.append((target, answer, [(seed, pool.submit(one, target, answer, seed)) for seed in seeds]))
        return [(target, answer, [(seed, job.result()) for seed, job in jobs]) for target, answer, jobs in pending]


def counts(verdicts):
    return collections.Counter(found.kind for _, found in verdicts)


def doubtful_share(results, easy):
    verdicts = [item for target, _, found in results if target.easy == easy for item in found]
    return counts(verdicts)["doubtful"] / max(1, len(verdicts)), len(verdicts)


def faults(results):
    """What does not hold, a line for each target."""
    lines = []
    for target, _, verdicts in results:
        wrong = [(seed, found.reason) for seed, found in verdicts if found.kind == "wrong"]
        if wrong:
            lines.append(f"{target.name}: {len(wrong)} of {len(verdicts)} runs are sure and wrong; seed {wrong[0][0]}: {wrong[0][1]}")
    share, of = doubtful_share(results, easy=True)
    if share > DOUBTFUL_SHARE:
        lines.append(f"{share:.0%} of {of} runs on easy targets are doubtful; at most {DOUBTFUL_SHARE:.0%} may be")
    return lines


def table(results):
    lines = [
        "| target | half | d | exact log Z | ok | doubtful | refused | wrong | worst error of ok runs | warnings |",
        "|---|---|---|---|---|---|---|---|---|---|"]
    kind = None
    for target, answer, verdicts in results:
        if target.kind != kind:
            kind = target.kind
            lines.append(f"| **{kind}** | | | | | | | | | |")
        count = counts(verdicts)
        errors = [abs(found.error) for _, found in verdicts if found.kind == "ok" and found.error is not None]
        codes = collections.Counter(code for _, found in verdicts for code in set(found.codes))
        cells = [str(count[k]) if count[k] else "" for k in ("ok", "doubtful", "refused", "wrong")]
        lines.append(
            f"| {target.name} | {'easy' if target.easy else 'hard'} | {'' if answer is None else len(answer.mean)} | "
            f"{'none' if answer is None else format(answer.log_normalizer, '.4f')} | {' | '.join(cells)} | "
            f"{format(max(errors), '.1f') if errors else ''} | "
            f"{', '.join(f'{code} {times}' if times < len(verdicts) else code for code, times in sorted(codes.items()))} |")
    return lines


def summary(results):
    count = counts([item for _, _, verdicts in results for item in verdicts])
    easy, easy_of = doubtful_share(results, easy=True)
    hard, hard_of = doubtful_share(results, easy=False)
    return (
        f"{len(results)} targets, {sum(count.values())} runs: {count['ok']} right and sure of it, {count['doubtful']} doubtful, "
        f"{count['refused']} refused, {count['wrong']} sure and wrong. {easy:.1%} of the {easy_of} runs on easy "
        f"targets are doubtful, and {hard:.1%} of the {hard_of} on hard ones.")


def conclusion(results, found):
    if not found:
        return "**The gate holds: no run was sure and wrong.**"
    wrong = sorted({target.name for target, _, verdicts in results if counts(verdicts)["wrong"]})
    return f"**The gate does not hold.** Sure and wrong, on some seed: {', '.join(wrong) or 'none, but too many easy runs are doubtful'}."


def write(page, name, lines):
    """Replaces what stands between two markers of a page."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, rest = page.read_text().split(begin)
    page.write_text(before + begin + "\n" + "\n".join(lines) + "\n" + end + rest.split(end)[1])


def main():
    arguments = parsed()
    if arguments.routes:
        sys.exit(compare_routes(chosen(arguments)))
    if not runs.FKC.exists():
        raise SystemExit(f"{runs.FKC} is not there; run make build")
    begin = time.monotonic()
    results = judged(arguments)
    found = faults(results)
    print(summary(results), f"{time.monotonic() - begin:.0f} s.")
    if not (arguments.short or arguments.only or arguments.seeds or arguments.set or arguments.random or arguments.scores):
        write(HERE / "README.md", "conclusion", [conclusion(results, found), "", summary(results)])
        write(HERE / "RESULTS.md", "table", table(results))
    elif arguments.only or arguments.random or arguments.scores:
        print("\n".join(table(results)))
    for line in found:
        print(line, file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
