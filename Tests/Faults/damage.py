"""Flips bits of the files that fkc reads, and cuts them short: each is refused, or does no harm.

    python3 Tests/Faults/damage.py .build/release/fkc --flips 10000          # part of make faults
    python3 Tests/Faults/damage.py .build/release/fkc --flips 50 --of part

A file is refused with a code of the table and a sentence. What no harm is depends on what a file has of its own to be checked by, and every kind
below says it: README.md has the table. The program is forked from one that is loaded already, by shim.c, ten times as fast as it starts.
"""
import pathlib
import random
import re
import shutil
import sys

import common
from kinds import KINDS


def damaged(fkc, folder, library, name, flips, seed):
    place = folder / re.sub(r"\W+", "-", name)
    place.mkdir()
    draws = random.Random(f"{seed} {name}")
    kind = KINDS[name](common.Program(fkc, place), library)
    refused = 0
    cuts = max(1, flips // 10)
    for number in range(flips + cuts):
        refused += kind.attempt(draws, cuts=number >= flips)
    kind.server.close()
    shutil.rmtree(place)
    return f"{name}: {flips} bits flipped, {cuts} files cut short: {refused} refused or said, {flips + cuts - refused} without harm"


def main():
    options = common.options(__doc__, ("--flips", {"type": int, "default": 10000, "help": "of each kind"}),
                             ("--of", {"choices": sorted(KINDS), "nargs": "+", "default": [*KINDS], "help": "all by default"}),
                             ("--seed", {"type": int, "default": 1}))
    with common.scratch() as name:
        folder = pathlib.Path(name)
        library = common.shim(folder)
        if library is None:
            return 0
        return common.main([lambda name=name: damaged(options.fkc, folder, library, name, options.flips, options.seed) for name in options.of])


if __name__ == "__main__":
    sys.exit(main())
