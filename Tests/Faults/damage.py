"""Flips bits of the files that fkc reads, and cuts them short: each is refused, or does no harm.

    python3 Tests/Faults/damage.py .build/release/fkc --flips 10000          # part of make faults
    python3 Tests/Faults/damage.py .build/release/fkc --flips 50 --of part

A file is refused with a code of the table and a sentence. What no harm is depends on what a file has of its own to be checked by, and every kind
below says it: README.md has the table. The program is forked from one that is loaded already, by shim.c, ten times as fast as it starts.
"""
import hashlib
import json
import pathlib
import random
import re
import shutil
import sys

import common
import reading
from common import Failure

NETWORK = common.HERE.parent / "ScoreNetworksTests" / "Resources" / "Parity" / "mlp-plain-silu.safetensors"
QUIET = ["--progress", "none", "--no-report", "--threads", "1"]


class Kind:
    """Files that are damaged one at a time, and a command that reads them."""
    # The file's name, and what of it is told apart: a flip in the first `head` bytes is as likely as one in the rest.
    head = 0

    def __init__(self, program, library):
        self.program, self.folder = program, program.folder
        self.prepare()
        self.originals = {path: path.read_bytes() for path in self.files()}
        self.server = common.Server(program, library, *self.arguments())
        self.reset()
        undamaged = self.server.run("what is not damaged")
        if undamaged.status != 0:
            raise Failure(f"{self.name}: undamaged files end with {undamaged.status}: {undamaged.err}")
        self.undamaged = self.answer(undamaged)

    def path(self, name):
        return self.folder / name

    def reset(self):
        """Makes room for another try."""
        common.remove(self.path("out"))

    def answer(self, ended):
        """What the command made of its files."""
        return common.contents(self.path("out"))

    def injure(self, draws, cuts):
        """A damaged file, with what was done to it; a cut where `cuts` says so, else a bit that is flipped."""
        path = draws.choice(sorted(self.originals))
        content = bytearray(self.originals[path])
        if cuts:
            place = draws.randrange(len(content))
            del content[place:]
            return path, bytes(content), f"{path.name} cut to {place} bytes"
        place = draws.randrange(self.head) if self.head and draws.random() < 0.5 else draws.randrange(len(content))
        bit = draws.randrange(8)
        content[place] ^= 1 << bit
        return path, bytes(content), f"bit {bit} of byte {place} of {path.name} flipped"

    def attempt(self, draws, cuts):
        """True where the file was refused."""
        path, content, what = self.injure(draws, cuts)
        what = f"{self.name}, {what}"
        self.reset()
        path.write_bytes(content)
        try:
            ended = self.server.run(what)
            if ended.status not in common.STATUSES - {75}:
                raise Failure(f"{what}: ended with {ended.status}: {ended.err[-500:]}")
            if ended.status != 0 and not ended.said:
                raise Failure(f"{what}: ended with {ended.status} and not a word")
            return self.judge(path, content, ended, what)
        finally:
            path.write_bytes(self.originals[path])

    def judge(self, path, content, ended, what):
        if ended.status != 0:
            if self.path("out").exists():
                raise Failure(f"{what}: refused, and left a folder")
            return True
        self.harmless(path, content, ended, what)
        return False

    def harmless(self, path, content, ended, what):
        raise Failure(f"{what}: taken")

    def refuses(self, ended, what, *words):
        if ended.status != 65 or not any(word in ended.err for word in words):
            raise Failure(f"{what}: ended with {ended.status}, and should with 65 and one of {words}: {ended.err[-500:]}")
        return True


# MARK: - With sums

class Checkpoints(Kind):
    """Every record has a sum: what is damaged is seen and said, and the run goes on from the other checkpoint, or begins at its start."""
    name = "checkpoint"

    def prepare(self):
        text = common.config(particles=64, steps=8, rest="checkpoint: {every_steps: 3}\n" + self.more)
        self.program.write("c.yaml", text)
        for _ in range(2):
            self.program.run(*self.arguments(), "--stop-after", "0.0001s", allowed=(75,))
        self.path("out").rename(self.path("begun"))

    more = ""

    def files(self):
        return sorted(self.path("begun/.fkc-checkpoint").glob("state-*"))

    def arguments(self):
        return ["run", "c.yaml", "--resume", "--output", "out", *QUIET]

    def reset(self):
        common.remove(self.path("out"))
        shutil.copytree(self.path("begun"), self.path("out"))

    def attempt(self, draws, cuts):
        path, content, what = self.injure(draws, cuts)
        self.reset()
        (self.path("out/.fkc-checkpoint") / path.name).write_bytes(content)
        what = f"{self.name}, {what}"
        ended = self.server.run(what)
        if ended.status != 0:
            raise Failure(f"{what}: ended with {ended.status}: {ended.err[-500:]}")
        if path.name not in ended.err:
            raise Failure(f"{what}: not a word of it: {ended.err!r}")
        if self.answer(ended) != self.undamaged:
            raise Failure(f"{what}: other results")
        return True


class Trajectories(Checkpoints):
    """The checkpoint has sums of the rows that grow beside it: what of them it goes with and is damaged begins the run at its start."""
    name = "trajectory"
    more = "output: {trajectory: {every_steps: 1, particles: 16}}"

    def files(self):
        return sorted(self.path("begun/.fkc-checkpoint").glob("trajectory*"))


class Parts(Kind):
    """A part has sums, of its trajectory too: what is damaged is refused with 65."""
    name = "part"

    def prepare(self):
        self.program.write("c.yaml", common.config(particles=64, steps=8, sampler=", control: none",
                                                   rest="output: {trajectory: {every_steps: 2, particles: 16}}"))
        for island in (0, 1):
            self.program.run("run", "c.yaml", "--islands", island, "--output", f"part-{island}", *QUIET)

    def files(self):
        # What a merge reads of a part.
        return [self.path("part-1") / name for name in ("islands.state", "trajectory.npy", "trajectory_parents.npy")]

    def arguments(self):
        return ["merge", "part-0", "part-1", "--output", "out", "--no-report", "--threads", "1"]

    def judge(self, path, content, ended, what):
        super().judge(path, content, ended, what)
        return self.refuses(ended, what, path.name)


class Pinned(Kind):
    """A stored config has the SHA-256 of every file that it names: a file that changed is refused with 65."""
    name = "pinned weights"

    def prepare(self):
        self.program.write("c.yaml", network_config())
        shutil.copy(NETWORK, self.path("net.safetensors"))
        self.program.run("run", "c.yaml", "--output", "stored", *QUIET)

    def files(self):
        return [self.path("net.safetensors")]

    def arguments(self):
        return ["run", "stored/config.yaml", "--output", "out", *QUIET]

    def judge(self, path, content, ended, what):
        super().judge(path, content, ended, what)
        return self.refuses(ended, what, "sha256", "SHA-256")


def network_config():
    return common.config(particles=16, islands=1, steps=4, models="n: {kind: mlp, file: net.safetensors}",
                         target="annealed: {model: n, inverse_temperature: 1.0}", sampler=", start: gaussian, step_size_error: none, plain_samples: none")


# MARK: - Inputs without sums

class Input(Kind):
    """A file without a sum: where it is not refused, the config that the run stores has the SHA-256 of the damaged file, and says so."""

    def arguments(self):
        return ["run", "c.yaml", "--output", "out", *QUIET]

    def harmless(self, path, content, ended, what):
        if hashlib.sha256(content).hexdigest() not in self.path("out/config.yaml").read_text():
            raise Failure(f"{what}: the stored config does not pin what was read")


class Weights(Input):
    name = "weights"
    head = 1200

    def prepare(self):
        Pinned.prepare(self)

    def files(self):
        return [self.path("net.safetensors")]


class Mixture(Input):
    name = "mixture (JSON)"

    def prepare(self):
        self.path("m.json").write_text(json.dumps({"means": [[-2, 0.5], [1.5, -1]], "weights": [0.25, 0.75], "standard_deviations": [0.5, 0.75]}))
        self.program.write("c.yaml", common.config(particles=64, steps=8, models="m: {kind: gaussian-mixture, file: m.json}"))

    def files(self):
        return [self.path("m.json")]


class Measurement(Input):
    name = "measurement (NPY)"
    head = 128

    def prepare(self):
        self.path("a.npy").write_bytes(reading.npy("<f8", (2, 2), [1.0, 0.5, -0.25, 2.0]))
        reward = "annealed: {model: m, inverse_temperature: 1}, reward: {kind: measurement, file: a.npy, observation: [0.5, 1], standard_deviation: 0.7}"
        self.program.write("c.yaml", common.config(particles=64, steps=8, target=reward))

    def files(self):
        return [self.path("a.npy")]

    def harmless(self, path, content, ended, what):
        super().harmless(path, content, ended, what)
        shape, _ = reading.array(content, what)
        if shape != (2, 2):
            raise Failure(f"{what}: a matrix of {shape} was taken")


class Configs(Kind):
    """A number has no redundancy: either nothing differs, or the config that the run stores differs from that of the run before, and shows it."""
    name = "config (YAML)"

    def prepare(self):
        self.program.write("c.yaml", common.config(particles=64, steps=8, rest="checkpoint: {every_steps: 3}\nrng: philox\ncorrection: feynman-kac"))

    def files(self):
        return [self.path("c.yaml")]

    arguments = Input.arguments

    def harmless(self, path, content, ended, what):
        found = self.answer(ended)
        if found != self.undamaged and found["config.yaml"] == self.undamaged["config.yaml"]:
            raise Failure(f"{what}: other results of the same config")


class Samples(Kind):
    """What is no array is refused; else distances are those of the numbers that are in the file, by a reader of our own."""
    name = "samples to compare (NPY)"
    head = 128

    def prepare(self):
        draws = random.Random(3)
        for name in "ab":
            values = [draws.gauss(0, 1) for _ in range(64)]
            self.path(f"{name}.npy").write_bytes(reading.npy("<f4", (32, 2), values))
        shutil.copy(self.path("a.npy"), self.path("plain.npy"))
        self.path("kept").mkdir(exist_ok=True)
        self.seen = {}

    def files(self):
        return [self.path("a.npy")]

    def arguments(self):
        return ["compare", "a.npy", "b.npy", "--floor-repeats", "1"]

    def answer(self, ended):
        return json.loads(ended.out)

    def harmless(self, path, content, ended, what):
        shape, values = reading.array(content, what)
        if shape != (32, 2):
            raise Failure(f"{what}: rows of {shape} were taken")
        plain = reading.npy("<f4", shape, values)
        found = self.answer(ended)
        if plain == self.originals[path]:
            expected = self.undamaged
        elif plain == content:
            # Only numbers are others: that they are read is seen where the header is damaged too.
            return
        else:
            path.write_bytes(plain)
            expected = self.answer(self.server.run(what))
        if found != expected:
            raise Failure(f"{what}: distances of other numbers than those of the file")


# MARK: - Results

class Finished(Kind):
    """With --resume a run that is done stays as it is, or is refused: nothing of it is lost or replaced."""
    name = "a finished run, resumed"

    def prepare(self):
        self.program.write("c.yaml", common.config(particles=64, steps=8))
        self.program.run(*self.arguments())
        self.path("out").rename(self.path("done"))

    def files(self):
        return [self.path("done") / name for name in ("summary.json", "config.yaml")]

    def arguments(self):
        return ["run", "c.yaml", "--resume", "--output", "out", *QUIET]

    def reset(self):
        common.remove(self.path("out"))
        shutil.copytree(self.path("done"), self.path("out"))

    def attempt(self, draws, cuts):
        path, content, what = self.injure(draws, cuts)
        self.reset()
        (self.path("out") / path.name).write_bytes(content)
        before = raw(self.path("out"))
        what = f"{self.name}, {what}"
        ended = self.server.run(what)
        if ended.status not in (0, 65, 73) or ended.status != 0 and not ended.said:
            raise Failure(f"{what}: ended with {ended.status}: {ended.err[-500:]}")
        if raw(self.path("out")) != before:
            raise Failure(f"{what}: ended with {ended.status}, and the folder is another one")
        return ended.status != 0


def raw(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


class Results(Kind):
    """Numbers of results have no redundancy but that of their sizes: what is not in the form of its file is refused, sizes that are those of no
    other file too, and what is read shows in what is made of it."""
    names = ("summary.json", "trace.csv", "samples.npy", "log_weights.npy", "ancestors.npy", "genealogy.npy", "config.yaml")

    def prepare(self):
        self.program.write("c.yaml", common.config(particles=64, steps=8))
        for seed in (1, 2):
            self.program.run("run", "c.yaml", "--seed", seed, "--output", f"run-{seed}", *QUIET)

    def injure(self, draws, cuts):
        # The larger files would have nearly all of it.
        path = self.path("run-1") / draws.choice(self.names)
        self.head = 128 if path.suffix == ".npy" else 0
        all_of_them, self.originals = self.originals, {path: self.originals[path]}
        try:
            return super().injure(draws, cuts)
        finally:
            self.originals = all_of_them

    def files(self):
        return [self.path("run-1") / name for name in self.names]

    def checked_form(self, path, content, what):
        """What a reader of our own makes of the file; it has to be able to."""
        if path.name == "summary.json":
            return reading.summary(content, what, particles=64, dimensions=2, islands=2)
        if path.name == "trace.csv":
            return reading.table(content, what, rows=9)
        if path.suffix == ".npy":
            return reading.array(content, what)
        return reading.text(content, what)


class Merged(Results):
    name = "results, merged"

    def arguments(self):
        return ["merge", "run-1", "run-2", "--output", "out", "--no-report"]

    def harmless(self, path, content, ended, what):
        form = self.checked_form(path, content, what)
        if form == self.checked_form(path, self.originals[path], what):
            if self.answer(ended) != self.undamaged:
                raise Failure(f"{what}: other results of the same content")
        elif path.suffix == ".npy":
            shape, values = form
            if shape[0] not in (64, 32) and path.name != "genealogy.npy":
                raise Failure(f"{what}: an array of {shape} was taken")
            if path.name == "samples.npy" and self.path("out/samples.npy").read_bytes()[128:640] != reading.packed("<f4", values):
                raise Failure(f"{what}: the merged run has other samples than the file")


class Reported(Results):
    name = "results, reported"

    def arguments(self):
        return ["report", "run-1", "run-2", "--output", "page.html"]

    def reset(self):
        self.path("page.html").unlink(missing_ok=True)

    def answer(self, ended):
        return self.path("page.html").read_bytes()

    def judge(self, path, content, ended, what):
        if ended.status != 0:
            if self.path("page.html").exists():
                raise Failure(f"{what}: refused, and left a page")
            return True
        page = self.answer(ended)
        if not re.search(rb"</html>\s*$", page):
            raise Failure(f"{what}: half a page")
        if self.checked_form(path, content, what) == self.checked_form(path, self.originals[path], what) and page != self.undamaged:
            raise Failure(f"{what}: another page of the same content")
        return False


KINDS = {kind.name: kind for kind in (Checkpoints, Trajectories, Parts, Pinned, Weights, Mixture, Measurement, Configs, Samples, Finished, Merged, Reported)}


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
                             ("--of", {"choices": sorted(KINDS), "help": "one kind; all by default"}), ("--seed", {"type": int, "default": 1}))
    with common.scratch() as name:
        folder = pathlib.Path(name)
        library = common.shim(folder)
        if library is None:
            return 0
        names = [options.of] if options.of else [*KINDS]
        return common.main([lambda name=name: damaged(options.fkc, folder, library, name, options.flips, options.seed) for name in names])


if __name__ == "__main__":
    sys.exit(main())
