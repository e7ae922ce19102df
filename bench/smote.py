"""SMOTE beside imbalanced-learn at several sizes: seconds of CPU at one thread, which other work on the
machine disturbs less than the clock, least of three rounds in turn.

    smote.py [ROWSxCOLUMNS ...]

A tenth of the rows is of the small class, all numbers are normal, so no neighbour is easy to find."""
import sys
import time

import imblearn.over_sampling
import numpy
import sklearn
import threadpoolctl

import harness
import mlcore

SHAPES = ["10000x20", "80000x5", "80000x20", "80000x100", "200000x20"]


def rows(n, p, share=0.1, seed=0):
    rng = numpy.random.default_rng(seed)
    y = (rng.random(n) < share).astype(numpy.int64)
    x = rng.normal(size=(n, p)) + y[:, None]
    columns = {f"x{j}": numpy.ascontiguousarray(x[:, j]) for j in range(p)}
    return x, y, mlcore.Dataset({**columns, "y": y}, target="y")


def cpu(run):
    start = time.process_time()
    run()
    return time.process_time() - start


def line(n, p, context):
    x, y, data = rows(n, p)
    times = [(cpu(lambda: imblearn.over_sampling.SMOTE().fit_resample(x, y)),
              cpu(lambda: data.resample("smote", context=context))) for _ in range(3)]
    theirs, ours = (min(side) * 1000 for side in zip(*times))
    return [f"{n:,} x {p}", f"{theirs:.3g}", f"{ours:.3g}", f"{theirs / ours:.1f}"]


def main():
    print(harness.machine(imblearn, sklearn, numpy), "\n")
    context = mlcore.Context(threads=1)
    with threadpoolctl.threadpool_limits(1):
        lines = [line(*map(int, shape.split("x")), context) for shape in sys.argv[1:] or SHAPES]
    harness.table(["rows x columns", "imbalanced-learn, ms", "libmlcore, ms", "ratio"], lines)


main()
