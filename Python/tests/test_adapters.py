"""The adapters of PyTorch, JAX and diffusers as parts of the package: when they are imported, what they say, what is written of them."""

import inspect
import pathlib
import re
import subprocess
import sys

import pytest

ADAPTERS = ["torch", "jax", "diffusers"]


def python(code):
    return subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=False, capture_output=True, text=True, timeout=120)


def test_the_package_alone_imports_none_of_them():
    # Seen to catch: import torch in models.py.
    found = python("import sys, feynman_kac; print(sorted({'torch', 'jax', 'diffusers', 'transformers'} & set(sys.modules)))")
    assert found.stdout.strip() == "[]", found.stderr


@pytest.mark.parametrize("name", ADAPTERS)
def test_what_is_missing_is_named_with_its_extra(name):
    # Seen to catch: an import without the sentence.
    if name == "diffusers":
        pytest.importorskip("torch")
    found = python(f"import sys; sys.modules[{name!r}] = None\nimport feynman_kac.{name}")
    assert re.search(rf"ImportError: .* needs .*: pip install 'feynman-kac\[{name}\]'", found.stderr), found.stderr


def test_an_installation_that_is_broken_inside_says_what_is():
    pytest.importorskip("torch")
    found = python("import sys; sys.modules['torch.nn'] = None\nimport feynman_kac.torch")
    assert "torch.nn" in found.stderr.splitlines()[-1] and "pip install" not in found.stderr


@pytest.mark.parametrize("name", ADAPTERS)
def test_functions_are_documented_and_hinted(name):
    pytest.importorskip(name)
    module = __import__(f"feynman_kac.{name}", fromlist=["_"])
    assert module.__doc__
    for function in (getattr(module, part) for part in module.__all__):
        text = inspect.getdoc(function)
        signature = inspect.signature(function)
        assert signature.return_annotation is not inspect.Signature.empty
        for parameter in signature.parameters.values():
            assert re.search(rf"^    {parameter.name}: ", text, re.MULTILINE), f"{name}.{function.__name__} does not explain {parameter.name}"
            assert parameter.annotation is not inspect.Parameter.empty


def test_the_page_on_networks_runs():
    pytest.importorskip("diffusers")
    import feynman_kac.diffusers
    import feynman_kac.torch  # noqa: F401

    page = (pathlib.Path(__file__).parents[1] / "NETWORKS.md").read_text()
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    names = {}
    for block in blocks:
        exec(block, names)  # noqa: S102, the code is the page's own
