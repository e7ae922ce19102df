#!/bin/sh
# Holds a library's ABI against a committed description of it, its baseline.
#
#     gate.sh check HEADERS BASELINE LIBRARY [RELEASED]   any difference fails and is explained
#     gate.sh update HEADERS BASELINE LIBRARY             writes the baseline, to be committed
#
# HEADERS is the folder of the public headers. RELEASED is a folder of descriptions of releases,
# *.abi: against them nothing may be lost or changed, but functions may be added.
#
# The description has no paths, no lines and stable type ids, so that it depends on the public
# surface alone. First it is compared byte by byte: that catches what abidiff does not report (an
# appended enumerator, for one). abidiff then says what a difference means, without --headers-dir:
# with it, it overlooks a struct whose members were swapped. Its exit status is 4, not 12, for such
# a break, so anything but 0 is a difference. Without debug information every comparison of types
# would pass, so each exported function must have some.
set -eu
if [ $# -lt 4 ]; then
    echo "usage: gate.sh check|update HEADERS BASELINE LIBRARY [RELEASED]" >&2
    exit 2
fi
action=$1 headers=$2 baseline=$3 library=$4 releases=${5:-}
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
made=$work/made.abi

exec 3>&1
fail() {
    echo "$*" >&3
    exit 1
}

describe() {
    readelf -SW "$library" >"$work/sections" 2>&1 || fail "cannot read $library: $(cat "$work/sections")"
    grep -q '\.debug_info' "$work/sections" ||
        fail "the library has no debug information: build with -g and do not strip"
    [ -d "$headers" ] || fail "there is no folder $headers"
    # Functions that nobody was promised are left out; libabigail knows them by name only.
    readelf -W --dyn-syms "$library" |
        sed -n 's/.* \([a-z_0-9]*\)@@*MLC_EXPERIMENTAL.*/[suppress_function]\nsymbol_name = \1\ndrop = yes/p' \
            >"$work/experimental"
    abidw --headers-dir "$headers" --drop-private-types --exported-interfaces-only \
        --no-corpus-path --no-comp-dir-path --short-locs --type-id-style hash \
        --suppressions "$work/experimental" "$library" >"$work/raw" 2>"$work/errors" ||
        fail "abidw failed: $(cat "$work/errors")"
    # Moving a function within a header, or writing about it, is no change.
    sed "s/ line='[0-9]*' column='[0-9]*'//" "$work/raw" >"$made"
    sed -n "/<elf-variable-symbols>/,/<\/elf-variable-symbols>/s/.*<elf-symbol name='\([^']*\)'.*/\1/p" \
        "$made" >"$work/variables"
    [ ! -s "$work/variables" ] || fail "data is exported, only functions may be: $(cat "$work/variables")"
    sed -n "/<elf-function-symbols>/,/<\/elf-function-symbols>/s/.*<elf-symbol name='\([^']*\)'.*/\1/p" \
        "$made" | sort -u >"$work/exported"
    sed -n "s/.*<function-decl .*elf-symbol-id='\([^'@]*\).*/\1/p" "$made" | sort -u >"$work/described"
    bare=$(comm -23 "$work/exported" "$work/described")
    [ -z "$bare" ] || fail "exported without debug information: $(echo $bare)"
    [ -s "$work/exported" ] || fail "the library exports no function"
}

# What abidiff says of two descriptions: its exit status is in $difference.
explain() {
    difference=0
    abidiff "$@" >"$work/report" 2>&1 || difference=$?
    cat "$work/report"
    case $difference in
    0) echo "abidiff (0): nothing that it reports, such as a value appended to an enumeration" ;;
    4) echo "abidiff (4): additions, or types that have changed: each may break a program" ;;
    8 | 12) echo "abidiff ($difference): incompatible: programs that exist will break" ;;
    *) fail "abidiff failed ($difference)" ;;
    esac
}

describe
case $action in
update)
    cp "$made" "$baseline"
    echo "wrote $baseline: $(wc -l <"$work/exported") functions"
    exit 0
    ;;
check) ;;
*) fail "'$action' is neither check nor update" ;;
esac

[ -s "$baseline" ] || fail "there is no baseline $baseline"
if ! cmp -s "$baseline" "$made"; then
    echo "the public surface differs from $(basename "$baseline"):"
    explain "$baseline" "$made"
    diff "$baseline" "$made" | head -40
    echo "If that is meant: ninja -C BUILD abi-baseline, and say in the commit what changed."
    exit 1
fi
n_released=0
for released in ${releases:+"$releases"/*.abi}; do
    [ -e "$released" ] || continue # there is no release yet
    n_released=$((n_released + 1))
    explain --no-added-syms --suppressions "$here/allowed.abignore" "$released" "$made" >"$work/text"
    if [ "$difference" -ne 0 ]; then
        cat "$work/text"
        fail "programs that were linked against $(basename "$released" .abi) may break"
    fi
done
echo "the ABI is that of the baseline and keeps that of $n_released releases"
