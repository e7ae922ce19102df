"""Resampling beside imbalanced-learn, splits beside scikit-learn, samples beside NumPy: seconds at
one thread and at two, rounds in turn. Options: rows of the largest case (1,000,000)."""
import sys

import imblearn
import imblearn.over_sampling
import numpy
import sklearn
import sklearn.model_selection
import threadpoolctl

import harness
import mlcore

FEATURES = 20


def rows(n, share=0.1, seed=0):
    rng = numpy.random.default_rng(seed)
    y = (rng.random(n) < share).astype(numpy.int64)
    x = rng.normal(size=(n, FEATURES)) + y[:, None]
    names = {f"x{j}": numpy.ascontiguousarray(x[:, j]) for j in range(FEATURES)}
    return x, y, mlcore.Dataset({**names, "y": y, "w": rng.random(n),
                                 "g": rng.integers(n // 20, size=n)},
                                target="y", weight="w", group="g")


def compare(what, ours, theirs):
    """One line of the table: peer, ours at one and two threads, ratios of the rounds."""
    contexts = {n: mlcore.Context(threads=n) for n in (1, 2)}
    times = harness.rounds({"peer": theirs, **{n: lambda c=c: ours(c)
                                               for n, c in contexts.items()}}, n=3)
    return [what, harness.spread(times["peer"], 1000), harness.spread(times[1], 1000),
            harness.spread(times[2], 1000), harness.ratio(times["peer"], times[1])]


def smote_lines(sizes):
    for n in sizes:
        x, y, data = rows(n)
        # Weight and group are no features there.
        yield compare(f"SMOTE, {n:,} rows x {FEATURES}, {y.sum():,} of the small class",
                      lambda c, d=data: d.resample("smote", context=c),
                      lambda x=x, y=y: imblearn.over_sampling.SMOTE().fit_resample(x, y))


def split_lines(n):
    x, y, data = rows(n)
    groups = data["g"]
    selection = sklearn.model_selection
    for what, name, params, theirs in (
            ("train_test_split, stratified", "hold_out", {"stratify": True},
             lambda: selection.train_test_split(x, y, stratify=y)),
            ("KFold, shuffled", "k_fold", {"shuffle": True},
             lambda: [(x[a], x[b]) for a, b in selection.KFold(5, shuffle=True).split(x)]),
            ("StratifiedKFold", "stratified_k_fold", {},
             lambda: [(x[a], x[b]) for a, b in selection.StratifiedKFold(5).split(x, y)]),
            ("GroupKFold", "group_k_fold", {},
             lambda: [(x[a], x[b]) for a, b in selection.GroupKFold(5).split(x, y, groups)])):
        yield compare(f"{what}, {n:,} rows", lambda c, name=name, params=params: data.split(
            name, context=c, **params), theirs)


def sample_lines(n):
    _, _, data = rows(n)
    chances = data["w"] / data["w"].sum()
    rng = numpy.random.default_rng(0)
    yield compare(f"weighted, {n // 10:,} of {n:,} rows without replacement",
                  lambda c: data.sample("weighted", n=n // 10, context=c),
                  lambda: rng.choice(n, n // 10, replace=False, p=chances))
    yield compare(f"uniform, {n // 10:,} of {n:,} rows without replacement",
                  lambda c: data.sample("uniform", n=n // 10, context=c),
                  lambda: rng.choice(n, n // 10, replace=False))
    yield compare(f"fingerprint, {n:,} rows x 23 (peer: pandas.util.hash_pandas_object)",
                  lambda c: data.fingerprint(context=c), hash_of(data))


def hash_of(data):
    import pandas
    frame = data.to_pandas()
    return lambda: pandas.util.hash_pandas_object(frame, index=False).sum()


def main():
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(harness.machine(imblearn, sklearn, numpy), "\n")
    with threadpoolctl.threadpool_limits(2):
        lines = [*smote_lines([largest // 50, largest // 5]), *split_lines(largest),
                 *sample_lines(largest)]
    harness.table(["milliseconds", "peer", "libmlcore, 1 thread", "2 threads",
                   "peer / libmlcore, 1 thread"], lines)


main()
