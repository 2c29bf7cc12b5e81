"""Draws which folder of a target uses which, from the names of types, and fails where they do so in a circle: make lint.

    python3 Tests/Structure/cycles.py               the graph, and every fault
    python3 Tests/Structure/cycles.py --shrink      takes off the list of known edges what is no longer there
    python3 Tests/Structure/cycles.py --self-test   small inputs, each of which must fail

A folder is one directly under its target; what lies deeper belongs to it, and files beside the folders are the folder ".".
A folder uses another where its code names a type that the other declares. known_cycles.txt holds the edges of today's circles. An
edge of a circle that is not there is a fault, and so is one that is there and lies on no circle any more: the list only shrinks.
A target is a fault where it imports one that does not stand below it in LAYERS.
"""

import argparse
import pathlib
import re
import sys

from source_text import blanked, depths

ROOT = pathlib.Path(__file__).resolve().parents[2]
KNOWN = pathlib.Path(__file__).with_name("known_cycles.txt")

# From below to above; targets of one line do not import each other. A new target gets its place here.
LAYERS = [
    ["Libc", "CKernels", "COpenBLAS", "COpenVINO", "CSubprocess", "CMPI", "CReportAssets", "CLibMD", "CLibYAML"],
    ["CGSL"],
    ["ParticleEngine"],
    ["FeynmanKac"],
    ["MaskedSequences", "ScoreNetworks"],
    ["RunConfigurations"],
    ["RunReport"],
    ["fkc", "FeynmanKacC"],
]

DECLARATION = re.compile(r"\b(?:struct|class|enum|protocol|actor|typealias)\s+([A-Z]\w*)")
HIDDEN = re.compile(r"\b(?:private|fileprivate)\b")
# A name behind a dot belongs to the type before it.
REFERENCE = re.compile(r"(?<![\w.])[A-Z]\w*")
IMPORT = re.compile(r"^\s*(?:@\w+\s+)*(?:public|package|internal|private|fileprivate)?\s*import\s+(?:\w+\s+)?(\w+)", re.MULTILINE)


class File:
    def __init__(self, folder, text):
        code = blanked(text)
        self.folder = folder
        self.imports = set(IMPORT.findall(code))
        # A type inside another is named without it only near by; one that only its file sees is nobody else's.
        self.declared, self.inner, hidden = set(), set(), set()
        for line, depth in zip(code.split("\n"), depths(code), strict=True):
            kind = self.inner if depth > 0 else hidden if HIDDEN.search(line) else self.declared
            kind |= set(DECLARATION.findall(line))
        self.named = set(REFERENCE.findall(code)) - hidden


def files_of(target):
    for path in sorted(target.rglob("*.swift")):
        inside = path.relative_to(target).parts
        yield File(inside[0] if len(inside) > 1 else ".", path.read_text())


def edges_of(files):
    """{(folder, folder that it uses): the names by which it does so}."""
    homes = {name: file.folder for file in files for name in file.declared}
    inner = {(file.folder, name) for file in files for name in file.inner}
    edges = {}
    for file in files:
        for name in file.named:
            if (file.folder, name) in inner:
                continue
            home = homes.get(name, file.folder)
            if home != file.folder:
                edges.setdefault((file.folder, home), set()).add(name)
    return edges


def circular(edges):
    """The edges from whose end a way leads back to their start."""
    after = {}
    for start, end in edges:
        after.setdefault(start, set()).add(end)

    def reached(start):
        seen, waiting = set(), [start]
        while waiting:
            for folder in after.get(waiting.pop(), ()):
                if folder not in seen:
                    seen.add(folder)
                    waiting.append(folder)
        return seen

    return {(start, end) for start, end in edges if start in reached(end)}


def layer_faults(target, files, layers=LAYERS):
    place = {name: index for index, layer in enumerate(layers) for name in layer}
    if target not in place:
        return [f"Sources/{target}: has no place in LAYERS of Tests/Structure/cycles.py"]
    imported = sorted(set().union(*(file.imports for file in files)) & set(place) - {target})
    return [f"Sources/{target}: imports {name}, which does not stand below it" for name in imported if place[name] >= place[target]]


def cycle_faults(found, known):
    """Faults of edges as texts: `found` lie on circles, {text: names}; `known` are on the list."""
    for edge in sorted(set(found) - known):
        yield f"{edge}: closes a circle, by {', '.join(sorted(found[edge])[:6])}"
    for edge in sorted(known - set(found)):
        yield f"{edge}: is on no circle any more; take it off the list, or let cycles.py --shrink do so"


def known_edges(path):
    return {line for line in path.read_text().splitlines() if line and not line.startswith("#")} if path.exists() else set()


def shrink(path, found):
    kept = [line for line in path.read_text().splitlines() if not line or line.startswith("#") or line in found]
    path.write_text("\n".join(kept) + "\n")


def main():
    parser = argparse.ArgumentParser(description="Fails where folders or targets use each other in a circle.")
    parser.add_argument("--allow", type=pathlib.Path, default=KNOWN, help="the list of known edges")
    parser.add_argument("--quiet", action="store_true", help="print faults only")
    parser.add_argument("--shrink", action="store_true", help="take off the list what is no longer there")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    found, faults = {}, []
    for target in sorted(path for path in (ROOT / "Sources").iterdir() if path.is_dir()):
        files = list(files_of(target))
        if not files:
            continue
        faults += layer_faults(target.name, files)
        edges = edges_of(files)
        on_circle = circular(edges)
        found |= {f"{target.name}: {start} -> {end}": edges[start, end] for start, end in on_circle}
        if not options.quiet:
            print(f"{target.name}: {len(edges)} edges, {len(on_circle)} of them on circles")
            for folder in sorted({start for start, _ in edges}):
                print(f"  {folder} -> " + ", ".join(
                    end + ("*" if (start, end) in on_circle else "") for start, end in sorted(edges) if start == folder))
    if options.shrink:
        shrink(options.allow, found)
    faults += cycle_faults(found, known_edges(options.allow))
    print("\n".join(faults), file=sys.stderr, end="\n" if faults else "")
    return 1 if faults else 0


def self_test():
    a = "struct A { let b: B }"
    b = "public struct B {}"
    back = "extension B { func f(_ a: A) {} }"
    cases = {
        "a circle of two": ([("X", a), ("Y", b + back)], {"X -> Y", "Y -> X"}),
        "a circle of three, a fourth beside it": (
            [("X", a), ("Y", "struct B { var c: [C] = [] }"), ("Z", "enum C { case a(A) }"), ("W", "struct D { var a: A }")],
            {"X -> Y", "Y -> Z", "Z -> X"}),
        "a name behind code on its line": ([("X", 'let t = "x"; struct A { let b: B }'), ("Y", b + back)], {"X -> Y", "Y -> X"}),
        "a name behind a text with a quote": (
            [("X", 'let t = "\\("/*")" + #"a"b"#; struct A { let b: B }'), ("Y", b + back)], {"X -> Y", "Y -> X"}),
        "names in comments and texts": ([("X", a), ("Y", b + '\n// A\n/* A /* A */ A */ let t = "A", u = """\n A "A" A\n"""')], set()),
        "a type inside another": ([("X", a + " "), ("Y", b + "\nenum N {\n  enum A { case a }\n  case b(A)\n}")], set()),
        "a type of the file alone": ([("X", a), ("Y", b + "\nprivate struct A {}\nlet a = A()")], set()),
        "a member of another type": ([("X", a), ("Y", b + "\nlet a = Outer.A()")], set()),
    }
    wrong = []
    for name, (texts, expected) in cases.items():
        files = [File(folder, text) for folder, text in texts]
        got = {f"{start} -> {end}" for start, end in circular(edges_of(files))}
        if got != expected:
            wrong.append(f"{name}: {sorted(got)} and not {sorted(expected)}")
    if len(list(cycle_faults({"T: X -> Y": {"B"}}, set()))) != 1:
        wrong.append("an edge that is not on the list is let through")
    if len(list(cycle_faults({}, {"T: X -> Y"}))) != 1:
        wrong.append("an edge that is only on the list is let through")
    layers = [["Low"], ["Middle", "Beside"], ["High"]]
    for target, text, count in [
        ("Low", "import High", 1), ("Middle", "internal import Beside", 1), ("High", "@testable public import Low", 0), ("New", "", 1),
        ("Low", "import struct Middle.S", 1), ("Low", "// import High", 0), ("Low", "import Foundation", 0),
    ]:
        if len(layer_faults(target, [File(".", text)], layers)) != count:
            wrong.append(f"'{text}' in {target} is judged wrongly")
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
