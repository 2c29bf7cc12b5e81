"""Tries the archive of make dist where there is nothing but glibc and the usual tools: in a Debian that debootstrap makes.

    python3 Tests/Dist/dist.py                  the newest archive in dist/
    python3 Tests/Dist/dist.py --root FOLDER    the folder of that Debian, .build-dist/debian by default; it is made where it is not there

- The program names no library but glibc's.
- It starts, says its version, and runs a config of the README to the bytes of .build/release/fkc, which finds its libraries in the system.
- A network, which needs OpenBLAS, is refused with 69 and a sentence on what to install.
- The archive holds its licences, a manual page and completions.
- The library beside it, which goes into wheels, names no library but glibc's either, and shows the C interface alone.

Skipped, with the reason, where debootstrap or root is missing. Standard library only.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FKC = pathlib.Path(os.environ.get("FKC", ROOT / ".build/release/fkc"))
GLIBC = re.compile(r"(libc|libm|libdl|libpthread|librt|ld-linux-[\w-]+)\.so\.\d+")
# A Debian of the least size has these for its package manager; the program has to do without.
TAKEN_OUT = ("libstdc++*", "libgcc_s*", "libmd.so*", "libyaml*", "libminizip*", "libgsl*", "libopenblas*", "libswift*", "libFoundation*")
FILES = ("samples.npy", "log_weights.npy", "ancestors.npy", "trace.csv")
NETWORK = """
seed: 1
particles: 64
process: {kind: variance-exploding}
models: {m: {kind: mlp, file: mlp.safetensors, data_standard_deviation: 1}}
target: {annealed: {model: m, inverse_temperature: 2}}
sampler: {steps: 4}
"""
LICENCES = ("LICENSE", "NOTICE", "README", "licences/GPL-3.txt", "licences/libgsl.txt", "licences/libmd.txt", "licences/libyaml.txt",
            "licences/libminizip.txt", "licences/zlib.txt", "licences/vega.txt")
COMPANIONS = ("man/man1/fkc.1", "bash-completion/completions/fkc", "zsh/site-functions/_fkc", "fish/vendor_completions.d/fkc.fish")


def run(*words, **options):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=900, check=False, **options)


def reason_to_skip(root):
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "only root can change to another system's root folder"
    if not root.exists() and not shutil.which("debootstrap"):
        return "debootstrap is not installed"
    return None


def make_debian(root, packages=(), taken_out=TAKEN_OUT):
    """The Debian of this machine, whose glibc the program was linked for; else the newest. More packages go in, and libraries of its own out."""
    names = dict(line.split("=", 1) for line in pathlib.Path("/etc/os-release").read_text().splitlines() if "=" in line)
    is_debian = names.get("ID") == "debian"
    suite = names.get("VERSION_CODENAME", "stable").strip('"') if is_debian else "stable"
    partial = root.with_name(root.name + "-partial")
    shutil.rmtree(partial, ignore_errors=True)
    made = run("debootstrap", "--variant=minbase", *([f"--include={','.join(packages)}"] if packages else []), suite, partial)
    if made.returncode != 0:
        sys.exit(f"debootstrap: {made.stdout[-2000:]}{made.stderr[-2000:]}")
    for pattern in taken_out:
        for path in partial.glob(f"usr/lib/*-linux-gnu*/{pattern}"):
            path.unlink()
    partial.rename(root)


class Debian:
    def __init__(self, root):
        self.root = root

    def run(self, *words):
        # A process table of its own, because a shell in the other root folder could not take it away again.
        script = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"'
        return run("unshare", "--mount", "--pid", "--fork", "sh", "-c", script, self.root, *words, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})


def needed(program):
    return re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", program).stdout)


def library_faults(library):
    if not library.exists():
        yield f"{library.name} is missing; make static makes it"
        return
    yield from (f"{library.name} needs {name}" for name in needed(library) if not GLIBC.fullmatch(name))
    shown = [line.split()[-1] for line in run("nm", "--dynamic", "--defined-only", library).stdout.splitlines()]
    yield from (f"{library.name} shows {name}" for name in shown if not name.startswith("fkc_"))


def readme_config():
    text = (ROOT / "README.md").read_text()
    return re.search(r"```yaml\n(# colder\.yaml\n.*?)```", text, re.DOTALL).group(1)


def faults(archive, debian, work):
    place = work / "fkc"
    with tarfile.open(archive) as packed:
        packed.extractall(work, filter="data")
    (folder,) = [path for path in work.iterdir() if path.is_dir()]
    folder.rename(place)
    inside = pathlib.Path("/", place.relative_to(debian.root))
    yield from (f"{name} is missing" for name in (*LICENCES, *(f"share/{name}" for name in COMPANIONS)) if not (place / name).exists())
    yield from (f"needs {name}" for name in needed(place / "fkc") if not GLIBC.fullmatch(name))

    version = debian.run(inside / "fkc", "--version")
    if version.returncode != 0 or version.stdout != run(FKC, "--version").stdout:
        yield f"--version: {version.stdout}{version.stderr}"
        return
    told = debian.run(inside / "fkc", "info")
    if told.returncode != 0 or "problem: OpenBLAS is not installed" not in told.stdout:
        yield f"info: {told.stdout}{told.stderr}"

    (place / "colder.yaml").write_text(readme_config())
    here = run(FKC, "run", place / "colder.yaml", "--output", place / "here", "--progress", "none")
    there = debian.run(inside / "fkc", "run", inside / "colder.yaml", "--output", inside / "there", "--progress", "none")
    if here.returncode != 0 or there.returncode != 0:
        yield f"run: {here.stderr}{there.stderr}"
    else:
        yield from differing(place / "here", place / "there")
        if not (place / "there/report.html").exists():
            yield "report.html is missing"

    (place / "network.yaml").write_text(NETWORK)
    shutil.copy(ROOT / "Tests/ScoreNetworksTests/Resources/Parity/mlp-plain-one-layer.safetensors", place / "mlp.safetensors")
    refused = debian.run(inside / "fkc", "run", inside / "network.yaml", "--output", inside / "network")
    if refused.returncode != 69 or "OpenBLAS is not installed" not in refused.stderr or "apt-get install libopenblas0" not in refused.stderr:
        yield f"without OpenBLAS: exit {refused.returncode}: {refused.stderr}"


def differing(here, there):
    """What two runs have that is not the same."""
    return (f"{name} differs" for name in FILES if (here / name).read_bytes() != (there / name).read_bytes())


def tried(subject, pattern, root, make, faults):
    """Tries the newest file of a pattern in a Debian at `root`, or at --root, which `make` makes where there is none; the exit status."""
    parser = argparse.ArgumentParser(description=f"Tries {subject} on a bare Debian.")
    parser.add_argument("--root", type=pathlib.Path, default=ROOT / root)
    root = parser.parse_args().root.resolve()
    if reason := reason_to_skip(root):
        print(f"{subject} is not tried: {reason}")
        return 0
    files = sorted(ROOT.glob(pattern), key=lambda path: path.stat().st_mtime)
    if not files:
        sys.exit(f"there is no {pattern}; {subject} has to be made first")
    if not root.exists():
        make(root)
    debian = Debian(root)
    with tempfile.TemporaryDirectory(dir=root / "tmp") as work:
        found = list(faults(files[-1], debian, pathlib.Path(work)))
    for fault in found:
        print(f"{files[-1].name}: {fault}", file=sys.stderr)
    print(f"{files[-1].name}: {len(found)} faults in a bare Debian")
    return 1 if found else 0


def all_faults(archive, debian, work):
    yield from faults(archive, debian, work)
    yield from library_faults(ROOT / ".build-dist/binaries/libfeynman_kac.so")


if __name__ == "__main__":
    sys.exit(tried("the archive of make dist", "dist/fkc-*-linux-*.tar.gz", ".build-dist/debian", make_debian, all_faults))
