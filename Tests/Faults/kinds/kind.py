"""Files that are damaged one at a time, and the command that reads them."""
import shutil

import common
from common import Failure

RESOURCES = common.HERE.parent / "ScoreNetworksTests" / "Resources"
NETWORK = RESOURCES / "Parity" / "mlp-plain-silu.safetensors"
# One thread: no trial is about threads.
QUIET = ["--progress", "none", "--no-report", "--threads", "1"]


class Kind:
    """A subclass has a `name`, makes its `files`, and has the `arguments` of the command that reads them."""
    # A flip in the first `head` bytes is as likely as one in the rest.
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

    # MARK: - For several kinds

    def with_network(self, source=NETWORK, file="net.safetensors", kind="kind: mlp"):
        """A config whose model is a network in a file, copied from `source`."""
        self.program.write("c.yaml", common.config(
            particles=16, islands=1, steps=4, models=f"n: {{{kind}, file: {file}}}", target="annealed: {model: n, inverse_temperature: 1.0}",
            sampler=", start: gaussian, step_size_error: none, plain_samples: none"))
        shutil.copy(source, self.path(file))
