"""Support vector machines beside scikit-learn's SVC and SVR: kernel rbf, 20 features.

    sh bench/run.sh svm [--rows 5000,20000] [--rounds 3]

Data: two classes of eight blobs that overlap, and a smooth function of the same features with noise;
predictions are of 10,000 other rows. Both run with their defaults, ours with one thread and with two.
Rounds take turns; figures are medians, in seconds by the clock. `agree`: the share of equal classes,
or the largest difference of numbers."""
import argparse
import statistics
import time

import mlcore
import numpy as np
import sklearn
from sklearn import svm

FEATURES, NEW_ROWS = 20, 10_000


def made(n):
    rng = np.random.default_rng(0)
    centres = rng.normal(scale=1.1, size=(8, FEATURES))
    blob = rng.integers(0, 8, n + NEW_ROWS)
    x = centres[blob] + rng.normal(size=(n + NEW_ROWS, FEATURES))
    y = np.sin(x[:, 0]) + x[:, 1] * x[:, 2] / 2 + 0.3 * rng.normal(size=len(x))
    return x, blob % 2, y


def clock(run):
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


def contest(ours, theirs, x, y, n, n_rounds):
    contexts = {"1": mlcore.Context(threads=1), "2": mlcore.Context(threads=2)}
    times = {}
    for _ in range(n_rounds):
        for name, context in contexts.items():
            seconds, model = clock(lambda: ours().fit(x[:n], y[:n], context=context))
            times.setdefault(f"fit {name}", []).append(seconds)
            seconds, found = clock(lambda: np.asarray(model.predict(x[n:], context=context)))
            times.setdefault(f"predict {name}", []).append(seconds)
        seconds, peer = clock(lambda: theirs().fit(x[:n], y[:n]))
        times.setdefault("fit peer", []).append(seconds)
        seconds, expected = clock(lambda: peer.predict(x[n:]))
        times.setdefault("predict peer", []).append(seconds)
    vectors = len(peer.support_)
    return {k: statistics.median(v) for k, v in times.items()}, found, expected, vectors


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", default="5000,20000")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    print(f"scikit-learn {sklearn.__version__}\n")
    print("| rows | model | support vectors | fit, s: 1 thread | 2 threads | scikit-learn | ratio, 1 "
          "thread | predict, s: 1 thread | 2 threads | scikit-learn | ratio, 1 thread | agree |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    for n in map(int, args.rows.split(",")):
        x, label, y = made(n)
        for kind, ours, theirs, target in (
                ("classifier", mlcore.SupportVectorClassifier, svm.SVC, label),
                ("regressor", mlcore.SupportVectorRegressor, svm.SVR, y)):
            t, found, expected, vectors = contest(ours, theirs, x, target, n, args.rounds)
            agree = f"{np.mean(found == expected):.4f}" if kind == "classifier" else \
                f"{np.abs(found - expected).max():.1g}"
            print(f"| {n:,} | {kind} | {vectors:,} | {t['fit 1']:.2f} | {t['fit 2']:.2f} | "
                  f"{t['fit peer']:.2f} | {t['fit peer'] / t['fit 1']:.1f} | {t['predict 1']:.2f} | "
                  f"{t['predict 2']:.2f} | {t['predict peer']:.2f} | "
                  f"{t['predict peer'] / t['predict 1']:.1f} | {agree} |", flush=True)


if __name__ == "__main__":
    main()
