#!/bin/sh
# Fuzzes the readers of outside bytes with libFuzzer, and prints a line of the ledger in
# docs/fuzzing.md for each target. Needs clang.
#
#     sh tests/fuzz.sh                     30 CPU minutes for each target
#     sh tests/fuzz.sh 5 csv text          5 CPU minutes for two of them
#
# What libFuzzer finds on its way stays in build-fuzzing/found/NAME and is where the next run
# begins; an input that stopped a target is in build-fuzzing/stopped.
set -eu
cd "$(dirname "$0")/.."

minutes=${1:-30}
[ $# -gt 0 ] && shift
targets=${*:-arrays artifact csv expression gzip import jsonl libsvm model number profile recipe record schema text}
build=${MLC_BUILD:-build-fuzzing}
if [ ! -e "$build/build.ninja" ]; then
    CC=clang meson setup "$build" --buildtype=debugoptimized -Dfuzzing=enabled \
        -Db_sanitize=address,undefined -Db_lundef=false \
        -Dc_args='-fno-sanitize-recover=all -fsanitize=float-cast-overflow' \
        -Djava=disabled -Ddocs=disabled >/dev/null
fi
ninja -C "$build" fuzz >"$build.log" || { cat "$build.log"; exit 1; }
commit=$(git rev-parse --short HEAD)
mkdir -p "$build/stopped"

# Clock ticks that this shell's ended children have used.
children_ticks()
{
    read -r line <"/proc/$$/stat"
    # shellcheck disable=SC2086
    set -- ${line##*) }
    echo $((${14} + ${15}))
}

status=0
ticks_a_second=$(getconf CLK_TCK)
for target in $targets; do
    found=$build/found/$target
    log=$build/$target.log
    mkdir -p "$found"
    dictionary=tests/fuzz/$target.dict
    [ -e "$dictionary" ] && set -- "-dict=$dictionary" || set --
    executions=0
    stops=0
    started=$(children_ticks)
    while used=$((($(children_ticks) - started) / ticks_a_second)); [ $used -lt $((minutes * 60)) ]; do
        left=$((minutes * 60 - used))
        "$build/tests/fuzz/fuzz_$target" "$@" -timeout=30 -rss_limit_mb=1024 -print_final_stats=1 \
            -max_total_time=$left -artifact_prefix="$build/stopped/$target-" \
            "$found" "tests/fuzz/corpus/$target" >"$log" 2>&1 || {
            stops=$((stops + 1))
            status=1
            tail -n 40 "$log" >&2
            [ $stops -lt 3 ] || break
        }
        ran=$(awk '$1 == "stat::number_of_executed_units:" { n = $2 } END { print n + 0 }' "$log")
        executions=$((executions + ${ran:-0}))
    done
    edges=$(awk '{ for (i = 1; i < NF; i++) if ($i == "cov:") last = $(i + 1) } END { print last + 0 }' \
        "$log")
    awk -v target="$target" -v commit="$commit" -v seconds="$used" -v executions="$executions" \
        -v edges="$edges" -v stops="$stops" -v day="$(date +%F)" 'BEGIN {
        printf "| %s | `%s` | %s | %.1f | %d | %d | %s | %s |\n", day, target, commit, seconds / 60,
            executions, seconds ? executions / seconds : 0, edges,
            stops ? stops " inputs stopped it" : "none" }'
done
exit $status
