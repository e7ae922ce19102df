#!/bin/sh
# Holds the library's ABI against the committed baseline.
#
#     gate.sh check SOURCE LIBRARY      any difference fails and is explained
#     gate.sh update SOURCE LIBRARY     writes a new baseline, to be committed with a reason
#
# The baseline is made without paths and with stable type ids, so it depends on the public surface
# alone. It is compared byte by byte, which catches what a summary misses (an appended enumerator,
# for one); abidiff then says what the difference means. The library must carry debug information:
# without it every comparison of types would pass.
set -eu
action=$1 source=$2 library=$3
baseline=$source/tests/abi/libmlcore.abi
made=$(mktemp)
trap 'rm -f "$made"' EXIT

if ! readelf -S "$library" | grep -q '\.debug_info'; then
    echo "the library has no debug information: build with -g and do not strip"
    exit 1
fi
# Lines and columns go: moving a function within a header, or writing about it, is no change.
abidw --headers-dir "$source/include/mlcore" --drop-private-types --exported-interfaces-only \
    --no-corpus-path --no-comp-dir-path --short-locs --type-id-style hash "$library" |
    sed "s/ line='[0-9]*' column='[0-9]*'//" >"$made"

if [ "$action" = update ]; then
    cp "$made" "$baseline"
    exit 0
fi
if cmp -s "$baseline" "$made"; then
    echo "the ABI is that of the baseline"
    exit 0
fi
echo "the public surface differs from tests/abi/libmlcore.abi:"
abidiff "$baseline" "$made" || true
diff "$baseline" "$made" | head -40
echo "If that is meant: ninja -C BUILD abi-baseline, and say in the commit what changed."
exit 1
