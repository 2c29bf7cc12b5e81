#!/bin/sh
# Packs a program that needs glibc alone, with its licences, and beside it its sources, which the GNU General Public License asks for: make dist.
#
#     sh Packaging/dist.sh PROGRAM    writes dist/fkc-VERSION-linux-MACHINE.tar.gz and dist/FeynmanKac-VERSION-source.tar.gz
set -eu
program=$1
cd "$(dirname "$0")/.."
version=$("$program" --version)
name=fkc-$version-linux-$(uname -m)
source=FeynmanKac-$version-source
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

[ -z "$(git status --porcelain --untracked-files=no)" ] || echo "$source.tar.gz lacks what is not committed" >&2
mkdir -p dist "$work/$name"
git archive --format=tar --prefix="$source/" --add-file=Package.resolved HEAD | gzip -9n >"dist/$source.tar.gz"

install -m 755 "$program" "$work/$name/fkc"
cp LICENSE NOTICE "$work/$name"
python3 Packaging/companions.py "$program" "$work/$name/share"
sh Packaging/licences.sh "$work/$name/licences"
glibc=$(objdump -T "$program" | grep -o 'GLIBC_2[.0-9]*' | sort -Vu | tail -1)
gsl=$("$program" info | sed -n 's/^gsl: *//p')
sed -e "s/@VERSION@/$version/; s/@MACHINE@/$(uname -m)/; s/@GLIBC@/${glibc#GLIBC_}/; s/@GSL@/$gsl/; s/@SOURCE@/$source/" \
  Packaging/README.txt >"$work/$name/README"

# Without names of users and hours of the clock.
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$(git log -1 --format=%ct)" -cf - "$name" |
  gzip -9n >"dist/$name.tar.gz"
echo "dist/$name.tar.gz: $(wc -c <"dist/$name.tar.gz") bytes; fkc in it: $(wc -c <"$program")"
