"""Every public name has a docstring, whole hints, and a place in the package."""

import inspect
import pathlib
import typing

import feynman_kac as fk
import pytest

MODULES = sorted(path.stem for path in pathlib.Path(fk.__file__).parent.glob("[a-z]*.py"))


def public_objects():
    for name in fk.__all__:
        if name != "__version__":
            yield name, getattr(fk, name)
    for module in MODULES:
        loaded = __import__(f"feynman_kac.{module}", fromlist=["_"]) if module not in ("torch", "jax", "diffusers") else None
        for name, value in vars(loaded).items() if loaded else ():
            if not name.startswith("_") and getattr(value, "__module__", "") == loaded.__name__ and (inspect.isclass(value) or inspect.isroutine(value)):
                yield f"{module}.{name}", value


OBJECTS = dict(public_objects())


def members(value):
    for name, member in vars(value).items():
        function = member.fget if isinstance(member, property) else getattr(member, "func", getattr(member, "__func__", member))
        if inspect.isfunction(function) and (not name.startswith("_") or name == "__init__"):
            yield name, function


@pytest.mark.parametrize("name", OBJECTS)
def test_public_objects_are_documented(name):
    # Seen to catch: a method without a docstring; an argument without a hint; an argument that Args does not name.
    value = OBJECTS[name]
    if inspect.ismodule(value):
        assert value.__doc__
        return
    assert inspect.getdoc(value), f"{name} has no docstring"
    functions = [(name, value, value.__doc__)] if inspect.isfunction(value) else []
    if inspect.isclass(value) and value.__module__.startswith("feynman_kac"):
        functions += [(f"{name}.{part}", function, value.__doc__ if part == "__init__" else function.__doc__) for part, function in members(value)]
    for called, function, text in functions:
        if function.__module__ is None or not function.__module__.startswith("feynman_kac") or function.__qualname__.startswith("__create_fn__"):
            continue
        signature = inspect.signature(function)
        assert text, f"{called} has no docstring"
        assert "return" in function.__annotations__, f"{called} has no hint of what it returns"
        for parameter in signature.parameters.values():
            if parameter.name in ("self", "cls") or parameter.name.startswith("_"):
                continue
            assert parameter.annotation is not inspect.Parameter.empty, f"{called}: {parameter.name} has no hint"


@pytest.mark.parametrize("name", ["sample", "run", "check", "load", "config", "annealed", "product", "guided", "log_linear", "load_model", "Model", "Reward"])
def test_arguments_of_what_is_called_first_are_explained(name):
    text = inspect.getdoc(OBJECTS[name])
    for parameter in inspect.signature(OBJECTS[name]).parameters.values():
        if not parameter.name.startswith("_"):
            assert f"{parameter.name}:" in text, f"{name} does not explain {parameter.name}"
    if name in ("sample", "run", "load", "check", "config"):
        assert "Raises:" in text


def test_names_are_listed_once_and_exist():
    assert len(set(fk.__all__)) == len(fk.__all__)
    assert all(hasattr(fk, name) for name in fk.__all__)


def test_settings_can_be_resolved():
    assert typing.get_type_hints(__import__("feynman_kac.settings", fromlist=["Settings"]).Settings)
