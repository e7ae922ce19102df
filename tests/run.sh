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

# The Python side of the tests lives in an environment of its own, beside the build.
venv=$build-python
if [ ! -e "$venv/ready" ]; then
    echo "Preparing the Python packages of the tests"
    /usr/bin/python3 -m venv --clear "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check -r tests/python_packages.txt
    touch "$venv/ready"
fi

if [ ! -e "$build/build.ninja" ]; then
    meson setup "$build" --buildtype=debugoptimized -Dwerror=true -Dtests=enabled >"$build.log" ||
        { cat "$build.log"; exit 1; }
fi
ninja -C "$build" >"$build.log" || { cat "$build.log"; exit 1; }

MLC_PYTHON=$(cd "$venv" && pwd)/bin/python
export MLC_PYTHON
status=0
# shellcheck disable=SC2086
meson test -C "$build" --no-rebuild --print-errorlogs ${suite:+--suite "$suite"} || status=$?
awk -f tests/summary.awk "$build/meson-logs/testlog.txt" || status=1
exit $status
