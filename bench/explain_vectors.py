"""Shapley values of support vector machines beside shap, which asks scikit-learn for coalitions.

    sh bench/run.sh explain_vectors [--rows 2000] [--features 10,30] [--rounds 3]

Models: SVC of scikit-learn on two classes of blobs that overlap, with its defaults (rbf), and with
kernel=poly; ours are the same, imported. Against 100 background rows. shap's exact values are there
for 10 features; KernelExplainer draws coalitions, 2,048 and two a feature by default, and comes near
them. Rounds take turns; milliseconds a row by the clock, of one thread; `apart`: the largest
difference, as a share of the largest value."""
import argparse
import time

import numpy as np
from sklearn import svm

import harness

BACKGROUND = 100


def made(n, n_features):
    rng = np.random.default_rng(0)
    centres = rng.normal(scale=1.1, size=(8, n_features))
    blob = rng.integers(0, 8, n + BACKGROUND)
    return centres[blob] + rng.normal(size=(len(blob), n_features)), blob % 2


def explainers(source, model, background):
    import mlcore
    import shap
    context = mlcore.Context(threads=1)
    found = {"libmlcore": lambda x: model.explain(x, background=background,
                                                  context=context)["contribution"]}
    if background.shape[1] <= 12:
        masker = shap.maskers.Independent(background, max_samples=len(background))
        exact = shap.explainers.ExactExplainer(source.decision_function, masker)
        found["shap ExactExplainer"] = lambda x: exact(x, silent=True).values
    kernel = shap.KernelExplainer(source.decision_function, background)
    found["shap KernelExplainer"] = lambda x: kernel.shap_values(x, silent=True)
    return found


def contest(what, source, x, o):
    import mlcore
    model = mlcore.from_sklearn(source, x)
    times, values, rows = {}, {}, {}
    contestants = explainers(source, model, x[o.rows:])
    for _ in range(o.rounds):
        for name, explain in contestants.items():
            rows[name] = 200 if name == "libmlcore" else 2
            start = time.perf_counter()
            values[name] = explain(x[:rows[name]])[:2]
            times.setdefault(name, []).append((time.perf_counter() - start) / rows[name])
    ours = values["libmlcore"]
    print(f"{what}, {x.shape[1]} features, {len(source.support_)} support vectors\n")
    harness.table(["", "milliseconds a row", "times ours", "apart"],
                  [[name, harness.spread(t, 1e3), harness.ratio(t, times["libmlcore"]),
                    f"{np.abs(values[name] - ours).max() / np.abs(ours).max():.1g}"]
                   for name, t in times.items()])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--features", default="10,30")
    parser.add_argument("--rounds", type=int, default=3)
    o = parser.parse_args()
    import shap
    import sklearn
    print(harness.machine(shap, sklearn) + "\n")
    for n_features in map(int, o.features.split(",")):
        x, y = made(o.rows, n_features)
        for kernel in ("rbf", "poly"):
            contest(kernel, svm.SVC(kernel=kernel).fit(x[:o.rows], y[:o.rows]), x, o)


main()
