#!/bin/sh
# Runs a benchmark beside its peers and prints the table that docs/benchmarks.md shows.
#
#     sh bench/run.sh NAME [options of the benchmark]        without a name: the list
#
# Builds a release in build-bench and keeps the peers (bench/packages*.txt) in a virtual environment
# outside the tree.
set -eu
cd "$(dirname "$0")/.."
. docs/packages.sh
# A script named csv.py would be what its packages import as csv: such have bench_ in front.
script=bench/${1-}.py
[ -e "$script" ] || script=bench/bench_${1-}.py
[ $# -ge 1 ] && [ -e "$script" ] || {
    echo "usage: sh bench/run.sh NAME, one of: $(cd bench && ls ./*.py | sed 's|./||; s|bench_||; s|\.py||; /harness/d; /_shapes/d' | tr '\n' ' ')" >&2
    exit 2
}
# shellcheck disable=SC2086
need_packages $BUILD_PACKAGES python3-venv

venv=${XDG_CACHE_HOME:-$HOME/.cache}/mlcore-bench
if ! cat bench/packages*.txt | cmp -s - "$venv/packages.txt"; then
    echo "Preparing the peers in $venv" >&2
    /usr/bin/python3 -m venv --clear "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check -r bench/packages.txt >&2
    # It asks for a newer Python than it needs.
    "$venv/bin/pip" install -q --disable-pip-version-check --no-deps --ignore-requires-python \
        -r bench/packages-newest.txt >&2
    # It needs an llvmlite that shap's numba is too new for, so it has a place of its own.
    "$venv/bin/pip" install -q --disable-pip-version-check --no-deps --target "$venv/lleaves" \
        -r bench/packages-lleaves.txt >&2
    cat bench/packages*.txt >"$venv/packages.txt"
fi
[ -e build-bench/build.ninja ] ||
    meson setup build-bench --buildtype=release -Dtests=disabled -Djava=disabled -Ddocs=disabled >&2
ninja -C build-bench >/dev/null
shift
MLCORE_LIBRARY=$PWD/build-bench/lib/libmlcore.so PYTHONPATH=$PWD/bindings/python \
    exec "$venv/bin/python" "$script" "$@"
