"""Holds the sources to what a reader is promised: make lint.

    python3 Tests/Structure/documented.py               every fault
    python3 Tests/Structure/documented.py --shrink      lowers the numbers of exceptions.txt to what there is
    python3 Tests/Structure/documented.py --self-test   small inputs, each of which must fail

- Every public declaration has a doc comment, and so has every requirement of a public protocol.
- A doc comment begins with its noun or its verb: with none of HEADLESS, which lean on a name that documentation does not print there.
- A source file has at most 300 lines, a function at most 60.

exceptions.txt says where more is borne today: `undocumented`, `headless` or `functions` with a folder and a number, `long` with
a file and its lines. More than it says is a fault, and so is less: the numbers only fall.
"""

import argparse
import collections
import pathlib
import re
import sys

from source_text import blanked, closing_brace, depths

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXCEPTIONS = pathlib.Path(__file__).with_name("exceptions.txt")
FILE_LINES, FUNCTION_LINES = 300, 60

MODIFIERS = r"(?:@\w+(?:\([^)\n]*\))?\s+)*(?:(?:final|static|class|mutating|nonmutating|override|indirect|nonisolated|convenience)\s+)*"
PUBLIC = re.compile(rf"^\s*{MODIFIERS}(?:public|open(?=\s+(?:class|func|var|subscript)))\s+(?!import\b|extension\b|internal\(set\)|private\(set\))")
PUBLIC_SETTER = re.compile(rf"^\s*{MODIFIERS}public\s+(?:internal|private)\(set\)")
REQUIREMENT = re.compile(r"^\s*(?:(?:static|mutating)\s+)*(?:var|func|init|subscript|associatedtype)\b")
PROTOCOL = re.compile(r"\bpublic\s+protocol\s+\w+[^{]*\{")
HEADLESS = re.compile(
    r"(?:Of|(?:That|Those) of|That|Those|In|To|By|From|With|As|At|On|For|Nil|Null|Between|Under|None)\b(?! now on)")
OF = re.compile(r"(?:Of|(?:That|Those) of)\b")
SWIFT_FUNCTION = re.compile(r"^[ \t]*(?:[\w@()]+[ \t]+)*?(?:func[ \t]+(\S+?)|(init|deinit))[?!]?[(<]", re.MULTILINE)
C_FUNCTION = re.compile(r"^(?!typedef|struct|enum|union|extern|#)\w[\w \t*]*?\b(\w+)\((?:[^;{}]|\n)*?\)\s*\{", re.MULTILINE)


def undocumented(text):
    """Line numbers of public declarations and of requirements of public protocols without a doc comment."""
    lines, code = text.split("\n"), blanked(text)
    code_lines = code.split("\n")
    requirements = set()
    for found in PROTOCOL.finditer(code):
        first = code.count("\n", 0, found.end() - 1)
        last = code.count("\n", 0, closing_brace(code, found.end() - 1))
        depth = depths(code)
        requirements |= {n for n in range(first + 1, last) if depth[n] == depth[first] + 1 and REQUIREMENT.match(code_lines[n])}
    for number, line in enumerate(code_lines):
        if PUBLIC.match(line) or PUBLIC_SETTER.match(line) or number in requirements:
            above = number - 1
            while above >= 0 and lines[above].lstrip().startswith("@"):
                above -= 1
            if above < 0 or not lines[above].lstrip().startswith("///"):
                yield number + 1


def headless(text):
    """Line numbers of doc comments that begin in the middle of a sentence, and of sentences in any comment that do so with Of."""
    above = ""
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        goes_on = above.startswith("//") and above.strip("/ ") and above[-1] not in ".:"
        begins = line.startswith("///") and not above.startswith("///") and HEADLESS.match(line[3:].strip())
        if begins or line.startswith("//") and not goes_on and OF.match(line.lstrip("/ ")):
            yield number
        above = line


def long_functions(text, pattern=SWIFT_FUNCTION):
    """(line, name, lines) of functions that are longer than FUNCTION_LINES, from their first line to their last."""
    code = blanked(text)
    for found in pattern.finditer(code):
        opening = body(code, found.end() - 1)
        if opening is None:
            continue
        start = found.start() + len(found.group()) - len(found.group().lstrip())
        lines = code.count("\n", start, closing_brace(code, opening)) + 1
        if lines > FUNCTION_LINES:
            name = next(group for group in found.groups() if group)
            yield code.count("\n", 0, start) + 1, name, lines


def body(code, position):
    """The offset of the brace that opens a function's body; None for a requirement without one."""
    if code[position] == "{":
        return position
    depth = 0
    for mark in re.finditer(r"[(){}\n]", code[position:]):
        depth += {"(": 1, ")": -1}.get(mark.group(), 0)
        if depth == 0 and mark.group() == "{":
            return position + mark.start()
        # A signature without a body ends with its line, unless the next line goes on with it.
        rest = code[position + mark.end():].lstrip()
        if depth == 0 and (mark.group() == "}" or (mark.group() == "\n" and not rest.startswith(("{", "->", "where", "throws", "async")))):
            return None
    return None


def survey(root):
    """{(kind, folder or file): [where and what]}."""
    found = collections.defaultdict(list)
    for path in sorted(root.rglob("*")):
        if path.suffix not in (".swift", ".c", ".h"):
            continue
        text, name = path.read_text(), path.relative_to(ROOT).as_posix()
        folder = path.parent.relative_to(ROOT).as_posix()
        swift = path.suffix == ".swift"
        if swift:
            found["undocumented", folder] += [f"{name}:{n}: a public declaration without a doc comment" for n in undocumented(text)]
            found["headless", folder] += [f"{name}:{n}: a doc comment that begins without its noun" for n in headless(text)]
        found["functions", folder] += [
            f"{name}:{n}: {function} has {lines} lines; at most {FUNCTION_LINES}"
            for n, function, lines in long_functions(text, SWIFT_FUNCTION if swift else C_FUNCTION)]
        lines = text.count("\n")
        if lines > FILE_LINES:
            found["long", name] = [f"{name}: has {lines} lines; at most {FILE_LINES}"] * lines
    return found


def exceptions(path):
    """{(kind, place): number}; a line is `kind place number: reason`."""
    borne = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        if line and not line.startswith("#"):
            head, _, reason = line.partition(": ")
            kind, place, number = head.split()
            if not reason:
                raise SystemExit(f"{path}: '{line}' gives no reason")
            borne[kind, place] = int(number)
    return borne


def judged(found, borne):
    for key in sorted(set(found) | set(borne)):
        there, allowed = found.get(key, []), borne.get(key, 0)
        if len(there) > allowed:
            yield from sorted(set(there))
            if allowed:
                yield f"{' '.join(key)}: {len(there)}, where exceptions.txt bears {allowed}"
        elif len(there) < allowed:
            yield f"{' '.join(key)}: {len(there)} and no longer {allowed}; lower it in exceptions.txt, or let documented.py --shrink do so"


def shrink(path, found):
    lines = []
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            head, _, reason = line.partition(": ")
            kind, place, number = head.split()
            left = min(int(number), len(found.get((kind, place), [])))
            if not left:
                continue
            line = f"{kind} {place} {left}: {reason}"
        lines.append(line)
    path.write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description="Fails on sources without documentation, and on long ones.")
    parser.add_argument("--allow", type=pathlib.Path, default=EXCEPTIONS, help="the list of exceptions")
    parser.add_argument("--shrink", action="store_true", help="lower the numbers on the list to what there is")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    found = survey(ROOT / "Sources")
    if options.shrink:
        shrink(options.allow, found)
    faults = list(judged(found, exceptions(options.allow)))
    print("\n".join(faults), file=sys.stderr, end="\n" if faults else "")
    return 1 if faults else 0


def self_test():
    long_body = "  x()\n" * FUNCTION_LINES
    cases = [
        (undocumented, "public struct S {}", 1),
        (undocumented, "/// An S.\npublic struct S {\n  public let a: Int\n}", 1),
        (undocumented, "/// An S.\n@frozen\npublic struct S {}", 0),
        (undocumented, "// An S.\n@inlinable public func f() {}", 1),
        (undocumented, "  public private(set) var a = 1", 1),
        (undocumented, "  public static func f() {}", 1),
        (undocumented, "  static public func f() {}", 1),
        (undocumented, "public import Foundation\nlet a = 1\nlet t = \"\"\"\n  public let a\n  \"\"\"", 0),
        (undocumented, "/// A P.\npublic protocol P {\n  var a: Int { get }\n  /// B.\n  func b()\n}\nprotocol Q { func c() }", 1),
        (undocumented, "    open = index", 0),
        (headless, "/// Of a file, in bytes.", 1),
        (headless, "  /// That of a model.\n  /// Of two lines.", 2),
        (headless, "/// Nil where there is none.", 1),
        (headless, "/// In bytes.", 1),
        (headless, "/// The size in bytes; nil where there is none\n/// Of no matter what.", 0),
        (headless, "/// The size in bytes.\n/// Of no matter what.", 1),
        (headless, "  // Of a Gaussian.", 1),
        (headless, "  // A half\n  // Of a Gaussian.", 0),
        (headless, "/// Often right.", 0),
        (long_functions, "func f() {\n" + long_body + "}", 1),
        (long_functions, "  public static func f<T>(\n    _ a: Int\n  ) -> T\n  where T: P\n  {\n" + long_body + "}", 1),
        (long_functions, "  init?(a: Int) {\n" + long_body + "}", 1),
        (long_functions, "func f() {\n" + long_body[:-12] + "}", 0),
        (long_functions, "protocol P {\n  func f(_ a: Int) -> Int\n  init(a: Int)\n}\nstruct S {\n" + long_body + "}", 0),
        (lambda text: long_functions(text, C_FUNCTION), "static double f(const double *x,\n  size_t n) {\n" + long_body + "}", 1),
    ]
    wrong = []
    for check, text, count in cases:
        got = len(list(check(text)))
        if got != count:
            wrong.append(f"{got} faults and not {count} in: {text[:100]!r}")
    key = ("headless", "Sources/A")
    for there, allowed, count in [(["a"], 0, 1), (["a"], 1, 0), (["a", "b"], 1, 3), (["a"], 2, 1), ([], 1, 1)]:
        if len(list(judged({key: there}, {key: allowed} if allowed else {}))) != count:
            wrong.append(f"{len(there)} where {allowed} are borne is judged wrongly")
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
