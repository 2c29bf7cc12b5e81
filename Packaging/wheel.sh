#!/bin/sh
# Packs a wheel of the Python package with a program and a library that need glibc alone, their licences in it: make wheel.
#
#     sh Packaging/wheel.sh PYTHON BINARIES    writes Python/dist/feynman_kac-VERSION-py3-none-manylinux_….whl
#
# PYTHON has what Python/tests/requirements.txt names. auditwheel says which glibc the wheel needs; one that needs more than glibc, because
# BINARIES holds others, keeps the tag of this machine, for use on it alone.
set -eu
python=$1
binaries=$2
cd "$(dirname "$0")/.."
tools=$(dirname "$python")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

FEYNMAN_KAC_BINARIES=$binaries "$python" -m build --wheel --no-isolation --outdir "$work" Python >"$work/log" || { cat "$work/log" >&2; exit 1; }
wheel=$(echo "$work"/*.whl)
mkdir -p Python/dist
if "$tools/auditwheel" show "$wheel" | tr '\n' ' ' | grep -q 'following platform tag: "manylinux_'; then
  # It looks for patchelf, which it has no use for here.
  PATH=$(cd "$tools" && pwd):$PATH "$tools/auditwheel" repair --plat auto --only-plat --wheel-dir "$work/dist" "$wheel" >"$work/log" 2>&1 ||
    { cat "$work/log" >&2; exit 1; }
  wheel=$(echo "$work"/dist/*.whl)
fi
cp "$wheel" Python/dist
echo "Python/dist/$(basename "$wheel"): $(wc -c <"$wheel") bytes"
