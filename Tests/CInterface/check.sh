#!/bin/sh
# Compiles the header as C99 and as C++, and runs interface.c against the library that was built; under valgrind where VALGRIND=1.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
library=${1:-$root/.build/release}
header=$root/Sources/CFeynmanKac/include
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo '#include "feynman_kac.h"' > "$work/alone.c"
gcc -std=c99 -pedantic -Wall -Wextra -Werror -I "$header" -c "$work/alone.c" -o "$work/alone.o"
gcc -x c++ -std=c++11 -pedantic -Wall -Wextra -Werror -I "$header" -c "$work/alone.c" -o "$work/alone.o"

# What the header declares is what the library hands out.
grep -oE '\bfkc_[a-z_]+\(' "$header/feynman_kac.h" | tr -d '(' | sort -u > "$work/declared"
nm -D --defined-only "$library/libfeynman_kac.so" | awk '$3 ~ /^fkc_/ { print $3 }' | sort > "$work/defined"
diff "$work/declared" "$work/defined"

gcc -std=gnu11 -O1 -g -Wall -Wextra -Werror -I "$header" "$root/Tests/CInterface/interface.c" -o "$work/interface" \
  -L "$library" -lfeynman_kac -Wl,--enable-new-dtags,-rpath,"$library" -lm
if [ "${VALGRIND:-0}" = 1 ]; then
  # Debian's valgrind cannot read the newest debugging tables, nor the widest vectors.
  cp "$library/libfeynman_kac.so" "$work" && strip --strip-debug "$work/libfeynman_kac.so"
  export LD_LIBRARY_PATH="$work" FKC_KERNEL=baseline
  # Leaks are looked for by interface.c itself: Swift keeps tags in pointers, which valgrind takes for lost.
  valgrind --quiet --error-exitcode=9 --suppressions="$root/Tests/CInterface/valgrind.supp" "$work/interface" "$work/out"
else
  "$work/interface" "$work/out"
fi
