"""Pages of the Swift library from the compiler's symbol graphs, a page for each type, with links between all modules.

DocC renders one module at a time and looks its pages up on a server; names of ParticleEngine that FeynmanKac shows again have no page there,
and an article that is called as a type is (Trust) is dropped. So the compiler's graphs become Markdown here, and lie in one search with the rest.
"""

import json
import pathlib
import platform
import re
import subprocess

MODULES = {"FeynmanKac": "Targets, samplers, results", "ScoreNetworks": "Networks from files and programs", "ParticleEngine": "The engine alone"}
TYPES = {"swift.struct": "Structure", "swift.enum": "Enumeration", "swift.class": "Class", "swift.protocol": "Protocol", "swift.typealias": "Type alias"}
GROUPS = [
    ("Cases", {"swift.enum.case"}),
    ("Initializers", {"swift.init"}),
    ("Type properties and methods", {"swift.type.property", "swift.type.method", "swift.type.subscript", "swift.func.op"}),
    ("Properties", {"swift.property"}),
    ("Methods", {"swift.method", "swift.subscript", "swift.associatedtype", "swift.typealias"}),
]
SYMBOL = re.compile(r"(?<!`)``([^`\s]+)``(?!`)")
FIELD = re.compile(r"^- (Parameters?(?: \w+)?|Returns|Throws|Complexity|Source|Note|Precondition)(?=:)", re.MULTILINE)


def graphs(root, build, folder):
    """Symbol graphs of the modules that lie built in `build`, a second each."""
    maps = sorted(build.glob("C*.build/module.modulemap")) + sorted(root.glob("Sources/*/module.modulemap"))
    flags = [flag for path in maps for flag in ("-Xcc", f"-fmodule-map-file={path}")]
    folder.mkdir(parents=True, exist_ok=True)
    for module in MODULES:
        command = ["swift", "symbolgraph-extract", "-module-name", module, "-I", build / "Modules", *flags, "-output-dir", folder]
        target = f"{platform.machine()}-unknown-linux-gnu"
        subprocess.run([*command, "-target", target, "-minimum-access-level", "public", "-skip-synthesized-members"], check=True)


def wrapped(declaration):
    """A declaration with one parameter a line where it is long."""
    if len(declaration) <= 90 or "(" not in declaration:
        return declaration
    head, rest = declaration.split("(", 1)
    depth, parts, start = 1, [], 0
    for place, letter in enumerate(rest):
        depth += (letter in "([<") - (letter in ")]") - (letter == ">" and rest[place - 1] != "-")
        if depth == 0:
            parts.append(rest[start:place].strip())
            return head + "(\n  " + ",\n  ".join(parts) + "\n)" + rest[place + 1:]
        if letter == "," and depth == 1:
            parts.append(rest[start:place].strip())
            start = place + 1
    return declaration


class Reference:
    """All public symbols, by module and by the name that documentation gives them."""

    def __init__(self, folder):
        self.symbols, self.anchors, self.conformances = {}, {}, {}
        for path in sorted(folder.glob("*.symbols.json")):
            module = path.name.split(".")[0].split("@")[0]
            graph = json.loads(path.read_text())
            names = {symbol["identifier"]["precise"]: symbol["names"]["title"] for symbol in graph["symbols"]}
            for relation in graph["relationships"]:
                if relation["kind"] == "conformsTo" and relation["source"] in names:
                    found = names.get(relation["target"]) or relation.get("targetFallback", "").split(".")[-1]
                    self.conformances.setdefault(relation["source"], set()).add(found)
            for symbol in graph["symbols"]:
                key = tuple(symbol["pathComponents"])
                self.symbols.setdefault((module, key[0]), {}).setdefault(key, []).append(symbol)
        taken = set()
        for (module, top), members in sorted(self.symbols.items()):
            for key in members:
                anchor = f"swift-{module}-{re.sub(r'[^A-Za-z0-9]+', '-', '.'.join(key)).strip('-')}".lower()
                # A type and the property of its name differ in their capitals alone, which anchors do not have.
                while anchor in taken:
                    anchor += "-2"
                taken.add(anchor)
                self.anchors.setdefault(key, (anchor, f"Reference/Swift/{module}/{self.page(top)}.md"))

    @staticmethod
    def page(top):
        """The name of a type's page; operators have letters of none."""
        return top if top.isidentifier() else "operators"

    def find(self, name, inside=()):
        """The path of ``A/b``, sought from where it stands outwards; None where there is none."""
        parts = tuple(name.split("/"))
        parts = parts[1:] if parts[0] in MODULES and len(parts) > 1 else parts
        for depth in range(len(inside), -1, -1):
            if tuple(inside[:depth]) + parts in self.anchors:
                return tuple(inside[:depth]) + parts
        return None

    def text_of(self, symbol, key):
        """The doc comment, as Markdown, with its code in the language that it is in."""
        lines = [line["text"] for line in symbol.get("docComment", {}).get("lines", [])]
        inside, out = False, []
        for line in lines:
            if line.strip().startswith("```"):
                line = line if inside or line.strip() != "```" else line.replace("```", "```text")
                inside = not inside
            out.append(line)

        def whole(found):
            return f"``{'/'.join(self.find(found[1], key) or (found[1],))}``"

        return SYMBOL.sub(whole, FIELD.sub(r"- **\1**", "\n".join(out)))

    def entry(self, module, key, symbols, level, title):
        """One symbol with its overloads."""
        anchor, _ = self.anchors[key]
        out = [f"({anchor})=", f"{'#' * level} {title}", ""]
        for symbol in symbols:
            declaration = "".join(part["spelling"] for part in symbol.get("declarationFragments", []))
            out += ["```swift", wrapped(declaration), "```", "", self.text_of(symbol, key), ""]
            known = sorted(self.conformances.get(symbol["identifier"]["precise"], set()) - {"Copyable", "Escapable", "SendableMetatype", ""})
            if known and symbol["kind"]["identifier"] in TYPES:
                out += ["Conforms to " + ", ".join(f"`{name}`" for name in known) + ".", ""]
        return out

    def page_of(self, module, top, members):
        """A page: the type, its members by kind, then the types inside it."""
        holders = sorted(
            (key for key, found in members.items() if found[0]["kind"]["identifier"] in TYPES or key[:-1] == ()), key=lambda key: (len(key), key)
        )
        out = []
        if (top,) not in members and self.page(top) == top:
            out += [f"# Extensions of {top}", ""]
            holders.insert(0, (top,))
        for holder in holders:
            level = min(len(holder), 2)
            if holder in members:
                kind = TYPES.get(members[holder][0]["kind"]["identifier"], "Operator")
                out += self.entry(module, holder, members[holder], level, f"{'.'.join(holder)}") + ([] if level > 1 else [f"*{kind} of {module}*", ""])
            for name, kinds in GROUPS:
                inside = [key for key, found in members.items() if key[:-1] == holder and key not in holders and found[0]["kind"]["identifier"] in kinds]
                if inside:
                    out += [f"{'#' * (level + 1)} {name}", ""]
                    for key in inside:
                        out += self.entry(module, key, members[key], level + 2, f"`{key[-1]}`")
        return "\n".join(out)

    def write(self, folder):
        """All pages below `folder`; returns them."""
        written = []
        for module, purpose in MODULES.items():
            pages = {}
            for (owner, top), members in sorted(self.symbols.items()):
                if owner == module:
                    text = self.page_of(module, top, members)
                    pages.setdefault(self.page(top), []).append(text)
            (folder / "Reference/Swift" / module).mkdir(parents=True, exist_ok=True)
            for page, parts in pages.items():
                path = folder / f"Reference/Swift/{module}/{page}.md"
                title = "# Operators\n\n" if page == "operators" else ""
                body = "\n\n".join(parts)
                path.write_text(title + (re.sub(r"^#", "##", body, flags=re.MULTILINE) if title else body))
                written.append(path)
            index = folder / f"Reference/Swift/{module}/index.md"
            listed = "\n".join(sorted(pages, key=str.lower))
            index.write_text(f"# {module}\n\n{purpose}.\n\n```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n")
            written.append(index)
        modules = "\n".join(f"{module}/index" for module in MODULES)
        start = folder / "Reference/Swift/index.md"
        start.write_text(f"# Swift\n\nEvery public name, as the compiler has it.\n\n```{{toctree}}\n:maxdepth: 1\n\n{modules}\n```\n")
        return [*written, start]


def read(root, build, folder):
    """The reference of what is built, or None where nothing is."""
    if not (build / "Modules/FeynmanKac.swiftmodule").exists():
        return None
    graphs(root, pathlib.Path(build), folder)
    return Reference(folder)
