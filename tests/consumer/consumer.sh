#!/bin/sh
# Installs into a folder, then builds and runs consumer.c against it with what pkg-config says:
# shared and static, in C and, for the wrapper, in C++.
#
#     consumer.sh SOURCE BUILD CC
set -eu
source=$1 build=$2 cc=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

DESTDIR=$work/root meson install -C "$build" --no-rebuild --quiet >/dev/null
pc=$(find "$work/root" -name mlcore.pc)
PKG_CONFIG_PATH=$(dirname "$pc")
PKG_CONFIG_SYSROOT_DIR=$work/root
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
lib=$(dirname "$(find "$work/root" -name 'libmlcore.so.0')")

flags=$(pkg-config --cflags --libs mlcore)
# shellcheck disable=SC2086
$cc -std=c11 -Wall -Werror "$source/tests/consumer/consumer.c" -o "$work/shared" $flags
LD_LIBRARY_PATH=$lib "$work/shared" "$source/tests/data/iris.csv"

# pkg-config puts the sysroot before each -L; the system's own archives are not in it.
static=$(pkg-config --static --libs-only-other mlcore; pkg-config --static --libs-only-l mlcore)
static=$(echo "$static" | tr ' \n' '\n\n' | grep -v '^-lmlcore$' | tr '\n' ' ')
blis=$(pkg-config --static --libs-only-L mlcore | tr ' ' '\n' | sed "s|^-L$work/root|-L|" | tr '\n' ' ')
# shellcheck disable=SC2086
$cc -std=c11 -Wall -Werror "$source/tests/consumer/consumer.c" -o "$work/static" \
    $(pkg-config --cflags mlcore) "$lib/libmlcore.a" $blis $static
"$work/static" "$source/tests/data/iris.csv"
if ldd "$work/static" | grep -q libmlcore; then echo "the static program loads libmlcore.so"; exit 1; fi
echo "shared and static consumers work"
