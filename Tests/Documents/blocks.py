"""Runs the blocks of pages and compares what they print; links to files lead somewhere.

    python3 Tests/Documents/blocks.py .build/release/fkc [PYTHON] [--swift .build/release] [--write]

Configs, blocks of YAML with `particles`, are checked by fkc; those that begin with `# NAME.yaml` are files for the blocks after them. Blocks of one
language of a page are one program, as who reads the page from its top types them. A block of text right after a block is what that prints, compared
as it is: runs have the kernels that every processor has (FKC_KERNEL). Blocks of sh without one are left alone. PYTHON is one that has the package, and --swift
where the modules lie built; without them such blocks are only counted. --write puts what was printed into the pages.

Seen to catch: another last digit in what a config, Python and Swift print, a name in Swift that does not exist, a link to no file.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import swift_program

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Tests/Molecules runs the commands of CHEMISTS.md, which need RDKit.
PAGES = [f"Documentation/{name}.md" for name in ("QUESTIONS", "SETTINGS", "TUTORIAL", "DERIVATIONS", "CHEMISTS")]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$(?:\n+^```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
CONFIG = re.compile(r"^particles:", re.MULTILINE)
NAME = re.compile(r"# (\w+\.yaml)\n")
# Ends what a block printed.
END = "\x1e\n"


class Page:
    """A page, the folder that its blocks run in, and what was found wrong."""

    def __init__(self, name, folder, options):
        self.name, self.folder, self.options = name, folder, options
        self.text = (ROOT / name).read_text()
        self.blocks = list(BLOCK.finditer(self.text))
        self.faults, self.ran, self.printed = [], 0, {}
        self.environment = {**os.environ, "FKC_KERNEL": "baseline", "PATH": f"{options.fkc.parent}:{os.environ['PATH']}"}
        for path in (ROOT / "Documentation/tutorial").glob("*.safetensors"):
            shutil.copy(path, folder)

    def fault(self, place, sentence):
        line = self.text[:place].count("\n") + 1
        self.faults.append(f"{self.name}:{line}: {sentence}")

    def run(self, block, command, text=None):
        """What a command prints, or None where it fails, which is a fault of the block."""
        done = subprocess.run(command, input=text, cwd=self.folder, env=self.environment, check=False, capture_output=True, text=True, timeout=300)
        if done.returncode:
            self.fault(block.start(), f"{' '.join(map(str, command))} ended with {done.returncode}\n{done.stderr[-2000:]}")
            return None
        return done.stdout

    def take(self, block, printed):
        """Compares what a block printed with what the page says."""
        self.ran += 1
        self.printed[block.start()] = printed
        if block[3] is not None and block[3] != printed and not self.options.write:
            self.fault(block.start(), f"the page says\n{block[3]}and the block prints\n{printed}")

    def program(self, kind, separator, run):
        """All blocks of a language as one program, whose output is told apart by what `separator` prints."""
        blocks = [block for block in self.blocks if block[1] == kind]
        if not blocks:
            return
        printed = run(blocks[0], "".join(f"{block[2]}\n{separator}\n" for block in blocks))
        for block, part in zip(blocks, printed.split(END) if printed is not None else ()):
            self.take(block, part)

    def python(self, block, text):
        return self.run(block, [self.options.python, "-W", "ignore", "-"], text)

    def swift(self, block, text):
        source, program = self.folder / "main.swift", self.folder / "page"
        source.write_text(text)
        try:
            swift_program.build(ROOT, self.options.swift.resolve(), source, program)
        except subprocess.CalledProcessError as failure:
            self.fault(block.start(), f"swiftc ended with {failure.returncode}\n{failure.stderr[-3000:]}")
            return None
        return self.run(block, [program])

    def try_all(self):
        (self.folder / "reward.py").write_text("")
        for block in self.blocks:
            kind, content = block[1], block[2]
            if kind == "yaml" and CONFIG.search(content):
                if name := NAME.match(content):
                    (self.folder / name[1]).write_text(content)
                if self.run(block, [self.options.fkc, "check", "-"], content) is not None:
                    self.ran += 1
            elif kind == "sh" and block[3] is not None:
                printed = self.run(block, ["bash", "-c", f"set -e -o pipefail\n{content}"])
                if printed is not None:
                    self.take(block, "".join(line for line in printed.splitlines(True) if not line.startswith("runs/")))
        if self.options.python:
            self.program("python", r'print("\x1e", flush=True)', self.python)
        if self.options.swift:
            self.program("swift", r'print("\u{1e}")', self.swift)
        for link in LINK.finditer(self.text):
            if not ((ROOT / self.name).parent / link[1]).exists():
                self.fault(link.start(), f"a link leads to {link[1]}, which is not there")

    def written(self):
        """The page with what its blocks printed."""
        parts, end = [], 0
        for block in self.blocks:
            if block[3] is not None and block.start() in self.printed:
                parts += [self.text[end:block.start(3)], self.printed[block.start()]]
                end = block.end(3)
        return "".join(parts) + self.text[end:]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("fkc", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("python", nargs="?", type=lambda text: pathlib.Path(text).absolute())
    parser.add_argument("--swift", type=pathlib.Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    ran, blocks, faults = 0, 0, []
    for name in PAGES:
        with tempfile.TemporaryDirectory() as folder:
            page = Page(name, pathlib.Path(folder), options)
            page.try_all()
        if options.write:
            (ROOT / name).write_text(page.written())
        ran, blocks, faults = ran + page.ran, blocks + sum(block[1] != "text" for block in page.blocks), faults + page.faults
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"blocks: {ran} of {len(PAGES)} pages ran, {blocks - ran} did not, {len(faults)} faults.")
    return 1 if faults or not ran else 0


if __name__ == "__main__":
    sys.exit(main())
