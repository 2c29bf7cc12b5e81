"""How long PyTorch takes for one evaluation of a graph network of ScoreNetworks. Prints one line of JSON.

    python Benchmarks/peers/egnn_torch.py network.safetensors --rows 10000 --chunk 384 --threads 2 --repetitions 10

The network is class EGNN of Experiments/export/networks.py with the file's weights, in float32 and inference mode. `--chunk`
rows are evaluated at a time (0: all at once) and `--compile` hands the module to torch.compile first. `seconds` is the
least time of all repetitions, after one that is not counted, `processor_seconds` that of all threads together, which
other programs disturb less; `checksum` is the mean absolute answer.
"""

import argparse
import json
import pathlib
import sys
import time

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "Experiments/export"))
import torch_export


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("network")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--chunk", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repetitions", type=int, default=10)
    parser.add_argument("--sigma", type=float, default=0.7)
    parser.add_argument("--compile", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    network, _stated = torch_export.load(options.network)
    evaluate = torch.compile(network) if options.compile else network
    dimensions = network.settings["dimensions"]
    # The same rows on every machine and in every program.
    index = torch.arange(options.rows * dimensions)
    states = ((index * 7919 % 1009).float() / 500 - 1).reshape(options.rows, dimensions)
    chunks = states.split(options.chunk or options.rows)

    def run():
        return torch.cat([evaluate(x, *(torch.full((len(x),), v) for v in (0.5, 1.0, options.sigma))) for x in chunks])

    seconds, processor = [], []
    with torch.inference_mode():
        answer = run()
        for _ in range(options.repetitions):
            start, used = time.perf_counter(), time.process_time()
            run()
            seconds.append(time.perf_counter() - start)
            processor.append(time.process_time() - used)
    print(
        json.dumps(
            {
                "peer": "torch " + torch.__version__,
                "compiled": options.compile,
                "rows": options.rows,
                "chunk": options.chunk or options.rows,
                "threads": options.threads,
                "repetitions": options.repetitions,
                "seconds": min(seconds),
                "processor_seconds": min(processor),
                "checksum": answer.abs().mean().item(),
            }
        )
    )


if __name__ == "__main__":
    main()
