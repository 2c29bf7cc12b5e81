"""Files with sums: whatever is damaged is seen."""
import shutil
import signal
import time

import common
from common import Failure

from .kind import QUIET, Kind


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

    # Whether what is damaged is named.
    is_said = True

    def attempt(self, draws, cuts):
        path, content, what = self.injure(draws, cuts)
        self.reset()
        (self.path("out/.fkc-checkpoint") / path.name).write_bytes(content)
        what = f"{self.name}, {what}"
        ended = self.server.run(what)
        if ended.status != 0:
            raise Failure(f"{what}: ended with {ended.status}: {ended.err[-500:]}")
        if self.is_said and path.name not in ended.err:
            raise Failure(f"{what}: not a word of it: {ended.err!r}")
        if self.answer(ended) != self.undamaged:
            raise Failure(f"{what}: other results")
        return self.is_said


class Trajectories(Checkpoints):
    """The checkpoint has sums of the rows that grow beside it: what of them it goes with and is damaged begins the run at its start."""
    name = "trajectory"
    more = "output: {trajectory: {every_steps: 1, particles: 16}}"

    def files(self):
        return sorted(self.path("begun/.fkc-checkpoint").glob("trajectory*"))


class Notes(Checkpoints):
    """What was found out before the first step has sums: where it is damaged nothing of it is taken, and the run begins at its start."""
    name = "notes"
    is_said = False

    def prepare(self):
        # A pilot and a plain run take a few milliseconds each, and are written down all the time.
        self.program.write("c.yaml", common.config(particles=256, steps="auto", rest="checkpoint: {every_seconds: 0.001}"))
        until = time.monotonic() + common.TIMEOUT
        while not self.is_begun():
            common.remove(self.path("out"))
            if time.monotonic() > until:
                raise Failure("no run was killed before its first step")
        self.path("out").rename(self.path("begun"))

    def is_begun(self):
        """A run is killed once it has notes, and had no step."""
        process, folder = self.program.start(*self.arguments()), self.path("out/.fkc-checkpoint")
        while process.poll() is None and not (folder / "notes").exists():
            pass
        process.send_signal(signal.SIGKILL)
        self.program.finish(process, {0, -signal.SIGKILL}, "a run that is killed before its first step")
        return [path.name for path in folder.glob("[!.]*")] == ["notes"]

    def files(self):
        return [self.path("begun/.fkc-checkpoint/notes")]


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
        self.with_network()
        self.program.run("run", "c.yaml", "--output", "stored", *QUIET)

    def files(self):
        return [self.path("net.safetensors")]

    def arguments(self):
        return ["run", "stored/config.yaml", "--output", "out", *QUIET]

    def judge(self, path, content, ended, what):
        super().judge(path, content, ended, what)
        return self.refuses(ended, what, "sha256", "SHA-256")
