"""Runs with networks beside their peers, on the same cores in one run.

    python Benchmarks/networks.py mlp     beside JAX; needs jax, numpy, safetensors
    python Benchmarks/networks.py lj13    beside PyTorch; needs torch, safetensors

Both sides are run in turn and the least time of each counts. The figure for OpenBLAS is what `fkc info` measures in the same
minutes: products of 512 × 512 matrices on all threads.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).parents[1]
fkc = root / ".build/release/fkc"
peers = root / "Benchmarks/peers"


def printed(*command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def product_rate():
    """GFlop/s of OpenBLAS on all threads."""
    text = subprocess.run([fkc, "info", "--json"], check=True, capture_output=True, text=True).stdout
    return json.loads(text)["matrix_products"]["gflops_all_threads"]


def run_seconds(config, folder):
    subprocess.run([fkc, "run", config, "--output", folder / "run", "--overwrite", "--progress", "none"], check=True,
                   stdout=subprocess.DEVNULL)
    return json.loads((folder / "run/summary.json").read_text())["wall_seconds"]


def mlp(folder, rounds):
    particles, steps, shape = 4096, 100, (64, 512, 512, 512, 64)
    network = write_mlp(folder / "mlp.safetensors", shape)
    config = folder / "mlp.yaml"
    config.write_text(
        f"""seed: 1
particles: {particles}
process: {{kind: variance-exploding, sigma_min: 0.01, sigma_max: 20}}
models: {{m: {{kind: mlp, file: {network}}}}}
target: {{annealed: {{model: m, inverse_temperature: 1.5}}}}
sampler: {{steps: {steps}}}
resampling: {{scheme: systematic, ess_threshold: 1}}
""")
    ours, theirs, rates = [], [], []
    for _ in range(rounds):
        rates.append(product_rate())
        ours.append(run_seconds(config, folder))
        theirs.append(printed(sys.executable, peers / "mlp_jax.py", network, "--repetitions", "2")["seconds"])
    # As many products a row as the file has weights; one evaluation more than there are steps.
    products = sum(a * b for a, b in zip(shape, shape[1:]))
    rate = 2e-9 * products * particles * (steps + 1) / min(ours)
    print(f"MLP {'→'.join(map(str, shape))}, {particles} particles × {steps} steps, {os.cpu_count()} cores")
    print(f"  fkc run      {min(ours):7.3f} s   {rate:6.1f} GFlop/s")
    print(f"  jax          {min(theirs):7.3f} s")
    print(f"  OpenBLAS               {max(rates):6.1f} GFlop/s")
    print(f"  fkc / OpenBLAS {rate / max(rates):.2f}   jax / fkc {min(theirs) / min(ours):.2f}")


def write_mlp(path, shape):
    import numpy as np
    from safetensors.numpy import save_file

    random = np.random.default_rng(0)
    sizes = [(shape[1], shape[0] + 1)] + list(zip(shape[2:], shape[1:]))
    names = ["input"] + [f"blocks.{i}.linear" for i in range(1, len(shape) - 2)] + ["output"]
    tensors = {}
    for name, (outputs, inputs) in zip(names, sizes):
        scale = 0.1 if name == "output" else 1.0
        tensors[f"{name}.weight"] = (scale * random.standard_normal((outputs, inputs)) / inputs**0.5).astype("float32")
        tensors[f"{name}.bias"] = np.zeros(outputs, "float32")
    save_file(tensors, path, {
        "format": "feynman-kac-network/1", "architecture": "mlp", "prediction": "edm", "dimensions": str(shape[0]),
        "width": str(shape[1]), "depth": str(len(shape) - 2), "input_scale": "unit-variance", "data_standard_deviation": "1.0"})
    return path


def lj13(folder, rounds):
    particles, steps = 10_000, 100
    network = root / "Experiments/lj13/egnn.safetensors"
    config = folder / "lj13.yaml"
    config.write_text(
        f"""seed: 1
particles: {particles}
process: {{kind: variance-exploding, sigma_min: 0.01, sigma_max: 4}}
models: {{lj13: {{kind: egnn, file: {network}}}}}
target: {{annealed: {{model: lj13, inverse_temperature: 1.5}}}}
sampler: {{steps: {steps}}}
""")
    ours, theirs = [], {}
    variants = [(chunk, flags) for chunk in (384, 1500) for flags in ((), ("--compile",))]
    for _ in range(rounds):
        ours.append(run_seconds(config, folder))
        for chunk, flags in variants:
            found = printed(sys.executable, peers / "egnn_torch.py", network, "--rows", str(particles), "--chunk", str(chunk),
                            "--threads", str(os.cpu_count()), "--repetitions", "3", *flags)["seconds"]
            name = f"torch, {chunk} rows at a time{', compiled' if flags else ''}"
            theirs[name] = min(theirs.get(name, float("inf")), found * (steps + 1))
    print(f"LJ-13, {particles} particles × {steps} steps, {os.cpu_count()} cores")
    print(f"  fkc run, all of it                    {min(ours):7.2f} s")
    for name, seconds in theirs.items():
        print(f"  {name:37} {seconds:7.2f} s   {seconds / min(ours):.2f}× ours (its network alone, no sampler)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("subject", choices=["mlp", "lj13"])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        {"mlp": mlp, "lj13": lj13}[options.subject](pathlib.Path(folder), options.rounds)


if __name__ == "__main__":
    main()
