"""Runs what shows each promise, and writes the table of Documentation/PROMISES.md with what it printed.

    python3 Tests/Promises/promises.py                  # make promises: build the program and its tests first
    python3 Tests/Promises/promises.py --only security  # rows whose name has the word; prints them, writes nothing
    python3 Tests/Promises/promises.py --no-swift       # without the tests in Swift; prints, writes nothing
    python3 Tests/Promises/promises.py --self-test      # commands that fail in every way, each of which must be found

A command that fails, prints no closing line, or runs another number of tests than it names ends the script with 1.
"""
import argparse
import datetime
import os
import pathlib
import re
import subprocess
import sys
import time

from table import PROMISES

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "Documentation/PROMISES.md"
FKC = ".build/release/fkc"
# Another bundle of tests than that of make test.
TESTS = os.environ.get("FKC_TEST_BUNDLE")
ENDED = re.compile(r'^\S* *Test "((?:[^"\\]|\\.)*)"(?: with \d+ test cases?)? (passed|failed|skipped)\b', re.MULTILINE)


class Failure(Exception):
    pass


def output(words, limit):
    try:
        done = subprocess.run(words, check=False, cwd=ROOT, capture_output=True, text=True, timeout=limit)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise Failure(f"{words[0]}: {problem}") from None
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines()
        issues = [line for line in lines if "recorded an issue" in line]
        raise Failure(f"ended with {done.returncode}: {'; '.join([*issues[:2], *lines[-1:]]) or 'nothing was printed'}")
    return done.stdout + done.stderr


def closing(command, line, limit=3600):
    """The closing line of a script; `line` is what it has to look like."""
    found = [text for text in output([sys.executable, *command.replace("FKC", FKC).split()], limit).splitlines() if re.search(line, text)]
    if not found:
        raise Failure(f"printed no line that is like {line}")
    return found[-1].strip()


def tests(names, run=output, limit=3600):
    """What became of tests in Swift, by their names."""
    program = TESTS or next(iter(ROOT.glob(".build/release/*.xctest")), None)
    if program is None:
        raise Failure("the tests are not built: swift build -c release --build-tests")
    functions = sorted({function for _, function in names})
    text = run([str(program), "--testing-library", "swift-testing", "--filter", "|".join(functions)], limit)
    ended = dict(ENDED.findall(text))
    missing = [name for name, _ in names if name not in ended]
    failed = [name for name, _ in names if ended.get(name) == "failed"]
    skipped = [name for name, _ in names if ended.get(name) == "skipped"]
    if missing or failed:
        raise Failure("; ".join([f"did not run: {name}" for name in missing] + [f"failed: {name}" for name in failed]))
    passed = len(names) - len(skipped)
    if not passed:
        raise Failure(f"all were skipped: {', '.join(skipped)}")
    return f"{passed} {'test' if passed == 1 else 'tests'} passed" + (f", not shown here (skipped): {', '.join(skipped)}" if skipped else "")


def named(what):
    """Names of tests, and `Suite/function`, by which they are chosen, from the sources."""
    found = {}
    for path in ROOT.glob("Tests/*Tests/**/*.swift"):
        text = path.read_text()
        for match in re.finditer(r'@Test\(\s*"((?:[^"\\]|\\.)*)".*?\bfunc\s+(\w+)', text, re.DOTALL):
            suites = re.findall(r"^(?:\S.*)?\b(?:struct|extension|class|actor|enum)\s+([A-Z]\w*)", text[:match.start()], re.MULTILINE)
            found.setdefault(match[1], f"{suites[-1]}/{match[2]}\\b")
    missing = [name for name in what if name not in found]
    if missing:
        raise Failure(f"no test is called {missing[0]!r}")
    return [(name, found[name]) for name in what]


def shown(evidence, options, known):
    """A cell for the command, and one for what it said."""
    kind, what, *rest = evidence
    key = (kind, str(what))
    if key not in known:
        began = time.monotonic()
        try:
            known[key] = "passed", tests(named(what)) if kind == "tests" else closing(what, *rest)
        except Failure as failure:
            known[key] = "FAILED", str(failure)
        print(f"{time.monotonic() - began:5.0f} s  {known[key][0]}: {str(what)[:90]}: {known[key][1]}", file=sys.stderr, flush=True)
    command = f"`swift test`: {'; '.join(f'*{name}*' for name in what)}" if kind == "tests" else f"`python3 {what.replace('FKC', FKC)}`"
    return command, known[key]


def rows(options):
    known, lines, failures = {}, [], 0
    for group, promises in PROMISES.items():
        lines += [f"## {group}", "", "| promise | shown by | its last word |", "|---|---|---|"]
        for promise, pieces in promises:
            if options.only and options.only not in f"{group} {promise}".lower():
                continue
            for number, piece in enumerate(pieces):
                if piece[0] == "tests" and options.no_swift:
                    continue
                command, (state, said) = shown(piece, options, known)
                failures += state == "FAILED"
                said = ("**FAILED:** " if state == "FAILED" else "") + said
                lines.append(f"| {promise if number == 0 else ''} | {command} | {said.replace('|', '/')} |")
        lines.append("")
    return lines, failures


def self_test():
    """Evidence that is none."""
    def must_fail(what, function):
        try:
            function()
        except Failure as failure:
            return print(f"found: {what}: {failure}")
        raise SystemExit(f"{what}: was not found")

    script = ROOT / "Tests/Promises/self_test.py"
    for word, line in (("fails", "."), ("silent", "well"), ("killed", ".")):
        must_fail(word, lambda word=word, line=line: closing(f"{script} {word}", line))
    must_fail("a script that is not there", lambda: closing("Tests/none.py", "."))
    must_fail("a test that is not there", lambda: named(["a test of this name"]))
    one = [("a", "f")]
    for what, text in (("failed", 'x Test "a" failed after 1 seconds'), ("none ran", "Test run with 0 tests passed"), ("skipped", 'x Test "a" skipped')):
        must_fail(what, lambda text=text: tests(one, lambda *_: text))
    if tests(one, lambda *_: 'x Test "a" passed after 1 seconds') != "1 test passed":
        raise SystemExit("a test that passed was not seen")
    print("promises: every kind of false evidence was found.")


def main():
    parser = argparse.ArgumentParser(description="Runs what shows each promise.")
    parser.add_argument("--only", default="")
    parser.add_argument("--no-swift", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    lines, failures = rows(options)
    state = f"**{failures} of the commands below failed**" if failures else "**Everything below was shown**"
    text = ["# Promises, and what shows them", "",
            f"{state} on {datetime.date.today()}, by [`make promises`](../Tests/Promises/promises.py), which runs the commands and remakes this page.",
            "", *lines]
    if options.only or options.no_swift:
        print("\n".join(text))
    else:
        PAGE.write_text("\n".join(text).rstrip("\n") + "\n")
    print(f"promises: {failures} commands failed.")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
