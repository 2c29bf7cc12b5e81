"""The declarations for ctypes against the header, so that neither can change alone."""

import ctypes as C
import pathlib
import re
import subprocess
import sys

import pytest
from conftest import ROOT
from feynman_kac import _callbacks, _native, observers

HEADER = ROOT / "Sources" / "CFeynmanKac" / "include" / "feynman_kac.h"
NUMBERS = {"int32_t": C.c_int32, "int64_t": C.c_int64, "uint64_t": C.c_uint64, "double": C.c_double, "float": C.c_float, "size_t": C.c_size_t}
FUNCTIONS = {
    "fkc_model_function": _native.ModelFunction,
    "fkc_reward_function": _native.RewardFunction,
    "fkc_resampling_function": _native.ResamplingFunction,
    "fkc_observer": _native.Observer,
    "fkc_notice": _native.Notice,
}
STRUCTURES = {
    "fkc_model_batch": _native.ModelBatch,
    "fkc_reward_batch": _native.RewardBatch,
    "fkc_process": _native.Process,
    "fkc_resampling": _native.Resampling,
    "fkc_step": _native.Step,
    "fkc_array": _native.Array,
    "fkc_options": _native.Options,
}
# Pointers that the package hands over as addresses, or gets as such, though a structure or a text is behind them.
ADDRESSES = {"fkc_error", "fkc_functions", "fkc_snapshot", "fkc_result"}


def declarations():
    text = HEADER.read_text() if HEADER.exists() else pytest.skip("the header is not in this checkout")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
    return re.sub(r'extern "C" \{', "", text)


def split(parameters):
    return [] if parameters.strip() == "void" else [part.strip() for part in parameters.split(",")]


def kind(declared, *, of_callback=False):
    """The ctypes type of a C type with a parameter's name behind it, or not."""
    words = declared.replace("*", " * ").replace("const", " ").replace("volatile", " ").split()
    base, stars = words[0], words.count("*")
    if base in FUNCTIONS and stars == 0:
        return FUNCTIONS[base]
    if stars == 0:
        return None if base == "void" else NUMBERS[base]
    if base == "char" and stars == 1 and "const" in declared:
        return C.c_char_p
    if stars == 2:
        return C.POINTER(C.c_char_p if base == "char" and "const" in declared else C.c_void_p)
    return C.c_void_p if of_callback or base not in STRUCTURES else C.POINTER(STRUCTURES[base])


def test_every_function_is_declared_as_in_the_header():
    # Seen to catch: an argument left out of fkc_load, int64 for the status of fkc_run, a function that only one side has.
    text = re.sub(r"typedef struct \w+ \{.*?\} \w+;", "", declarations(), flags=re.DOTALL)
    text = re.sub(r"typedef[^;]*;|enum \{.*?\};", "", text, flags=re.DOTALL)
    found = {}
    for result, name, parameters in re.findall(r"([\w\s*]+?)\b(fkc_\w+)\(([^()]*)\);", text):
        returned = kind(result)
        # A text that the caller frees stays an address.
        found[name] = (C.c_void_p if result.split() == ["char", "*"] else returned, [kind(part) for part in split(parameters)])
    assert found == _native.SIGNATURES


def test_every_structure_has_the_fields_of_the_header_in_order():
    # Seen to catch: two fields of fkc_step exchanged, int32 for the rows of a batch.
    found = dict(re.findall(r"typedef struct (\w+) \{(.*?)\} \1;", declarations(), flags=re.DOTALL))
    found = {name: body for name, body in found.items() if name in STRUCTURES or body}
    assert found.keys() == STRUCTURES.keys()
    for name, body in found.items():
        assert fields(body) == [(field, shown(a_type)) for field, a_type in STRUCTURES[name]._fields_], name


def fields(body):
    result = []
    for member in (part.strip() for part in body.split(";")):
        callback = re.match(r"([\w\s]+?)\(\*(\w+)\)\((.*)\)$", member, flags=re.DOTALL)
        if callback:
            result_type, name, parameters = callback.groups()
            result.append((name, shown(C.CFUNCTYPE(kind(result_type), *(kind(part, of_callback=True) for part in split(parameters))))))
        elif member:
            base, names = re.match(r"((?:const )?(?:volatile )?\w+)\s*(.*)$", member, flags=re.DOTALL).groups()
            for name in (re.sub(r"\bconst\b", "", part).strip() for part in names.split(",")):
                length = re.search(r"\[(\d+)\]", name)
                declared = kind(f"{base} {'*' * name.count('*')}", of_callback=True)
                result.append((re.match(r"\W*(\w+)", name).group(1), shown(declared * int(length.group(1)) if length else declared)))
    return result


def shown(a_type):
    """A type as text, which tells callbacks of one signature from those of another, and no more."""
    if hasattr(a_type, "_argtypes_"):
        return f"{shown(a_type._restype_)}({', '.join(shown(argument) for argument in a_type._argtypes_)})"
    if hasattr(a_type, "_length_"):
        return f"{shown(a_type._type_)}[{a_type._length_}]"
    return str(a_type)


def test_callbacks_have_the_signatures_of_the_header():
    # Seen to catch: an observer without its snapshot.
    for result, name, parameters in re.findall(r"typedef ([\w\s]+?)\(\*(\w+)\)\(([^()]*)\);", declarations()):
        expected = C.CFUNCTYPE(kind(result), *(kind(part, of_callback=True) for part in split(parameters)))
        assert shown(FUNCTIONS[name]) == shown(expected), name


def test_numbers_are_those_of_the_header():
    # Seen to catch: INTERRUPTED = 74.
    text = HEADER.read_text() if HEADER.exists() else pytest.skip("the header is not in this checkout")
    assert f"#define FKC_ABI_VERSION {_native.ABI_VERSION}\n" in text
    assert f"#define FKC_MESSAGE_SIZE {_native.MESSAGE_SIZE}\n" in text
    found = {name: int(number) for name, number in re.findall(r"\bFKC_([A-Z0-9_]+) = (\d+)", text)}
    assert found == {name: getattr(_native, name) for name in found}


@pytest.mark.parametrize(
    ("layout", "structure"),
    [
        (_callbacks.MODEL_BATCH, _native.ModelBatch),
        (_callbacks.REWARD_BATCH, _native.RewardBatch),
        (_callbacks.RESAMPLING, _native.Resampling),
        (observers.STEP, _native.Step),
    ],
)
def test_what_is_unpacked_lies_where_the_structure_has_it(layout, structure):
    # Seen to catch: a field of the batch of a model left out.
    values = range(1, len(structure._fields_) + 1)
    packed = layout.pack(*values)
    assert layout.size == C.sizeof(structure)
    read = structure.from_buffer_copy(packed)
    found = [getattr(read, field[0]) for field in structure._fields_]
    assert [C.cast(value, C.c_void_p).value if isinstance(value, C._CFuncPtr) else value for value in found] == list(values)


def test_sizes_are_those_of_the_compiler(tmp_path):
    # Seen to catch: a field of the options left out.
    if not HEADER.exists():
        pytest.skip("the header is not in this checkout")
    source = tmp_path / "sizes.c"
    lines = "".join(f'printf("{name} %zu\\n", sizeof({name}));' for name in STRUCTURES)
    source.write_text(f'#include <stdio.h>\n#include "feynman_kac.h"\nint main(void) {{ {lines} return 0; }}')
    try:
        subprocess.run(["cc", f"-I{HEADER.parent}", "-o", tmp_path / "sizes", source], check=True)
    except FileNotFoundError:
        pytest.skip("there is no C compiler")
    printed = subprocess.run([tmp_path / "sizes"], check=True, capture_output=True, text=True).stdout
    assert dict(line.split() for line in printed.splitlines()) == {name: str(C.sizeof(structure)) for name, structure in STRUCTURES.items()}


def test_another_abi_version_is_refused_at_the_import(tmp_path):
    # Seen to catch: the comparison removed.
    source = tmp_path / "other.c"
    source.write_text("int fkc_abi_version(void) { return 999; }")
    library = tmp_path / "other.so"
    try:
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
    except FileNotFoundError:
        pytest.skip("there is no C compiler")
    run = imported(library)
    assert "ImportError" in run.stderr
    assert "has ABI version 999, and this package needs 1" in run.stderr


def test_a_library_that_is_not_there_is_named(tmp_path):
    assert str(tmp_path / "none.so") in imported(tmp_path / "none.so").stderr


def imported(library: pathlib.Path):
    import os

    environment = {**os.environ, "FEYNMAN_KAC_LIBRARY": str(library), "PYTHONPATH": str(pathlib.Path(_native.__file__).parents[1])}
    return subprocess.run([sys.executable, "-c", "import feynman_kac"], check=False, capture_output=True, text=True, env=environment)
