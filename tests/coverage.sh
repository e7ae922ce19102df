#!/bin/sh
# What the C tests of suite quick reach in lib/, a layer at a time, held to the figures of
# tests/coverage/floor.json: fails when a layer falls below its floor.
#
#     sh tests/coverage.sh                the table, and the worst files with their lines
#     sh tests/coverage.sh --raise        the same, then writes the floors up where they rose
#     sh tests/coverage.sh csv_read.c     what is uncovered in files of that name, or in a layer
#     sh tests/coverage.sh --last ...     any of these on the counts of the last run
#
# Built on its own with -Og and no inlining: as fast as the tests need, and each branch of the
# source is one branch of the program. Programs run on one core each, for the counters; where threads
# lose an increment all the same, gcov derives a negative count for some other line, which gcovr
# skips (several of its threads would wait for ever on such a line, so it has one). It leaves out
# branches on lines without code (a closing brace); nothing else is left out, and no source carries
# exclusion marks.
set -eu
cd "$(dirname "$0")/.."
. docs/packages.sh

build=${MLC_COVERAGE_BUILD:-build-coverage}
counts=$build/coverage.json
if [ "${1:-}" = --last ]; then
    shift
else
    # shellcheck disable=SC2086
    need_packages $BUILD_PACKAGES $COVERAGE_PACKAGES
    [ -e "$build/build.ninja" ] ||
        meson setup "$build" --buildtype=plain -Ddebug=false -Doptimization=g -Db_coverage=true \
            -Dc_args="-fno-inline -fno-early-inlining -fprofile-update=single" \
            -Dtests=enabled -Dcli=disabled -Djava=disabled -Ddocs=disabled >"$build.log" ||
        { cat "$build.log"; exit 1; }
    ninja -C "$build" >"$build.log" || { cat "$build.log"; exit 1; }
    find "$build" -name '*.gcda' -exec rm -f {} +
    MLC_SEED=1 MLC_TORTURE_POINTS=25 CK_TIMEOUT_MULTIPLIER=5 CK_EXCLUDE_TAGS=results \
        meson test -C "$build" --no-rebuild --print-errorlogs -t 5 \
        --wrapper "sh $PWD/tests/coverage/one_core.sh" \
        --suite quick --no-suite abi --no-suite meta --no-suite docs --no-suite python \
        --no-suite guest >"$build.log" || { cat "$build.log"; exit 1; }
    # All points of failing memory, where the bar is highest: a draw of them would be another one
    # after each change.
    # shellcheck disable=SC2016
    grep -l '"torture.h"' tests/base/*.c tests/data/*.c tests/artifact/*.c |
        sed 's|tests/||; s|/test_| |; s|\.c$||' |
        MLC_TORTURE_POINTS=0 MLC_TEST_DATA=tests/data CK_TIMEOUT_MULTIPLIER=5 \
            xargs -P "$(nproc)" -n 2 sh -c \
            'sh tests/coverage/one_core.sh "$0/tests/test_$1" "$2" >"$0/$2.log" 2>&1 ||
                { cat "$0/$2.log"; exit 1; }' "$build"
    gcovr --root . --filter lib/ --exclude-unreachable-branches --object-directory "$build" \
        --gcov-ignore-parse-errors --json "$counts" "$build" 2>"$build.log" || { cat "$build.log"; exit 1; }
fi
python3 tests/coverage/report.py "$counts" tests/coverage/floor.json "$@"
