"""Random forests, isolation forests and AdaBoost beside scikit-learn's: random forests on the clock
with one thread and two, the others on one thread in seconds of CPU time.

    sh bench/run.sh forests [--parts random,isolation,adaboost] [--rounds 5]

Data: random forests take the first 100,000 rows of shape H of `trees`; the others are made, of the
sizes in the table; for isolation forests one row in a hundred is spread wider. Ratios are those of
the rounds, which take turns."""
import argparse
import statistics
import time

import mlcore
import numpy as np
import sklearn
from sklearn import ensemble, metrics, tree

import harness
import tree_shapes

ROWS = {"10,000 x 10": (10_000, 10), "100,000 x 28": (100_000, 28)}
FORESTS = {"defaults": ({}, {}), "500 trees": ({"n_estimators": 500},) * 2,
           "samples of 4,096": ({"max_samples": 4096},) * 2,
           "contamination=0.01": ({"contamination": 0.01},) * 2}


def made(n, p):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, p)) @ (rng.normal(size=(p, p)) / np.sqrt(p))
    odd = np.arange(n) % 100 == 0
    x[odd] += rng.normal(scale=1.2, size=(odd.sum(), p))
    return x, odd


def cpu(run):
    start = time.process_time()
    result = run()
    return time.process_time() - start, result


def contest(x, ours, theirs, n_rounds):
    """Seconds of fits and scores, and the scores."""
    times, one = {k: [] for k in ("fit", "fit peer", "score", "score peer")}, mlcore.Context(
        threads=1)
    data = mlcore.Dataset.from_arrays({"x": x})
    settings = ", ".join(f"{k}={v}" for k, v in ours.items())
    for _ in range(n_rounds + 1):
        seconds, model = cpu(lambda: mlcore.Model(f"isolation_forest({settings})").fit(
            data, context=one))
        times["fit"].append(seconds)
        seconds, peer = cpu(lambda: ensemble.IsolationForest(random_state=0, n_jobs=1,
                                                             **theirs).fit(x))
        times["fit peer"].append(seconds)
        seconds, scores = cpu(lambda: np.asarray(model.decision_function(data, context=one)))
        times["score"].append(seconds)
        seconds, peer_scores = cpu(lambda: peer.decision_function(x))
        times["score peer"].append(seconds)
    return {k: v[1:] for k, v in times.items()}, scores, peer_scores


def boosted(n_rounds):
    """Rows of a table: AdaBoost of trees of two depths."""
    rng, one, rows = np.random.default_rng(1), mlcore.Context(threads=1), []
    x = rng.normal(size=(10_000, 10))
    z = x[:, 0] * x[:, 1] + x[:, 2] + rng.normal(size=len(x)) / 2
    new = mlcore.Dataset.from_arrays({"x": x})
    for kind, y, peer, learner in (
            ("classifier", (z > 0).astype(int), ensemble.AdaBoostClassifier,
             tree.DecisionTreeClassifier),
            ("regressor", z, ensemble.AdaBoostRegressor, tree.DecisionTreeRegressor)):
        data = mlcore.Dataset.from_arrays({"x": x}, target=y)
        for depth in (1, 3):
            times = [[], [], [], []]
            for _ in range(n_rounds + 1):
                fit, model = cpu(lambda: mlcore.Model(
                    f"adaboost_{kind}(max_depth={depth})").fit(data, context=one))
                fit_peer, theirs = cpu(lambda: peer(learner(max_depth=depth),
                                                    random_state=0).fit(x, y))
                predict, _ = cpu(lambda: model.predict(new, context=one))
                predict_peer, _ = cpu(lambda: theirs.predict(x))
                for to, seconds in zip(times, (fit, fit_peer, predict, predict_peer)):
                    to.append(seconds)
            fit, fit_peer, predict, predict_peer = (t[1:] for t in times)
            rows.append([f"adaboost_{kind}, depth {depth}", f"{statistics.median(fit):.3g}",
                         harness.ratio(fit_peer, fit), f"{statistics.median(predict):.3g}",
                         harness.ratio(predict_peer, predict)])
    return rows


def clock(run):
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


def random_forests(n_rounds):
    """100 trees of all defaults, which are the same ones; no warm-up, as a fit takes a minute."""
    shape = tree_shapes.make("H")
    x, y = shape.x[:100_000].copy(), shape.y[:100_000].astype(int)
    data, new = mlcore.Dataset.from_arrays({"x": x}, target=y), {"x": shape.test_x}
    rows = []
    for kind, peer in (("random_forest", ensemble.RandomForestClassifier),
                       ("extra_trees", ensemble.ExtraTreesClassifier)):
        for threads in (1, 2):
            times, context = [[], [], [], []], mlcore.Context(threads=threads)
            for _ in range(n_rounds):
                fit, model = clock(lambda: mlcore.Model(f"{kind}_classifier").fit(
                    data, context=context))
                fit_peer, theirs = clock(lambda: peer(n_jobs=threads, random_state=0).fit(x, y))
                predict, p = clock(lambda: np.asarray(model.predict_proba(new, context=context)))
                predict_peer, q = clock(lambda: theirs.predict_proba(shape.test_x))
                for to, seconds in zip(times, (fit, fit_peer, predict, predict_peer)):
                    to.append(seconds)
            fit, fit_peer, predict, predict_peer = times
            auc = [metrics.roc_auc_score(shape.test_y, scores[:, 1]) for scores in (p, q)]
            rows.append([f"{kind}, {threads} thread{'s' * (threads > 1)}",
                         f"{statistics.median(fit):.3g}", harness.ratio(fit_peer, fit),
                         f"{statistics.median(predict):.3g}",
                         harness.ratio(predict_peer, predict), f"{auc[0]:.4f}, {auc[1]:.4f}"])
    harness.table(["100,000 x 28, 100 trees", "fit, s", "scikit-learn / ours",
                   "200,000 rows, s", "scikit-learn / ours", "AUC: ours, scikit-learn"], rows)


def isolation_forests(n_rounds):
    rows = []
    for size, shape in ROWS.items():
        x, odd = made(*shape)
        for name, (ours, theirs) in FORESTS.items():
            t, scores, peer_scores = contest(x, ours, theirs, n_rounds)
            auc = [metrics.roc_auc_score(odd, -s) for s in (scores, peer_scores)]
            rows.append([size, name, f"{statistics.median(t['fit']):.3g}",
                         harness.ratio(t["fit peer"], t["fit"]),
                         f"{statistics.median(t['score']):.3g}",
                         harness.ratio(t["score peer"], t["score"]),
                         f"{auc[0]:.3f}, {auc[1]:.3f}"])
    harness.table(["rows x features", "forest", "fit, s", "scikit-learn / ours", "score all, s",
                   "scikit-learn / ours", "AUC: ours, scikit-learn"], rows)


def adaboost(n_rounds):
    harness.table(["10,000 x 10, 50 trees", "fit, s", "scikit-learn / ours", "predict all, s",
                   "scikit-learn / ours"], boosted(n_rounds))


def main():
    parts = {"random": random_forests, "isolation": isolation_forests, "adaboost": adaboost}
    parser = argparse.ArgumentParser()
    parser.add_argument("--parts", default=",".join(parts))
    parser.add_argument("--rounds", type=int, default=5)
    o = parser.parse_args()
    print(harness.machine(sklearn, np) + "\n")
    for part in o.parts.split(","):
        parts[part](o.rounds)


main()
