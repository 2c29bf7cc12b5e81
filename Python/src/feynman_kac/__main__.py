"""The command line: the program takes the place of this process."""

from __future__ import annotations

import os
import shutil
import sys
from typing import NoReturn

from ._locations import candidates


def main() -> NoReturn:
    """Becomes ``fkc``, with the arguments of this process: that of this package, of the checkout that holds it, or along PATH."""
    own = os.path.realpath(sys.argv[0])
    for path in candidates("fkc", "FEYNMAN_KAC_FKC", "bin"):
        if path.is_file():
            os.execv(path, ["fkc", *sys.argv[1:]])
    for folder in os.get_exec_path():
        found = shutil.which("fkc", path=folder)
        # The console script is itself called fkc.
        if found is not None and os.path.realpath(found) != own:
            os.execv(found, ["fkc", *sys.argv[1:]])
    print("fkc: the program is not in this package; FEYNMAN_KAC_FKC names it, or it lies along PATH", file=sys.stderr)
    raise SystemExit(69)


if __name__ == "__main__":
    main()
