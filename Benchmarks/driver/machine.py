"""What the figures were measured on."""

import datetime
import json
import os
import platform
import subprocess

from driver.running import BENCHMARKS, FKC, PEERS_PYTHON, ROOT, Failure, output


def facts():
    info = json.loads(output(FKC, "info", "--json")[0])
    return {
        "date": f"{datetime.datetime.now():%Y-%m-%d %H:%M}",
        "commit": commit(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "kernel_level": info["kernel_level"],
        "versions": info["versions"],
        "blas": info["matrix_products"],
        "peers": peers(),
    }


def lines(found):
    blas = found["blas"]
    peers = ", ".join(f"{name} {version}" for name, version in found["peers"].items()) or "not installed"
    return [
        (f"{found['processor']}, {found['cores']} cores, {found['system']}; kernels {found['kernel_level']}, "
        f"commit {found['commit']}."),
        f"{blas.get('blas', 'no OpenBLAS')} ({blas.get('blas_kernel', '')}), Swift {found['versions']['swift']}. Peers: {peers}.",
    ]


def processor():
    """The model's name, and its family where the name says little."""
    stated = {}
    with open("/proc/cpuinfo") as file:
        for line in file:
            key, _, value = line.partition(":")
            stated.setdefault(key.strip(), value.strip())
    name, family, model = (stated.get(key, "?") for key in ("model name", "cpu family", "model"))
    return f"{name} (family {family}, model {model})"


def commit():
    done = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def peers():
    """Versions of what is pinned and installed."""
    names = [line.split("==")[0] for line in (BENCHMARKS / "peers/requirements.txt").read_text().split()]
    script = "import importlib.metadata as m, json, sys; print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"
    try:
        return json.loads(output(PEERS_PYTHON, "-c", script, *names)[0])
    except (Failure, FileNotFoundError):
        return {}
