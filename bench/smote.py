"""SMOTE beside imbalanced-learn at several sizes: seconds of CPU at one thread, which other work on the
machine disturbs less than the clock, least of three rounds in turn.

    smote.py [ROWSxCOLUMNS[xCATEGORIES] ...]

A tenth of the rows is of the small class, all numbers are normal, so no neighbour is easy to find. With
categories, of eight values each, it is SMOTE-NC."""
import sys
import time

import imblearn.over_sampling
import numpy
import sklearn
import threadpoolctl

import harness
import mlcore

SHAPES = ["10000x20", "80000x5", "80000x20", "80000x100", "200000x20", "10000x15x5", "80000x15x5"]


def rows(n, p, n_categories, share=0.1, seed=0):
    rng = numpy.random.default_rng(seed)
    y = (rng.random(n) < share).astype(numpy.int64)
    x = rng.normal(size=(n, p)) + y[:, None]
    codes = rng.integers(8, size=(n, n_categories))
    columns = {f"x{j}": numpy.ascontiguousarray(x[:, j]) for j in range(p)}
    words = numpy.array([f"value {k}" for k in range(8)])
    columns.update({f"c{j}": words[codes[:, j]] for j in range(n_categories)})
    return numpy.hstack([x, codes]), y, mlcore.Dataset({**columns, "y": y}, target="y")


def cpu(run):
    start = time.process_time()
    run()
    return time.process_time() - start


def line(shape, context):
    n, p, n_categories = (*map(int, shape.split("x")), 0)[:3]
    x, y, data = rows(n, p, n_categories)
    peer = imblearn.over_sampling.SMOTE()
    if n_categories > 0:
        peer = imblearn.over_sampling.SMOTENC(categorical_features=list(range(p, p + n_categories)))
    name = "smote_nc" if n_categories > 0 else "smote"
    times = [(cpu(lambda: peer.fit_resample(x, y)),
              cpu(lambda: data.resample(name, context=context))) for _ in range(3)]
    theirs, ours = (min(side) * 1000 for side in zip(*times))
    categories = f", {n_categories} categories" if n_categories > 0 else ""
    return [f"{n:,} x {p}{categories}", f"{theirs:.3g}", f"{ours:.3g}", f"{theirs / ours:.1f}"]


def main():
    print(harness.machine(imblearn, sklearn, numpy), "\n")
    context = mlcore.Context(threads=1)
    with threadpoolctl.threadpool_limits(1):
        lines = [line(shape, context) for shape in sys.argv[1:] or SHAPES]
    harness.table(["rows x columns", "imbalanced-learn, ms", "libmlcore, ms", "ratio"], lines)


main()
