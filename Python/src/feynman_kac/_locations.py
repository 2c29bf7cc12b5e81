"""Where the files of the library may lie."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Iterator


def candidates(file_name: str, variable: str, folder: str) -> Iterator[pathlib.Path]:
    """Where a file of the library may lie: where a variable of the environment says, in this package, in the checkout that holds it.

    Args:
        file_name: The file's name.
        variable: The variable; where it is set, nothing else counts.
        folder: Of the file inside this package; a library beside the modules would look like one to tools that list them.
    """
    named = os.environ.get(variable)
    if named:
        yield pathlib.Path(named)
        return
    package = pathlib.Path(__file__).resolve().parent
    yield package / folder / file_name
    for parent in package.parents:
        if (parent / "Package.swift").is_file():
            yield parent / ".build" / "release" / file_name
            return
