"""Disks that fill up, folders that go or may not be written, and two writers at a time.

    python3 Tests/Faults/disk.py .build/release/fkc            # part of make faults

Every command has to end with 73 and a sentence, or to do without what it could not write; nothing of the user's goes, no half file has a final
name, and once there is room again the same command, with --resume where it has that, comes to the same bytes.
"""
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys

import common
from common import Failure

TRAJECTORY = "output: {trajectory: {every_steps: 9, particles: 15}}"
# Long enough for something to happen to it on the way, and nothing that a checkpoint has to wait for.
LONG = common.config(particles=2000, steps=1500, rest="checkpoint: {every_steps: 25}")
NOTES = "not of a run"


def in_namespace():
    """Goes on in a mount namespace of its own, where that can be had; False where it cannot."""
    if "FAULTS_NAMESPACE" in os.environ:
        return True
    command = ["unshare", "--mount" if os.geteuid() == 0 else "--map-root-user", "--mount", "--propagation", "private"]
    if not shutil.which("unshare") or subprocess.run([*command, "true"], check=False, capture_output=True).returncode != 0:
        return False
    os.execvpe("unshare", [*command, sys.executable, *sys.argv], {**os.environ, "FAULTS_NAMESPACE": "1"})


class Disk:
    """A file system of a few megabytes."""

    def __init__(self, folder, size):
        self.folder = folder
        folder.mkdir()
        mount("-t", "tmpfs", "-o", f"size={size}", "none", folder)

    def fill(self):
        """To the last byte."""
        with open(self.folder / "filler", "wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(1 << 12))

    def make_room(self):
        (self.folder / "filler").unlink()

    def close(self):
        subprocess.run(["umount", self.folder], check=True)
        self.folder.rmdir()


def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True, capture_output=True)


class Checks:
    def __init__(self, fkc, folder):
        self.folder, self.program = folder, common.Program(fkc, folder)
        self.program.write("long.yaml", LONG)
        self.program.write("grown.yaml", LONG.replace("\n\n", "\n") + TRAJECTORY + "\n")
        for name in ("long", "grown"):
            self.program.run(*self.arguments(name, f"whole-{name}"))
        self.whole = {name: common.contents(folder / f"whole-{name}") for name in ("long", "grown")}

    @staticmethod
    def arguments(name, out, *more):
        return ["run", f"{name}.yaml", "--output", out, "--progress", "none", "--no-report", "--threads", "1", *more]

    def refused(self, words, *arguments, **more):
        """A command that has to end with 73 and some words in its sentence."""
        return self.judge(self.program.run(*arguments, allowed=(73,), **more), words, " ".join(map(str, arguments)))

    @staticmethod
    def judge(ended, words, what):
        if not any(word in ended.err for word in words):
            raise Failure(f"{what}: says {ended.err!r}, and nothing of {words}")
        return ended

    def goes_on(self, name, out, what):
        self.program.run(*self.arguments(name, out, "--resume"))
        common.check_same(self.whole[name], self.folder / out, what)

    def begun(self, name, out, *more):
        """A run that has written some checkpoints."""
        process = self.program.start(*self.arguments(name, out, *more))
        common.await_checkpoint(self.folder / out, process, count=2)
        return process

    # MARK: - Full disks

    def full_before(self):
        disk = Disk(self.folder / "disk", "64k")
        try:
            (disk.folder / "notes.txt").write_text(NOTES)
            self.refused(["its disk has"], *self.arguments("long", "disk/out"))
            if sorted(path.name for path in disk.folder.iterdir()) != ["notes.txt"]:
                raise Failure("a run that found the disk full left something there")
        finally:
            disk.close()
        return "disk: a disk without room for the results is refused before the start, and nothing is left there"

    def full_meanwhile(self, name):
        disk = Disk(self.folder / "disk", "12m")
        try:
            process = self.begun(name, "disk/out")
            disk.fill()
            ended = self.program.finish(process, {73}, "a run whose disk fills up")
            self.judge(ended, ["No space left on device"], "a run whose disk fills up")
            if name == "long":
                self.judge(ended, ["the run goes on without this checkpoint"], "a run whose disk fills up")
            common.check_whole_or_absent(self.whole[name], disk.folder / "out", "a run whose disk filled up")
            if common.checkpoint_step(disk.folder / "out") <= 0:
                raise Failure("a full disk took the checkpoints along")
            disk.make_room()
            self.goes_on(name, "disk/out", "a run whose disk was full")
        finally:
            disk.close()
        return f"disk: a disk that fills up under a run {'with' if name == 'grown' else 'without'} a trajectory ends it with 73; it went on to the same bytes"

    def full_sweep(self):
        sweep = ["sweep", "long.yaml", "--seeds", "5-6", "--progress", "none", "--no-report", "--threads", "1", "--output"]
        self.program.run(*sweep, "whole-sweep")
        disk = Disk(self.folder / "disk", "12m")
        try:
            process = self.program.start(*sweep, "disk/out")
            common.await_checkpoint(disk.folder / "out" / "long" / "seed=5", process)
            disk.fill()
            self.judge(self.program.finish(process, {73}, "a sweep whose disk fills up"), ["No space left on device", "its disk has"], "a sweep")
            disk.make_room()
            self.program.run(*sweep, "disk/out")
            common.check_same(common.contents(self.folder / "whole-sweep"), disk.folder / "out", "a sweep whose disk was full")
        finally:
            disk.close()
        return "disk: so does a sweep"

    def limited_files(self):
        """What `ulimit -f` forbids: results at the start, checkpoints on the way."""
        self.refused(["ulimit -f"], *self.arguments("long", "limited"), before=["prlimit", "--fsize=20000"])
        if (self.folder / "limited").exists():
            raise Failure("a run that was refused left its folder")
        largest = max(path.stat().st_size for path in (self.folder / "whole-long").iterdir())
        ended = self.program.run(*self.arguments("long", "limited"), before=["prlimit", f"--fsize={largest}"])
        self.judge(ended, ["the run goes on without this checkpoint"], "a run whose checkpoints are too long")
        common.check_same(self.whole["long"], self.folder / "limited", "a run without checkpoints")
        return "disk: results longer than a file may be are refused; without checkpoints, where only they are, a run has the same bytes"

    # MARK: - Folders

    def vanished(self):
        out = self.folder / "gone"
        for name in ("long", "grown"):
            process = self.begun(name, "gone")
            while out.exists():
                common.remove(out)
            ended = self.program.finish(process, {73}, "a run whose folder was removed")
            self.judge(ended, ["was removed"], "a run whose folder was removed")
            if out.exists():
                raise Failure("a run made its folder again that somebody had removed")
            self.goes_on(name, "gone", "a run whose folder was removed")
            common.remove(out)
            process = self.begun(name, "gone")
            out.rename(self.folder / "moved")
            (self.folder / "moved" / "notes.txt").write_text(NOTES)
            self.judge(self.program.finish(process, {73}, "a run whose folder was moved"), ["was removed or renamed"], "a run whose folder was moved")
            if (self.folder / "moved" / "notes.txt").read_text() != NOTES or list((self.folder / "moved").glob("*.npy")):
                raise Failure("a run wrote into a folder that is another one now")
            (self.folder / "moved" / "notes.txt").unlink()
            (self.folder / "moved").rename(out)
            self.goes_on(name, "gone", "a run whose folder was moved and came back")
            common.remove(out)
        return "disk: a folder that is removed or moved ends its run with 73; it went on to the same bytes"

    def read_only(self):
        out = self.folder / "closed"
        out.mkdir()
        mount("--bind", out, out)
        mount("-o", "remount,bind,ro", out)
        for place in ("closed", "closed/below"):
            self.refused(["Read-only file system"], *self.arguments("long", place))
        subprocess.run(["umount", out], check=True)
        return "disk: a read-only folder ends a run with 73"

    def forbidden(self):
        """The folder of somebody else."""
        out = self.folder / "others"
        out.mkdir(mode=0o755)
        os.chmod(self.folder, 0o755)
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        if os.geteuid() != 0 or not shutil.which("setpriv") or subprocess.run([*nobody, "true"], check=False, capture_output=True).returncode != 0 \
                or subprocess.run([*nobody, self.program.fkc, "--version"], check=False, capture_output=True).returncode != 0:
            return "disk: skipped, folders of another user: no other user can run fkc here"
        for place in ("others", "others/below"):
            self.refused(["Permission denied"], *self.arguments("long", place), before=nobody)
        if list(out.iterdir()):
            raise Failure("a folder that was forbidden has something in it")
        return "disk: so does the folder of another user"

    def taken(self):
        """A folder of the user's, with a file that has a name of ours."""
        out = self.folder / "taken"
        out.mkdir()
        (out / "samples.npy").write_text(NOTES)
        (out / "notes.txt").write_text(NOTES)
        self.refused(["already holds samples.npy"], *self.arguments("long", "taken"))
        (out / "samples.npy").unlink()
        self.program.run(*self.arguments("long", "taken"))
        if (out / "notes.txt").read_text() != NOTES:
            raise Failure("a run took a file of the user's")
        (out / "notes.txt").unlink()
        common.check_same(self.whole["long"], out, "a run beside files of the user's")
        return "disk: files of the user's stay, and one in a result's place keeps a run away"

    # MARK: - Several writers

    def two(self):
        process = self.begun("long", "two")
        for more in ([], ["--resume"], ["--overwrite"]):
            self.refused(["another run is writing there", "holds the checkpoint"], *self.arguments("long", "two", *more))
        self.program.finish(process, {0}, "the first of two runs")
        common.check_same(self.whole["long"], self.folder / "two", "a run beside another")
        crowd = [self.program.start(*self.arguments("long", "crowd")) for _ in range(6)]
        ends = [self.program.finish(one, {0, 73}, "one of six runs").status for one in crowd]
        if ends.count(0) != 1:
            raise Failure(f"six runs on one folder ended with {ends}")
        common.check_same(self.whole["long"], self.folder / "crowd", "the winner of six runs")
        sweep = ["sweep", "long.yaml", "--seeds", "5-6", "--progress", "none", "--no-report", "--threads", "1", "--output", "sweeps"]
        crowd = [self.program.start(*sweep) for _ in range(3)]
        for one in crowd:
            self.program.finish(one, {0}, "one of three sweeps")
        common.check_same(common.contents(self.folder / "whole-sweep"), self.folder / "sweeps", "three sweeps at once")
        return "disk: of two or six runs on a folder one goes on, the others end with 73; three sweeps share their runs"


def checked(options, folder, mounts):
    checks = Checks(options.fkc, folder)
    steps = [checks.full_before, lambda: checks.full_meanwhile("long"), lambda: checks.full_meanwhile("grown"), checks.full_sweep, checks.read_only]
    if not mounts:
        print("disk: skipped, what needs mounts (unshare --mount is not allowed): full disks, read-only folders")
        steps = [lambda: checks.program.run("sweep", "long.yaml", "--seeds", "5-6", "--no-report", "--output", "whole-sweep") and "disk: a sweep"]
    return common.main(steps + [checks.limited_files, checks.vanished, checks.forbidden, checks.taken, checks.two])


def main():
    options = common.options(__doc__)
    mounts = in_namespace()
    with common.scratch() as name:
        folder = pathlib.Path(name)
        if mounts:
            mount("-t", "tmpfs", "none", folder)
        try:
            return checked(options, folder, mounts)
        finally:
            if mounts:
                subprocess.run(["umount", "--lazy", folder], check=True)


if __name__ == "__main__":
    sys.exit(main())
