"""Inputs without sums: what is read of them shows."""
import hashlib
import json
import random
import shutil

import common
import reading
from common import Failure, Skipped

from .kind import QUIET, RESOURCES, Kind


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
        self.with_network()

    def files(self):
        return [self.path("net.safetensors")]


class ONNX(Input):
    """What OpenVINO makes of a file is its own; what it takes is a network that can be run."""
    name = "weights (ONNX)"

    def prepare(self):
        self.with_network(RESOURCES / "ONNX" / "column.onnx", "net.onnx", "kind: onnx, prediction: epsilon, noise_input: sigma")
        if self.program.run("check", "c.yaml", allowed=(0, 69)).status:
            raise Skipped("files of ONNX: OpenVINO is not installed; make onnx installs it")

    def files(self):
        return [self.path("net.onnx")]


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
