"""Shapley values of boosted trees beside shap, LightGBM and XGBoost.

    sh bench/run.sh explain [--models 100x31,100x255,500x64] [--threads 1,2] [--rounds 3] [--cpu]

LightGBM and XGBoost explain models of their own, trained on the same rows to as many trees and
leaves; shap explains ours, whose trees it is given, with the C extension of its TreeExplainer, and
must find the same values. Times are a row's share of a batch, the call of each library included;
with --cpu processor time instead of time on the wall."""
import argparse
import time

import numpy as np

import harness
import tree_shapes

RATE, LEAST_ROWS = 0.1, 20
# shap divides by path fractions; with a background it counts in single precision.
SAME = {"shap": 1e-8, "interactions": 1e-8, "background": 1e-6}


def train_ours(shape, n_trees, n_leaves):
    import mlcore
    depth = ", max_depth=6" if n_leaves == 64 else ""
    model = mlcore.Model(f"gradient_boosting_regressor(n_estimators={n_trees}, max_leaf_nodes="
                         f"{n_leaves}, learning_rate={RATE}, min_samples_leaf={LEAST_ROWS}{depth})")
    return model.fit(mlcore.Dataset.from_arrays({"x": shape.x}, target=shape.y))


def ours(model, threads, background=None, **options):
    import mlcore
    context = mlcore.Context(threads=threads)
    others = None if background is None else mlcore.Dataset.from_arrays({"x": background})

    def explain(x):
        rows = mlcore.Dataset.from_arrays({"x": x})
        found = model.explain(rows, background=others, context=context, **options)
        return found.column(found.columns[-1])
    return explain


def lightgbm(shape, n_trees, n_leaves, threads):
    import lightgbm as peer
    params = {"num_leaves": n_leaves, "learning_rate": RATE, "min_data_in_leaf": LEAST_ROWS,
              "num_threads": threads, "verbose": -1, "max_depth": 6 if n_leaves == 64 else -1}
    booster = peer.train(params, peer.Dataset(shape.x, shape.y), n_trees)
    return lambda x: booster.predict(x, pred_contrib=True, num_threads=threads)


def xgboost(shape, n_trees, n_leaves, threads, interactions=False):
    import xgboost as peer
    params = {"tree_method": "hist", "grow_policy": "lossguide", "max_leaves": n_leaves,
              "max_depth": 6 if n_leaves == 64 else 0, "eta": RATE, "nthread": threads,
              "min_child_weight": LEAST_ROWS}
    booster = peer.train(params, peer.DMatrix(shape.x, shape.y), n_trees)
    what = {"pred_interactions": True} if interactions else {"pred_contribs": True}
    return lambda x: booster.predict(peer.DMatrix(x, nthread=threads), **what)


def shap(model, shape, background=None):
    import shap as peer
    table = model.table("trees").to_pandas()
    places = {f"x{k}": k for k in range(shape.x.shape[1])}
    trees = []
    for _, tree in table.groupby("tree"):
        left, right = tree["left"].to_numpy(), tree["right"].to_numpy()
        trees.append({"children_left": left, "children_right": right,
                      "children_default": np.where(tree["missing"] == "left", left, right),
                      "feature": tree["feature"].map(places).fillna(-2).to_numpy(int),
                      "threshold": tree["threshold"].fillna(0).to_numpy(float),
                      "value": tree["value"].fillna(0).to_numpy(float).reshape(-1, 1),
                      "node_sample_weight": tree["cover"].to_numpy(float).copy()})
    return peer.TreeExplainer({"trees": trees, "base_offset": 0.0, "input_dtype": np.float64},
                              data=background)


def seconds_a_row(contestants, x, n_rounds, clock):
    """Of each contestant, round by round; as many rows as take it about a fifth of a second."""
    rows, times = {}, {name: [] for name in contestants}
    for name, explain in contestants.items():
        start = clock()
        explain(x[:8])
        rows[name] = int(min(len(x), max(8, 8 * 0.2 / max(clock() - start, 1e-6))))
    for _ in range(n_rounds):
        for name, explain in contestants.items():
            start = clock()
            explain(x[:rows[name]])
            times[name].append((clock() - start) / rows[name])
    return times


def report(what, contestants, x, o):
    clock = time.process_time if o.cpu else time.perf_counter
    times = seconds_a_row(contestants, x, o.rounds, clock)
    first = next(iter(times))
    print(what + "\n")
    harness.table(["", "microseconds a row", "times ours"],
                  [[name, harness.spread(t, 1e6), harness.ratio(t, times[first])]
                   for name, t in times.items()])


def check(what, found, wanted):
    wrong = np.abs(found - wanted).max()
    if wrong > SAME[what]:
        raise SystemExit(f"{what}: libmlcore and shap are {wrong:.1e} apart")


def measure(shape, n_trees, n_leaves, threads, o):
    x, background = shape.test_x[:4000], shape.x[:100]
    model = train_ours(shape, n_trees, n_leaves)
    by_path, by_background = shap(model, shape), shap(model, shape, background)
    few, p = x[:5], x.shape[1]
    mine = {"shap": ours(model, threads),
            "interactions": ours(model, threads, method="interactions"),
            "background": ours(model, threads, background)}
    check("shap", mine["shap"](few), by_path.shap_values(few, check_additivity=False))
    check("background", mine["background"](few),
          by_background.shap_values(few, check_additivity=False))
    check("interactions", mine["interactions"](few).reshape(-1, p, p),
          by_path.shap_interaction_values(few))
    title = f"{n_trees} trees of {n_leaves} leaves, {p} features, {threads} thread(s)"
    peers = {"LightGBM pred_contrib": lightgbm(shape, n_trees, n_leaves, threads),
             "XGBoost pred_contribs": xgboost(shape, n_trees, n_leaves, threads),
             "shap TreeExplainer": lambda r: by_path.shap_values(r, check_additivity=False)}
    report(f"Shapley values, {title}", {"libmlcore": mine["shap"], **peers}, x, o)
    if n_leaves > 64:
        return
    peers = {"XGBoost pred_interactions": xgboost(shape, n_trees, n_leaves, threads, True),
             "shap TreeExplainer": by_path.shap_interaction_values}
    report(f"interactions, {title}", {"libmlcore": mine["interactions"], **peers}, x, o)
    peers = {"shap TreeExplainer": lambda r: by_background.shap_values(r, check_additivity=False)}
    report(f"against 100 background rows, {title}", {"libmlcore": mine["background"], **peers}, x,
           o)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", default="100x31,100x255,500x64")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cpu", action="store_true")
    o = parser.parse_args()
    import lightgbm as a
    import shap as b
    import xgboost as c
    print(harness.machine(a, c, b) + "\n")
    shape = tree_shapes.SHAPES["S"](np.random.default_rng(0))
    for name in o.models.split(","):
        n_trees, n_leaves = map(int, name.split("x"))
        for threads in map(int, o.threads.split(",")):
            measure(shape, n_trees, n_leaves, threads, o)


main()
