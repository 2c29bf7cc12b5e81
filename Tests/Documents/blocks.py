"""Runs the blocks of pages: configs are checked by fkc, and Python is run. Links to files lead somewhere.

    python3 Tests/Documents/blocks.py .build/release/fkc [PYTHON]

A block of YAML with `particles` is a config. PYTHON is one that has the package; without it blocks of Python are only counted.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ["Documentation/QUESTIONS.md"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def run(command, text, folder, place):
    done = subprocess.run(command, input=text, cwd=folder, check=False, capture_output=True, text=True, timeout=120)
    if done.returncode:
        print(f"{place}: {' '.join(map(str, command))} ended with {done.returncode}\n{done.stderr[-2000:]}", file=sys.stderr)
    return done.returncode != 0


def main():
    fkc, python = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).absolute() if len(sys.argv) > 2 else None
    count, faults, left = 0, 0, 0
    for name in PAGES:
        page = ROOT / name
        text = page.read_text()
        for target in LINK.findall(text):
            if not (page.parent / target).exists():
                print(f"{name}: a link leads to {target}, which is not there", file=sys.stderr)
                faults += 1
        for block in BLOCK.finditer(text):
            kind, content = block.groups()
            place = f"{name}:{text[:block.start()].count(chr(10)) + 1}"
            with tempfile.TemporaryDirectory() as folder:
                if kind == "yaml" and re.search(r"^particles:", content, re.MULTILINE):
                    (pathlib.Path(folder) / "reward.py").write_text("")
                    faults += run([fkc, "check", "-"], content, folder, place)
                elif kind == "python" and python:
                    faults += run([python, "-"], content, folder, place)
                else:
                    left += 1
                    continue
                count += 1
    print(f"blocks: {count} of {len(PAGES)} pages ran, {left} did not, {faults} faults.")
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main())
