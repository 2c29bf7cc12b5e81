#!/bin/sh
# Compiles the header as C99 and as C++, and runs interface.c and concurrent.c against the library that was built:
#
#     sh Tests/CInterface/check.sh [FOLDER]       that of the library, .build/release by default
#     VALGRIND=1 sh Tests/CInterface/check.sh     interface.c under valgrind
#     CC=clang SANITIZE=address sh …              against a library of that sanitizer, by the clang of its Swift: make sanitize
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
library=${1:-$root/.build/release}
header=$root/Sources/CFeynmanKac/include
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo '#include "feynman_kac.h"' > "$work/alone.c"
gcc -std=c99 -pedantic -Wall -Wextra -Werror -I "$header" -c "$work/alone.c" -o "$work/alone.o"
gcc -x c++ -std=c++11 -pedantic -Wall -Wextra -Werror -I "$header" -c "$work/alone.c" -o "$work/alone.o"

# What the header declares is what the library hands out; a sanitizer adds names of its own.
grep -oE '\bfkc_[a-z_]+\(' "$header/feynman_kac.h" | tr -d '(' | sort -u > "$work/declared"
nm -D --defined-only "$library/libfeynman_kac.so" | awk '$3 ~ /^fkc_/ { print $3 }' | sort > "$work/defined"
diff "$work/declared" "$work/defined"

for program in interface concurrent; do
  "${CC:-gcc}" -std=gnu11 -O1 -g -Wall -Wextra -Werror ${SANITIZE:+-fsanitize=$SANITIZE -fuse-ld=lld} -I "$header" "$root/Tests/CInterface/$program.c" \
    -o "$work/$program" -L "$library" -lfeynman_kac -Wl,--enable-new-dtags,-rpath,"$library" -lm -lpthread ${LDLIBS:-}
done
if [ "${VALGRIND:-0}" = 1 ]; then
  # Debian's valgrind cannot read the newest debugging tables, nor the widest vectors.
  cp "$library/libfeynman_kac.so" "$work" && strip --strip-debug "$work/libfeynman_kac.so"
  export LD_LIBRARY_PATH="$work" FKC_KERNEL=baseline
  # Leaks are looked for by interface.c itself: Swift keeps tags in pointers, which valgrind takes for lost.
  valgrind --quiet --error-exitcode=9 --suppressions="$root/Tests/CInterface/valgrind.supp" "$work/interface" "$work/out"
else
  "$work/interface" "$work/out"
  "$work/concurrent"
fi
