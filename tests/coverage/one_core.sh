#!/bin/sh
# Runs a program on one of the cores it may use, so that its threads take turns and counters
# without atomic updates, which cost several times the program, count right.
core=$(taskset -cp $$ | awk -v turn=$$ -F ': *' '{
    n = split($NF, ranges, ",")
    for (i = 1; i <= n; i++) {
        ends = split(ranges[i], range, "-")
        for (core = range[1]; core <= range[ends]; core++) cores[count++] = core
    }
    print cores[turn % count]
}')
exec taskset -c "$core" "$@"
