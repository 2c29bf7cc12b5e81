"""Results of runs, which other commands read."""
import re
import shutil

import common
import reading
from common import Failure

from .kind import QUIET, Kind


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
