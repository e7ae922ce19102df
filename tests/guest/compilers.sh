#!/bin/sh
# Builds the library with clang, with gcc without optimisation and with gcc without BLIS, and
# compares a digest of every component's artifact and predictions with those of this build: on one
# instruction set, compilers must agree to the last bit, because no expression is contracted.
#
#     compilers.sh SOURCE BUILT_TEST_PROGRAM
set -eu
source=$1
ours=$2
command -v clang >/dev/null || { echo "no clang here"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
MLC_PRINT_DIGESTS=1 "$ours" digests | grep ' [0-9a-f]*$' >"$work/ours"
status=0
compare()
{
    name=$1
    compiler=$2
    shift 2
    CC=$compiler meson setup "$work/$name" "$source" -Djava=disabled -Ddocs=disabled \
        -Dcli=disabled "$@" >"$work/log" 2>&1 &&
        ninja -C "$work/$name" tests/guest/test_guest >"$work/log" 2>&1 ||
        { tail -20 "$work/log"; exit 1; }
    MLC_PRINT_DIGESTS=1 "$work/$name/tests/guest/test_guest" digests |
        grep ' [0-9a-f]*$' >"$work/theirs"
    if diff "$work/ours" "$work/theirs" >"$work/diff"; then
        echo "$name: $(wc -l <"$work/ours") digests, all the same"
    else
        echo "$name: other digests"
        cat "$work/diff"
        status=1
    fi
}
compare clang clang --buildtype=release
compare gcc-O0 gcc --buildtype=debug
compare gcc-without-blis gcc --buildtype=release -Dblis=disabled
exit $status
