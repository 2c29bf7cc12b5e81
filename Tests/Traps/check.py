"""Looks for arithmetic and unwrapping that ends the process on a number from outside, and for all of Foundation: make lint.

A floating-point number that becomes a whole one needs no search: with BareConversions.swift of ParticleEngine, which all targets
stand on, a bare conversion does not compile. What the compiler lets through is searched for here. A line that is right all the same says why
in a comment that begins with "bound:", on it or above it.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Where every narrowed number is an index of a particle, a step, a block or an island, which RunPlan bounds, or a size of a
# network's layer, which its file's tensors bound. Nothing here sees a number before it was checked.
CHECKED_BEFORE = (
    "ParticleEngine/Resampling/", "ParticleEngine/Run/", "ParticleEngine/Weights/", "ParticleEngine/Genealogy/",
    "ParticleEngine/Estimates/", "ParticleEngine/Threads/", "ParticleEngine/Random/", "ParticleEngine/Machine/HelperThread",
    "FeynmanKac/Plan/", "FeynmanKac/Parts/", "FeynmanKac/StepSize/", "FeynmanKac/Sampler/", "FeynmanKac/Results/", "FeynmanKac/Diagnostics/",
    "ScoreNetworks/Layers/", "ScoreNetworks/Networks/", "ScoreNetworks/BLAS/",
)

LABELS = "exactly:|clamping:|truncatingIfNeeded:|bitPattern:|ascii:|littleEndian:|bigEndian:"
RULES = [
    # A literal cannot be out of range unnoticed, nor a constant of the system's headers.
    (re.compile(rf"\b(U?Int(8|16|32)|UInt|UInt64|CInt)\((?!{LABELS}|\)|text\)|\d|_SC_|POLL|S_I|FK_)[^)]"),
     "may be out of range; use exactly: or clamping:", CHECKED_BEFORE),
    (re.compile(r"\bInt\((?!clamping:|exactly:)[^()]*\.wholeNumber\b"), "may be out of range; use exactly: or clamping:", ()),
    (re.compile(r"\b(U?Int\d*|Double|Float)\([^()]*\)!"), "a text may be no number; unwrap it with guard", ()),
    (re.compile(r"\breduce\(1, \*\)"), "may overflow; use clampedProduct", ()),
    (re.compile(r"\btry!|\bas!"), "ends the process; catch it or use as?", ()),
    (re.compile(r"\bimport Foundation\b"), "trebles the program by tables of languages; import Libc", ("FeynmanKac/Files/PropertyList",)),
]


def faults(path):
    name = path.relative_to(ROOT / "Sources").as_posix()
    above = ""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        code = line.split("//")[0]
        for pattern, advice, trusted in RULES:
            found = pattern.search(code)
            if found and "bound:" not in line and "bound:" not in above and not name.startswith(trusted):
                yield f"Sources/{name}:{number}: '{found.group(0)}' {advice}"
        above = line


def main():
    paths = sorted((ROOT / "Sources").rglob("*.swift"))
    found = [fault for path in paths if path.name != "BareConversions.swift" for fault in faults(path)]
    if not (ROOT / "Sources/ParticleEngine/Arithmetic/BareConversions.swift").exists():
        found.append("Sources/ParticleEngine: has no BareConversions.swift")
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
