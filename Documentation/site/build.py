"""Builds the site: every page of the repository, the Python package and the Swift library, in one folder that opens offline.

    .venv-docs/bin/python Documentation/site/build.py [--output .build/docs] [--built .build/release]
    python3 Documentation/site/build.py --check     # links of all pages alone, in a second, with nothing installed

Pages are laid out as in the repository, so that their links are those of the repository; a warning of Sphinx, a link that leads nowhere and a
public name of Python that no page has are errors. Without built Swift modules the site has no Swift reference, and says so.

Seen to catch, by --check: a link to no file, to no heading of another page and to none of its own, an article of DocC that is not there, a public name
of Python on no page.
"""

import argparse
import ast
import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import commands
import swift_reference

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FOLDERS = ["Benchmarks", "Documentation", "Experiments", "Packaging", "Python", "Sources", "Tests"]
PYTHON_PAGES = {
    "runs": ("Runs", "sample run check load config schema"),
    "targets": ("Targets", "annealed product guided log_linear Target Composable"),
    "models": ("Models", "Model Gaussian GaussianMixture NoisePoint load_model ExternalModel ONNX Program"),
    "processes": ("Noise processes", "VarianceExploding VariancePreserving SubVariancePreserving Karras FlowMatching DDPM Tabulated NoiseProcess Process"),
    "reward-functions": ("Rewards", "Reward rewards"),
    "results": ("Results", "Result LogNormalizer Finding Trajectory Step Snapshot"),
    "errors": (
        "Errors and warnings",
        "Error ConfigError MissingInputError NumericalError OutputError UsageError UnavailableError Interrupted RunWarning DoubtfulWarning",
    ),
    "networks": ("Networks of PyTorch, JAX and diffusers", "torch jax diffusers"),
}
MODULES = {"rewards", "torch", "jax", "diffusers"}
FENCE = re.compile(r"(^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^(?P=fence)[ ]*$)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?P<text>!?\[(?:[^\[\]]|\[[^\]]*\])*\])\((?P<target>[^()\s]+)\)")
DOWNLOADS = 1 << 20


class Site:
    """The pages on their way to Sphinx, and what is wrong with them."""

    def __init__(self, folder, reference):
        self.folder, self.reference, self.faults = folder, reference, []
        self.articles = {path.stem: path for path in ROOT.glob("Sources/*/Documentation.docc/*.md")}

    def fault(self, page, sentence):
        self.faults.append(f"{page}: {sentence}")

    def link(self, page, found):
        """A link of a page of the repository, as the site has it: folders stand for their README, and what the site lacks is text."""
        text, target = found["text"], found["target"]
        if page.is_relative_to(ROOT / "Sources"):
            target = re.sub(r"^https://github.com/OWNER/FeynmanKac/(tree|blob)/main/", os.path.relpath(ROOT, page.parent) + "/", target)
        if target.startswith("#") and target[1:] not in headings(page):
            self.fault(page.relative_to(ROOT), f"a link leads to {target}, a heading that is not there")
        if re.match(r"[a-z]+:|#", target):
            return f"{text}({target})"
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve()
        if not path.exists():
            self.fault(page.relative_to(ROOT), f"a link leads to {target}, which is not there")
        if path.is_dir():
            path = path / "README.md"
        if anchor and path.suffix == ".md" and path.exists() and anchor not in headings(path):
            self.fault(page.relative_to(ROOT), f"a link leads to {target}, a heading that is not there")
        if not path.exists() or path.suffix != ".md" and path.stat().st_size > DOWNLOADS:
            return text.strip("![]")
        if path.suffix != ".md":
            copied = self.folder / path.relative_to(ROOT)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copied)
        return f"{text}({os.path.relpath(path, page.parent)}{'#' if anchor else ''}{anchor})"

    def symbols(self, place, text):
        """Links of DocC: <doc:Article>, and names in double backquotes."""

        def article(found):
            path = self.articles.get(found[1])
            if path is None:
                self.fault(place, f"<doc:{found[1]}> is no article")
                return found[1]
            title = path.read_text().partition("\n")[0].strip("# `")
            return f"[{title}]({os.path.relpath(path.relative_to(ROOT), place.parent)})"

        def symbol(found):
            shown = f"`{found[1].removeprefix('FeynmanKac/').replace('/', '.')}`"
            if self.reference is None or found[1] in swift_reference.MODULES:
                return shown
            known = self.reference.find(found[1])
            if known is None:
                self.fault(place, f"``{found[1]}`` is no public name")
                return shown
            anchor, path = self.reference.anchors[known]
            return f"[{shown}]({os.path.relpath(path, place.parent)}#{anchor})"

        text = re.sub(r"<doc:(\w+)>", article, text)
        return swift_reference.SYMBOL.sub(symbol, text)

    def page(self, path):
        """A page of the repository."""
        place = path.relative_to(ROOT)
        parts = FENCE.split(path.read_text())
        # The pattern has two groups, so that text, block and fence take turns.
        for index in range(0, len(parts), 3):
            text = LINK.sub(lambda found: self.link(path, found), parts[index])
            if ".docc" in str(place):
                text = self.symbols(place, text)
                parts[index] = re.sub(r"^# `(\w+)`", r"# \1", re.sub(r"^# \[?`(\w+)`\]?.*", r"# \1", text))
            else:
                parts[index] = text
        text = tabbed("".join(part for index, part in enumerate(parts) if index % 3 != 2))
        beside = sorted(other.stem for other in path.parent.glob("*.md") if other != path and path.name == "README.md" and path.parent != ROOT)
        if beside:
            text += "\n\n```{toctree}\n:hidden:\n\n" + "\n".join(beside) + "\n```\n"
        self.put(place, text)

    def put(self, place, text):
        """A page at its place."""
        written = self.folder / place
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(opened(text))


@functools.cache
def headings(path):
    """The anchors of a page's headings, as GitHub makes them."""
    found = []
    for title in re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text()), flags=re.MULTILINE):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).strip().lower()
        anchor = re.sub(r"[^\w\- ]", "", shown).replace(" ", "-")
        found.append(f"{anchor}-{found.count(anchor)}" if anchor in found else anchor)
    return set(found)


def opened(text):
    """Blocks without a language are of the language text."""
    inside, out = False, []
    for line in text.split("\n"):
        if line.startswith("```"):
            line = "```text" if not inside and line.strip() == "```" else line
            inside = not inside if line.count("```") == 1 else inside
        out.append(line)
    return "\n".join(out)


def tabbed(text):
    """What stands between <!-- tabs --> and <!-- end of tabs --> as tabs, one for each paragraph that is bold."""

    def tabs(found):
        parts = re.split(r"^\*\*(.+)\*\*\n", found[1], flags=re.MULTILINE)
        items = [f"::::{{tab-item}} {name}\n:sync: {name}\n\n{body.strip()}\n::::" for name, body in zip(parts[1::2], parts[2::2])]
        return ":::::{tab-set}\n:sync-group: interface\n\n" + "\n".join(items) + "\n:::::"

    return re.sub(r"<!-- tabs -->\n(.*?)<!-- end of tabs -->", tabs, text, flags=re.DOTALL)


def python_pages(site):
    """A page for each group of public names; one that is in no group is a fault."""
    source = ast.parse((ROOT / "Python/src/feynman_kac/__init__.py").read_text())
    public = next(ast.literal_eval(node.value) for node in source.body if isinstance(node, ast.Assign) and node.targets[0].id == "__all__")
    shown = {name for _, names in PYTHON_PAGES.values() for name in names.split()}
    for name in sorted(set(public) - shown - {"__version__"}):
        site.fault("Python", f"{name} is public and on no page")
    for page, (title, names) in PYTHON_PAGES.items():
        blocks = [f"# {title}", "", "```{eval-rst}", ".. currentmodule:: feynman_kac"]
        for name in names.split():
            kind = "module" if name in MODULES else "class" if name[0].isupper() else "function"
            if kind == "class" and re.search(r"(Error|Warning|Interrupted)$", name):
                kind = "exception"
            blocks += ["", f".. auto{kind}:: feynman_kac.{name}"] + (["   :exclude-members: Reward"] if name == "rewards" else [])
        if page == "runs":
            blocks += ["", ".. autoclass:: feynman_kac.settings.Settings"]
        site.put(pathlib.Path(f"Reference/Python/{page}.md"), "\n".join(blocks) + "\n```\n")
    listed = "\n".join(PYTHON_PAGES)
    site.put(pathlib.Path("Reference/Python/index.md"), f"# Python\n\nEvery public name of `feynman_kac`.\n\n```{{toctree}}\n:maxdepth: 2\n\n{listed}\n```\n")


def lay_out(folder, reference, program=None):
    """All pages below `folder`; returns what is wrong with them."""
    site = Site(folder, reference)
    pages = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")]
    for name in FOLDERS:
        for parent, folders, files in os.walk(ROOT / name):
            folders[:] = sorted(each for each in folders if not each.startswith(".") and each not in ("runs", "data", "site", "dist"))
            pages += [pathlib.Path(parent) / each for each in sorted(files) if each.endswith(".md")]
    for path in pages:
        site.page(path)
    for notebook in ROOT.glob("Python/notebooks/*.ipynb"):
        (folder / "Python/notebooks").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(notebook, folder / "Python/notebooks" / notebook.name)
    python_pages(site)
    if reference is None:
        site.put(pathlib.Path("Reference/Swift/index.md"), "# Swift\n\nThis site was built where no Swift modules were (`make build`).\n")
    else:
        for path in reference.write(folder):
            place = path.relative_to(folder)
            parts = FENCE.split(path.read_text())
            parts[::3] = [site.symbols(place, text) for text in parts[::3]]
            site.put(place, "".join(part for index, part in enumerate(parts) if index % 3 != 2))
    site.put(pathlib.Path("Reference/commands.md"), commands.page(program) if program and program.exists() else "# Commands and options\n\n`fkc --help`\n")
    for name in ("index.md", "conf.py"):
        shutil.copyfile(HERE / name, folder / name)
    shutil.copytree(HERE / "_static", folder / "_static", dirs_exist_ok=True)
    (folder / "conf.py").write_text((HERE / "conf.py").read_text().replace("pathlib.Path(__file__).resolve().parents[2]", f"pathlib.Path({str(ROOT)!r})"))
    return site.faults


def told(faults):
    """Says what is wrong; answers how to end."""
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / ".build/docs")
    parser.add_argument("--built", type=pathlib.Path, default=ROOT / ".build/release", help="where fkc and Swift's modules lie built")
    parser.add_argument("--check", action="store_true", help="look at links, and build nothing")
    options = parser.parse_args()
    if options.check:
        with tempfile.TemporaryDirectory() as folder:
            return told(lay_out(pathlib.Path(folder), None))
    work = options.output.parent / f"{options.output.name}-pages"
    shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(options.output, ignore_errors=True)
    work.mkdir(parents=True)
    reference = swift_reference.read(ROOT, options.built, work.parent / f"{options.output.name}-symbols")
    wrong = told(lay_out(work, reference, options.built / "fkc"))
    done = subprocess.run([sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", "-j", "auto", work, options.output], check=False)
    if done.returncode or wrong:
        return 1
    print(f"{options.output}/index.html: {sum(1 for _ in options.output.rglob('*.html'))} pages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
