#!/bin/sh
# Installs what the tests need, builds, and runs every suite: C, command line, Python, Java,
# documentation, ABI, consumer. Closes with one line "N passed, N failed".
#
#     sh tests/run.sh            everything, the long forms excepted
#     sh tests/run.sh quick      the suite of that name only
#     sh tests/run.sh long       the long forms: every failing allocation, millions of changed files
set -eu
cd "$(dirname "$0")/.."
. docs/packages.sh

suite=${1:-}
build=${MLC_BUILD:-build-test}
# shellcheck disable=SC2086
need_packages $BUILD_PACKAGES $TEST_PACKAGES

# prepare FOLDER LIST [OPTIONS [SECONDS]]: a Python environment with the packages of a list, unless it
# is there already.
prepare()
{
    cmp -s "$2" "$1/ready" && return 0
    echo "Preparing the Python packages of $2"
    # shellcheck disable=SC2086
    /usr/bin/python3 -m venv --clear "$1" &&
        timeout ${4:-1200} "$1/bin/pip" install -q --disable-pip-version-check --no-compile \
            ${3:-} -r "$2" &&
        cp "$2" "$1/ready"
}

# Current releases that ask for a newer Python than a bare machine has, and run with this one; what
# they need is there.
add_newest()
{
    cmp -s "$2" "$1/newest" && return 0
    "$1/bin/pip" install -q --disable-pip-version-check --no-compile --no-deps \
        --ignore-requires-python -r "$2" &&
        cp "$2" "$1/newest"
}

# The Python side of the tests lives in environments of its own, beside the build, and comes while
# the library is compiled; what a test never loads is not compiled to bytecode. The list of older
# releases is complete, so nothing is looked up, and only one test loads them: without them, say on a
# machine without a network, that test is skipped.
prepare_all()
{
    prepare "$build-python" tests/python_packages.txt
    add_newest "$build-python" tests/python_newest_packages.txt
    prepare "$build-python-older" tests/python_older_packages.txt --no-deps 60 ||
        echo "No models of older releases: their packages could not be installed"
}
prepare_all &
packages=$!

# The test that builds a copy of the tree takes from the cache of the compiler what is the same. No
# other build does: an object names the folder it was compiled in, which the description of the ABI has.
export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1 CCACHE_NAMESPACE="$PWD/$build"
if [ ! -e "$build/build.ninja" ]; then
    meson setup "$build" --buildtype=debugoptimized -Dwerror=true -Dtests=enabled >"$build.log" ||
        { cat "$build.log"; exit 1; }
fi
ninja -C "$build" >"$build.log" || { cat "$build.log"; exit 1; }

wait "$packages"
MLC_PYTHON=$(cd "$build-python" && pwd)/bin/python
MLC_OLDER_PYTHON=
if [ -e "$build-python-older/ready" ]; then
    MLC_OLDER_PYTHON=$(cd "$build-python-older" && pwd)/bin/python
fi
export MLC_PYTHON MLC_OLDER_PYTHON
status=0
# shellcheck disable=SC2086
meson test -C "$build" --no-rebuild --print-errorlogs ${suite:+--suite "$suite"} || status=$?
awk -f tests/summary.awk "$build/meson-logs/testlog.txt" || status=1
exit $status
