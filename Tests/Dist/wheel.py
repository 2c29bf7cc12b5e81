"""Tries the wheel of make wheel where there is Python, pip and glibc, and nothing else: in a Debian that debootstrap makes.

    python3 Tests/Dist/wheel.py                  the newest wheel in Python/dist/
    python3 Tests/Dist/wheel.py --root FOLDER    the folder of that Debian, .build-dist/debian-python by default; it is made where it is not there

- The wheel is tagged for every Linux with a glibc from some version on, holds its licences, and has less than 40 MB.
- pip installs it with NumPy into an environment of its own, and the example of its README prints what the README says.
- The samples have the bytes of .build/release/fkc, which finds its libraries in the system; so have those of the fkc in the wheel.

NumPy comes from where pip finds it. Skipped, with the reason, where debootstrap or root is missing. Standard library only.
"""
import pathlib
import re
import shutil
import sys
import time
import zipfile

import dist

ROOT = pathlib.Path(__file__).resolve().parents[2]
MOST_BYTES = 40e6
TAG = re.compile(r"-py3-none-manylinux_2_\d+_\w+\.whl$")
LICENCES = [name for name in dist.LICENCES if name != "README"]
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
ARRAYS = """
import pathlib, sys
import feynman_kac as fk
result = fk.run(sys.argv[1])
pathlib.Path(sys.argv[2]).write_bytes(result.samples.tobytes() + result.log_weights.tobytes() + result.ancestors.tobytes())
"""


def readme():
    """The README's example, and what it prints."""
    text = (ROOT / "Python/README.md").read_text()
    return [re.search(rf"```{kind}\n(.*?)```", text, re.DOTALL).group(1) for kind in ("python", "text")]


def bytes_of_arrays(folder):
    """What ARRAYS writes: a file of NumPy's ends with the array, and its header's length is its bytes 8 and 9."""
    found = b""
    for name in ("samples", "log_weights", "ancestors"):
        content = (folder / f"{name}.npy").read_bytes()
        found += content[10 + int.from_bytes(content[8:10], "little"):]
    return found


def packed_faults(wheel):
    if not TAG.search(wheel.name):
        yield "the tag names no manylinux"
    if wheel.stat().st_size >= MOST_BYTES:
        yield f"has {wheel.stat().st_size} bytes"
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    yield from (f"{name} is missing" for name in LICENCES if f"feynman_kac/{name}" not in names)


def faults(wheel, debian, work):
    yield from packed_faults(wheel)
    # Names of hosts, and whom to believe, are this machine's.
    for path in ("/etc/resolv.conf", AUTHORITIES):
        shutil.copy(path, debian.root / path[1:])
    inside = pathlib.Path("/", work.relative_to(debian.root))
    shutil.copy(wheel, work)
    start = time.monotonic()
    made = debian.run("python3", "-m", "venv", inside / "env")
    installed = debian.run(inside / "env/bin/pip", "install", "--quiet", "--cert", AUTHORITIES, inside / wheel.name)
    if made.returncode != 0 or installed.returncode != 0:
        yield f"pip install: {made.stderr}{installed.stderr}"
        return
    pause = time.monotonic()
    python = inside / "env/bin/python"
    example, expected = readme()
    (work / "example.py").write_text(example)
    first = debian.run(python, inside / "example.py")
    print(f"installed in {pause - start:.0f} s, the README's example ran in {time.monotonic() - pause:.1f} s")
    if first.stdout != expected:
        yield f"the README's example printed {first.stdout}{first.stderr}"

    (work / "colder.yaml").write_text(dist.readme_config())
    here = dist.run(dist.FKC, "run", work / "colder.yaml", "--output", work / "here", "--progress", "none")
    there = debian.run(inside / "env/bin/fkc", "run", inside / "colder.yaml", "--output", inside / "there", "--progress", "none")
    if here.returncode != 0 or there.returncode != 0:
        yield f"fkc run: {here.stderr}{there.stderr}"
        return
    yield from dist.differing(work / "here", work / "there")
    (work / "arrays.py").write_text(ARRAYS)
    arrays = debian.run(python, inside / "arrays.py", inside / "colder.yaml", inside / "arrays")
    if arrays.returncode != 0 or (work / "arrays").read_bytes() != bytes_of_arrays(work / "here"):
        yield f"fk.run gives other bytes than fkc run: {arrays.stderr}"


def make_debian(root):
    # NumPy's own wheels need libstdc++ and libgcc, which every Debian has.
    dist.make_debian(root, ["python3-venv", "ca-certificates"], [name for name in dist.TAKEN_OUT if name not in ("libstdc++*", "libgcc_s*")])


if __name__ == "__main__":
    sys.exit(dist.tried("the wheel of make wheel", "Python/dist/feynman_kac-*.whl", ".build-dist/debian-python", make_debian, faults))
