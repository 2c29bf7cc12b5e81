"""The README's example prints what the README says."""

import contextlib
import io
import pathlib
import re

import pytest

README = pathlib.Path(__file__).parents[1] / "README.md"


def test_the_example_prints_what_the_page_says():
    # Kernels of other processors give other last digits, which these figures, rounded by their errors, show seldom.
    if not README.exists():
        pytest.skip("the README is not in this checkout")
    text = README.read_text()
    (code,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    (expected,) = re.findall(r"```text\n(.*?)```", text, flags=re.DOTALL)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, str(README), "exec"), {})  # noqa: S102, the code is the page's own
    assert printed.getvalue() == expected
