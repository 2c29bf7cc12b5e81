"""Remakes vega.js.inc, the plotting library of reports, from the PyPI package vl-convert-python (`make vendor-vega`).

The package bundles Vega, Vega-Lite and vega-embed into one JavaScript file that needs no network. Around it goes what makes
it a C++ string literal; LICENSES.txt comes before it as a comment, so that every report carries it.
"""

import hashlib
import importlib.metadata
import pathlib

import vl_convert

PACKAGE = "1.9.0.post1"
# Of the JavaScript alone, without the comment and the delimiters.
SHA256 = "373b1f84072b31010f15ceb787be6b415c53936411aae267c8c2b2b6ccde46e7"
DELIMITER = "fkc-vega"

found = importlib.metadata.version("vl-convert-python")
assert found == PACKAGE, f"vl-convert-python {found}; the versions in LICENSES.txt are those of {PACKAGE}"
# The other names that the package offers a snippet are null in this version.
script = vl_convert.javascript_bundle("window.vegaEmbed=vegaEmbed;")
digest = hashlib.sha256(script.encode()).hexdigest()
assert digest == SHA256, f"the bundle has SHA-256 {digest}, not {SHA256}"
# Either would end or confuse the <script> element around it.
assert "</script" not in script.lower() and "<!--" not in script

here = pathlib.Path(__file__).parent
licenses = (here / "LICENSES.txt").read_text()
assert "*/" not in licenses
text = f"/*!\n{licenses}*/\n{script}\n"
assert f"){DELIMITER}" not in text
(here / "vega.js.inc").write_text(
    f"// Made by vendor.py from vl-convert-python {PACKAGE}; SHA-256 of the JavaScript: {digest}\n"
    f'R"{DELIMITER}({text}){DELIMITER}"\n'
)
print(f"vega.js.inc: {len(script.encode())} bytes of JavaScript, SHA-256 {digest}")
