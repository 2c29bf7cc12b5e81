"""Looks at what the program asks of the system: promises of SECURITY.md that its own tests cannot see.

    python3 Tests/Security/security.py .build/release/fkc
    python3 Tests/Security/security.py .build/release/fkc --self-test    # programs that break each promise, and must be found

- It writes, makes, renames and removes in its output folder only.
- It reads the files that its config names, of all that lie beside it.
- It asks for no network, and needs none.
- It reads no pickle: one that would run a program when it is loaded is refused wherever a file can be named.

Needs Linux and strace.
"""
import argparse
import io
import json
import os
import pathlib
import pickle
import re
import shutil
import struct
import subprocess
import sys
import tempfile

CONFIG = """
seed: 3
particles: 64
islands: 2
process: {kind: variance-exploding}
models: {m: {kind: gaussian-mixture, file: named/mixture.json}}
target: {annealed: {model: m, inverse_temperature: 2}}
sampler: {steps: 20}
checkpoint: {every_steps: 5}
output: {directory: out, trajectory: {every_steps: 5, particles: 7}}
"""
MIXTURE = {"means": [[0, 1], [1, -0.5]], "weights": [0.4, 0.6], "standard_deviations": 0.5}
# Each with the folders that it may write into.
COMMANDS = [
    (["run", "c.yaml"], ["out"]), (["run", "c.yaml", "--overwrite"], ["out"]), (["run", "c.yaml", "--output", "else/where"], ["else"]),
    (["run", "c.yaml", "--islands", "0-0", "--output", "part-0"], ["part-0"]), (["run", "c.yaml", "--islands", "1-1", "--output", "part-1"], ["part-1"]),
    (["merge", "part-0", "part-1", "--output", "all"], ["all"]), (["sweep", "c.yaml", "--seeds", "0-1", "--output", "sweep"], ["sweep"]),
    (["sweep", "c.yaml", "--seeds", "0-1", "--output", "dry", "--dry-run"], []), (["check", "c.yaml"], []), (["compare", "out", "else/where"], []),
    (["report", "out", "else/where", "--output", "r.html"], ["r.html"]), (["score", "c.yaml", "--model", "m", "--time", "0.5", "--input", "out/samples.npy",
                                                                            "--output", "s.npy"], ["s.npy"]),
    (["likelihood", "c.yaml", "--model", "m", "--input", "out/samples.npy"], []), (["schema"], []), (["info"], []),
]
# Files beside the config that nobody names.
SECRETS = ["secret.json", ".env", "named/other.json", "home/.netrc"]
CALL = re.compile(r'^\d+ +(\w+)\((.*)$')
PATH = re.compile(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"')
WRITING = {"creat", "mkdir", "mkdirat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "link", "linkat", "symlink", "symlinkat",
           "truncate", "mknod", "mknodat", "chmod", "fchmodat", "chown", "fchownat"}
TRACED = ",".join(sorted(WRITING | {"open", "openat", "openat2", "socket", "execve"}))
# What a program writes into without making a file.
DEVICES = ("/dev/", "/proc/self/")


class Failure(Exception):
    pass


class Box:
    """A folder with all that a command needs, its home and its temporary files."""

    def __init__(self, fkc, folder):
        self.fkc, self.folder = str(fkc), folder
        for name in ("named", "home", "temporary"):
            (folder / name).mkdir()
        (folder / "c.yaml").write_text(CONFIG)
        (folder / "named/mixture.json").write_text(json.dumps(MIXTURE))
        for name in SECRETS:
            (folder / name).write_text("a secret")

    def traced(self, words):
        """System calls of a command, as lines of strace."""
        log = self.folder / "strace.log"
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder / "home"), "TMPDIR": str(self.folder / "temporary")}
        done = subprocess.run(["strace", "-f", "-y", "-s", "4096", "-e", f"trace={TRACED}", "-o", log, self.fkc, *words], check=False, cwd=self.folder,
                              env=environment, capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise Failure(f"fkc {' '.join(words)} ended with {done.returncode}: {done.stderr[-500:]}")
        text = log.read_text()
        log.unlink()
        return text.splitlines()


def paths(folder, rest):
    """Paths that a call names, from the root."""
    for base, name in PATH.findall(rest):
        yield os.path.normpath(os.path.join(base or str(folder), name))


def calls(lines):
    for line in lines:
        match = CALL.match(line)
        # Calls that failed did nothing.
        if match and not re.search(r"= -1 E\w+", line):
            yield match[1], match[2]


def judge(folder, words, allowed, lines):
    """What a command did that it must not do."""
    places = [str(folder / place) for place in allowed]
    for call, rest in calls(lines):
        if call == "socket" and not re.match(r"AF_UNIX|AF_NETLINK", rest):
            yield f"asks for a socket: {rest}"
        is_write = call in WRITING or call.startswith("open") and re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", rest)
        for path in paths(folder, rest):
            if is_write and not path.startswith(DEVICES) and not is_within(path, places, folder):
                yield f"writes {path} ({call})"
            if call.startswith("open") and path in {str(folder / name) for name in SECRETS}:
                yield f"reads {path}"
        if call == "execve" and not rest.startswith(f'"{words[0]}"'):
            yield f"starts a program: {rest[:200]}"


def is_within(path, places, folder):
    # A file by itself is staged beside its place, under a hidden name.
    return any(path == place or path.startswith(place + "/") or
               (place.endswith((".html", ".npy")) and os.path.dirname(path) == str(folder) and os.path.basename(path).startswith(".")) for place in places)


def every_command(box):
    count = 0
    for words, allowed in COMMANDS:
        lines = box.traced(words)
        count += sum(1 for _ in calls(lines))
        if not any("execve(" in line for line in lines):
            raise Failure("strace sees nothing")
        faults = list(judge(box.folder, [box.fkc, *words], allowed, lines))
        if faults:
            raise Failure(f"fkc {' '.join(words)} {'; '.join(faults)}")
    if list((box.folder / "home").iterdir()) != [box.folder / "home/.netrc"] or list((box.folder / "temporary").iterdir()):
        raise Failure("files are left in the home or among the temporary files")
    return f"{len(COMMANDS)} commands, {count} system calls: all write in their output folder only, read nothing unnamed, ask for no network"


class Bomb:
    """What a pickle that runs a program when it is loaded is made of."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return os.system, (f"touch '{self.mark}'",)


def bombs(mark):
    """Files of every kind that Python would load as a pickle, by name."""
    plain = pickle.dumps(Bomb(mark), protocol=2)
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (2, 2), }"
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    array = io.BytesIO()
    array.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + plain)
    return {"x.pt": plain, "x.pkl": plain, "x.safetensors": plain, "x.onnx": plain, "x.json": plain, "x.npy": array.getvalue()}


def no_pickle(box):
    mark = box.folder / "ran"
    count = 0
    for name, data in bombs(mark).items():
        (box.folder / name).write_bytes(data)
        kinds = ["mlp", "egnn", "onnx", "gaussian-mixture"]
        for kind in kinds:
            more = "" if kind == "gaussian-mixture" else ", prediction: score"
            (box.folder / "p.yaml").write_text(CONFIG.replace("{kind: gaussian-mixture, file: named/mixture.json}", f"{{kind: {kind}, file: {name}{more}}}"))
            count += refused(box, mark, ["run", "p.yaml", "--output", "pickled"])
        count += refused(box, mark, ["score", "c.yaml", "--model", "m", "--time", "0.5", "--input", name, "--output", "s2.npy"])
        count += refused(box, mark, ["likelihood", "c.yaml", "--model", "m", "--input", name])
        count += refused(box, mark, ["compare", name, name])
    # It is a bomb: what loads pickles is caught by it.
    subprocess.run([sys.executable, "-c", "import pickle, sys; pickle.load(open(sys.argv[1], 'rb'))", box.folder / "x.pkl"], check=False)
    if not mark.exists():
        raise Failure("the pickle runs nothing where it is loaded: nothing was tried")
    return f"{count} pickles are refused and run nothing"


def refused(box, mark, words):
    done = subprocess.run([box.fkc, *words], check=False, cwd=box.folder, capture_output=True, text=True, timeout=60)
    # 69: an ONNX file where OpenVINO is not installed.
    if done.returncode not in (64, 65, 69) or mark.exists():
        raise Failure(f"fkc {' '.join(words)} with a pickle ended with {done.returncode}{' and ran it' if mark.exists() else ''}: {done.stderr[-500:]}")
    return 1


def no_network(box):
    """The same bytes where there is no network at all."""
    for name, before in (("with", []), ("without", ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--net"])):
        done = subprocess.run([*before, box.fkc, "run", "c.yaml", "--output", name, "--progress", "none"], check=False, cwd=box.folder,
                              capture_output=True, text=True, timeout=120)
        if done.returncode:
            return f"not tried without a network: {done.stderr.strip()[:200]}" if "unshare:" in done.stderr else fail(f"a run {name} a network: {done.stderr}")
    if (box.folder / "with/samples.npy").read_bytes() != (box.folder / "without/samples.npy").read_bytes():
        raise Failure("a run without a network has other bytes")
    return "a run without a network has the same bytes"


def fail(text):
    raise Failure(text)


# In the place of fkc: what does a command's work and one thing more, and what has to be said of it.
BREAKING = [
    ("echo x > beside.txt", "writes {folder}/beside.txt"),
    ('echo x > "$HOME/.cache"', "writes {folder}/home/.cache"),
    ("mktemp >/dev/null", "writes {folder}/temporary/"),
    ("rm -f named/other.json", "writes {folder}/named/other.json (unlink"),
    ("read -r line < secret.json", "reads {folder}/secret.json"),
    (f"{sys.executable} -c 'import socket; socket.socket()'", "asks for a socket: AF_INET"),
    ("/bin/true", 'starts a program: "/bin/true"'),
    (f"for f in x.*; do {sys.executable} -c 'import pickle, sys; pickle.load(open(sys.argv[1], \"rb\"))' $f 2>/dev/null; done", "and ran it"),
]


def self_test(fkc, folder):
    for line, said in BREAKING:
        place = folder / "box"
        place.mkdir()
        program = folder / "broken"
        program.write_text(f'#!/bin/sh\n{line}\nexec "{fkc}" "$@"\n')
        program.chmod(0o755)
        box = Box(program, place)
        try:
            (no_pickle if "pickle" in line else every_command)(box)
        except Failure as failure:
            if said.format(folder=place) not in str(failure):
                raise SystemExit(f"{line}: not what it is: {failure}") from None
            print(f"found: {line[:70]}")
        else:
            raise SystemExit(f"{line}: was not found")
        shutil.rmtree(place)
    print(f"security: {len(BREAKING)} programs that break a promise were found.")


def main():
    parser = argparse.ArgumentParser(description="Looks at what the program asks of the system.")
    parser.add_argument("fkc", type=pathlib.Path)
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if not shutil.which("strace"):
        print("security: nothing was tried, strace is not installed")
        return 1
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        if options.self_test:
            return self_test(options.fkc.resolve(), folder)
        box = Box(options.fkc.resolve(), folder)
        try:
            found = [check(box) for check in (every_command, no_pickle, no_network)]
        except Failure as failure:
            print(failure)
            return 1
    print("security: " + "; ".join(found) + ".")
    return 0


if __name__ == "__main__":
    sys.exit(main())
