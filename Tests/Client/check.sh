#!/bin/sh
# Proves that an outside package can depend on FeynmanKac by version: copies the tracked files into a repository of
# their own, tags it, and builds and runs a client that names that version.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/FeynmanKac"
(cd "$root" && git ls-files -z | tar -c --null -T - -f -) | tar -x -C "$work/FeynmanKac"
cd "$work/FeynmanKac"
git init --quiet
git add --all
git -c user.name=client -c user.email=client@localhost commit --quiet -m "A version"
git tag 0.0.1

mkdir -p "$work/client/Sources/client"
cp "$root/Tests/Client/main.swift.txt" "$work/client/Sources/client/main.swift"
cat > "$work/client/Package.swift" <<PACKAGE
// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "client",
  dependencies: [.package(url: "file://$work/FeynmanKac", exact: "0.0.1")],
  targets: [
    .executableTarget(
      name: "client",
      dependencies: [
        .product(name: "FeynmanKac", package: "FeynmanKac"), .product(name: "ScoreNetworks", package: "FeynmanKac"),
      ])
  ]
)
PACKAGE
cd "$work/client"
# Without optimisation, which takes half the time.
if ! swift build > "$work/log" 2>&1; then
  cat "$work/log"
  echo "a client package does not build" >&2
  exit 1
fi
"$(swift build --show-bin-path)/client"
