#!/bin/sh
# Puts the C libraries that the program and the shared library take into themselves into one folder, as archives alone, so that a linker
# which looks there first (-L FOLDER) finds no shared ones. Link FOLDER/streams.o besides.
#
#     sh Packaging/archives.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
mkdir -p "$folder"

installed() {
  path=$(${CC:-cc} -print-file-name="$1")
  case $path in
  /*) echo "$path" ;;
  *) echo "$1 is not installed; see make setup" >&2 && exit 1 ;;
  esac
}

# Debian compiles GSL for programs. Nothing but the C library's streams stands in the way of a shared library.
for name in libgsl.a libgslcblas.a; do
  path=$(installed $name)
  objcopy --redefine-sym stdin=fk_gsl_stdin --redefine-sym stdout=fk_gsl_stdout --redefine-sym stderr=fk_gsl_stderr "$path" "$folder/$name"
done
for name in libmd.a libyaml.a libminizip.a libz.a libstdc++.a; do
  path=$(installed $name)
  ln -sf "$path" "$folder/$name"
done
${CC:-cc} -O2 -fPIC -c "$here/streams.c" -o "$folder/streams.o"
