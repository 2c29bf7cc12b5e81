"""Inputs for the targets to begin with, made of real files: configs of Tests/Bytes and Experiments, networks of Tests, results of a small run."""

import itertools
import json
import pathlib
import random
import re
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
RESOURCES = ROOT / "Tests" / "ScoreNetworksTests" / "Resources"
sys.path.insert(0, str(ROOT / "Tests" / "Bytes"))

# Four particles and two steps: the arrays that ReportTarget.swift holds beside these texts.
RUN = """
seed: 5
particles: 4
process: {kind: variance-exploding}
models: {m: {kind: gaussian, mean: [1, -0.5], standard_deviation: 0.7}}
target: {annealed: {model: m, inverse_temperature: 2}}
sampler: {steps: 2, control: none}
resampling: {ess_threshold: 1}
"""


def results(fkc):
    """The texts of a run, and the state that a part of one leaves."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "c.yaml").write_text(RUN)
        for output, more in (("whole", []), ("part", ["--islands", "0", "--set", "islands=2"])):
            subprocess.run([fkc, "run", "c.yaml", "--output", output, "--progress", "none", *more], cwd=folder, check=True, capture_output=True)
        texts = [(folder / "whole" / file).read_bytes() for file in ("summary.json", "trace.csv", "config.yaml")]
        return texts, (folder / "part" / "islands.state").read_bytes()


def configurations():
    import small_runs

    # Without those that read networks or are files themselves; one in four of the others, which are much alike.
    texts = [json.dumps(config) for _name, config in small_runs.all_runs() if isinstance(config, dict)]
    yield from (text.encode() for text in [text for text in texts if '"file"' not in text][::4])
    for path in sorted((ROOT / "Experiments").glob("*/*.yaml")):
        yield re.sub(r"file: *\S+\.json", "file: mixture.json", path.read_text()).encode()


def arrays():
    values = struct.pack("<6d", 0, -1.5, 2.25, float("nan"), float("inf"), 7)
    for number, order, shape in itertools.product(("<f4", ">f4", "<f8", ">f8", "<i4", ">i8"), ("False", "True"), ("(2, 3)", "(6,)", "()", "(0, 5)")):
        size = int(number[2:]) * {"(2, 3)": 6, "(6,)": 6, "()": 1, "(0, 5)": 0}[shape]
        for version in (1, 2):
            text = f"{{'descr': '{number}', 'fortran_order': {order}, 'shape': {shape}, }}\n".encode()
            yield b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(text)) + text + (values * 2)[:size]


def tensors(shapes, metadata):
    header, content = {"__metadata__": metadata}, b""
    for name, shape in shapes.items():
        count = 1
        for size in shape:
            count *= size
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(content), len(content) + 4 * count]}
        content += struct.pack(f"<{count}f", *(0.25 * (index % 7) - 0.5 for index in range(count)))
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + content


def shrunk(path):
    """A network file with few hidden units: every length that is above four becomes two, in its header and in its tensors."""
    content = path.read_bytes()
    count = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8:8 + count])
    metadata = header.pop("__metadata__")
    metadata = {key: "2" if value.isdigit() and int(value) > 4 else value for key, value in metadata.items()}
    return tensors({name: [2 if size > 4 else size for size in tensor["shape"]] for name, tensor in header.items()}, metadata)


def networks():
    for path in sorted(RESOURCES.glob("*/*.safetensors")):
        yield shrunk(path)
        if path.stat().st_size < 3000:
            yield path.read_bytes()


def workers():
    hello = struct.pack("<4s3I", b"FKhi", 1, 0, 0)
    answer = struct.pack("<4s5I", b"FKrs", 0, 2, 2, 1, 0) + struct.pack("<4f", 1, 2, 3, 4)
    fault = struct.pack("<4s5I", b"FKrs", 1, 0, 0, 0, 5) + b"sorry"
    asked = bytes([1 | 1 << 3])
    yield asked + hello + answer + answer
    yield asked + hello + fault + answer
    yield asked + hello + struct.pack("<4s5I", b"FKrs", 0, 2, 2, 2, 0)
    yield asked + struct.pack("<4s3I", b"FKhi", 2, 0, 0)
    yield bytes([1 | 1 << 3 | 1 << 6]) + struct.pack("<4s3I", b"FKhi", 1, 2, 1) + struct.pack("<4s5I", b"FKrs", 0, 2, 2, 2, 0) + bytes(32)


def states(dice):
    """Changes of a checkpoint: see StateRecords.swift."""
    for run in range(3):
        yield bytes([run])
        for record, operation in itertools.product(range(30), range(6)):
            new = dice.choice([b"\xff" * 8, b"\x00" * 8, b"\x01", struct.pack("<q", -1), struct.pack("<d", float("nan"))])
            yield bytes([run, record, operation]) + struct.pack("<HB", dice.choice([0, 0, 8, 80]), len(new)) + new


def all_seeds(fkc):
    texts, state = results(fkc)
    metrics = b'{"error": 0.25, "name": "a", "none": null, "count": 3}'
    return {
        "configuration": list(configurations()),
        "json": [texts[0], metrics] + [path.read_bytes() for path in sorted((ROOT / "Experiments").glob("*/*.json")) if path.stat().st_size < 8000],
        "npy": list(arrays()), "safetensors": list(networks()),
        "onnx": [path.read_bytes() for path in sorted(RESOURCES.glob("ONNX/*.onnx")) if path.stat().st_size < 1000],
        "state": [state, b"fkstate1"], "checkpoint": list(states(random.Random(1))), "worker": list(workers()),
        "report": [b"\0".join(texts), b"\0".join([*texts, metrics]), b"{}\0step\0a: 1"],
    }


def words(target):
    """What a fuzzer cannot guess: the words of the documentation."""
    page = {"configuration": "Documentation/CONFIG.md", "safetensors": "Sources/ScoreNetworks/Documentation.docc/NetworkFiles.md"}.get(target)
    if page is None:
        return ""
    found = sorted(set(re.findall(r"`([a-zA-Z0-9_. -]{2,40})`", (ROOT / page).read_text())))
    return "".join(f'"{word}"\n' for word in found)
