#!/bin/sh
# Builds the library for 32-bit x86, without a warning, predicts the golden rows with it and loads
# it into a host: the same bits as everywhere. Needs gcc-multilib and lib32z1-dev; else it is
# skipped. Check has no 32-bit package beside the 64-bit one, so its programs do not run here.
#
#     m32.sh SOURCE
set -eu
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '#include <zlib.h>\nint main(void) { return zlibVersion() == 0; }\n' >"$work/zlib.c"
gcc -m32 "$work/zlib.c" -lz -o "$work/zlib" 2>/dev/null ||
    { echo "no gcc-multilib or no 32-bit zlib here"; exit 77; }
cat >"$work/cross" <<END
[binaries]
c = ['gcc', '-m32']
ar = 'ar'
strip = 'strip'
[built-in options]
c_args = ['-msse2', '-mfpmath=sse']
[properties]
needs_exe_wrapper = false
[host_machine]
system = 'linux'
cpu_family = 'x86'
cpu = 'i686'
endian = 'little'
END
meson setup "$work/build" "$source" --cross-file "$work/cross" --buildtype=release -Dwerror=true \
    -Dtests=disabled -Dcli=disabled -Djava=disabled -Ddocs=disabled >"$work/log" 2>&1 ||
    { tail -20 "$work/log"; exit 1; }
ninja -C "$work/build" lib/libmlcore.so.0.1.0 >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
cp "$work/build/lib/libmlcore.so.0.1.0" "$work/libmlcore.so.0"
gcc -m32 -std=c11 -D_GNU_SOURCE -I"$source/include" "$source/tests/guest/golden_bits.c" \
    "$work/libmlcore.so.0" -Wl,-rpath,"$work" -o "$work/golden_bits"
"$work/golden_bits" "$source/tests/golden"
gcc -m32 -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 "$source/tests/guest/host.c" -lm \
    -o "$work/host"
"$work/host" "$work/libmlcore.so.0" "$source/tests/golden/income.mlcore" 100
