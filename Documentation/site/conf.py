"""Sphinx's settings for the site; build.py lays its pages out, and runs it.

Sphinx holds Markdown (MyST), Python's docstrings (autodoc) and notebooks (MyST-NB) in one search that needs no server, which MkDocs and DocC
do not do from a folder; Furo's pages load nothing from elsewhere, in light and dark.
"""

import pathlib
import re
import sys

from sphinx.util.nodes import make_refnode

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Python/src"))

project = "FeynmanKac"
version = release = re.search(r'__version__ = "(.+)"', (ROOT / "Python/src/feynman_kac/_version.py").read_text()).group(1)
copyright = "the authors of FeynmanKac, Apache License 2.0"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_design", "sphinx_copybutton"]
html_theme = "furo"
html_title = f"FeynmanKac {version}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
# A page opened from a folder may not ask a server for anything.
html_theme_options = {"navigation_with_keys": True}

myst_enable_extensions = ["colon_fence", "attrs_inline"]
myst_heading_anchors = 6
# Two hyphens are an option, and no dash.
smartquotes = False
# Tables of figures and names of files look like links to it.
myst_linkify_fuzzy_links = False
nb_execution_mode = "off"

# Blocks that leave out a part by "…" are no whole programs.
suppress_warnings = ["misc.highlighting_failure"]

# A single backtick in a docstring names an object of the package; what it names has to exist.
default_role = "py:obj"
nitpicky = True
nitpick_ignore_regex = [("py:(class|exc|data|func|meth|mod|attr)", ".*"), ("py:obj", r"(torch|numpy|typing)\..*")]
autodoc_mock_imports = ["torch", "jax", "jaxlib", "diffusers"]
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_default_options = {"members": True, "show-inheritance": True}
python_maximum_signature_line_length = 90
napoleon_use_rtype = False
napoleon_use_ivar = True
add_module_names = False
copybutton_exclude = ".linenos, .gp, .go"


def starred(app, what, name, thing, options, lines):
    """Stars of shapes, [n, *shape], are stars and not emphasis."""
    lines[:] = [re.sub(r"(?<![\\*`\w])\*(?=\w)", r"\\*", line) for line in lines]


def resolved(app, env, node, content):
    """What modules of the package say of names that the package itself shows."""
    if node.get("reftype") != "obj":
        return None
    domain = env.get_domain("py")
    for prefix in ("feynman_kac.", "feynman_kac.settings."):
        found = domain.objects.get(prefix + node["reftarget"])
        if found:
            return make_refnode(app.builder, node["refdoc"], found.docname, found.node_id, content)
    return None


def setup(app):
    # Before Napoleon, which comes at 500.
    app.connect("autodoc-process-docstring", starred, priority=400)
    app.connect("missing-reference", resolved)
