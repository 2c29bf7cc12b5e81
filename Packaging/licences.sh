#!/bin/sh
# Puts the licences of what is inside the program and the library that need glibc alone into a folder: sh Packaging/licences.sh FOLDER
set -eu
cd "$(dirname "$0")/.."
mkdir -p "$1"
cp /usr/share/common-licenses/GPL-3 "$1/GPL-3.txt"
cp Sources/CReportAssets/LICENSES.txt "$1/vega.txt"
for library in gsl md yaml minizip; do cp "/usr/share/doc/lib$library-dev/copyright" "$1/lib$library.txt"; done
cp /usr/share/doc/zlib1g-dev/copyright "$1/zlib.txt"
