"""Training of boosted trees beside LightGBM, XGBoost, scikit-learn, CatBoost and YDF.

    sh bench/run.sh trees [--shapes H,T,adult] [--peers lightgbm,...] [--threads 1,2] [--rounds 3]

Each contestant has a process of its own, which stays; fits alternate. The time is that from
arrays in memory to a model, its own data set included. Leaves, rate, bins and least rows a leaf
are the same by meaning; CatBoost and YDF grow leaf by leaf here as the others do. A held-out
ranking is scored by 1 - NDCG at 10; a contestant that does not know a task is left out there."""
import argparse
import ctypes
import gc
import importlib
import json
import os
import statistics
import subprocess
import sys
import time

import numpy as np

import harness
import tree_shapes

RATE, LEAST_ROWS, BINS = 0.1, 20, 255


# ---- contestants: fit(shape, threads) returns a function from rows to predictions ---------------

def _frame(shape, x):
    import pandas as pd
    frame = pd.DataFrame({f"x{j}": x[:, j] for j in range(x.shape[1])}, copy=False)
    for j in shape.categories:
        codes = np.where(np.isnan(x[:, j]), -1, x[:, j]).astype(int)
        frame[f"x{j}"] = pd.Categorical.from_codes(codes, range(int(np.nanmax(shape.x[:, j])) + 1))
    return frame


def as_words(data, categories):
    """For CatBoost, which wants texts where a category may be missing."""
    if not categories:
        return data
    data = data.copy()
    for j in categories:
        data[f"x{j}"] = data[f"x{j}"].cat.codes.astype(str)
    return data


def at_most(column, most):
    codes = column.cat.codes.to_numpy().astype(float)
    return np.where(codes < 0, np.nan, np.minimum(codes, most))


def query_numbers(sizes):
    return np.repeat(np.arange(len(sizes)), sizes)


def _prepared(shape):
    """What every peer is given: the matrix, or a frame where there are categories."""
    if not shape.categories:
        return shape.x, shape.test_x
    return _frame(shape, shape.x), _frame(shape, shape.test_x)


def _columns(data, categories):
    return data if categories else {"x": data}


def _ours(shape, data, threads):
    import mlcore
    kind = {"binary": "classifier", "multiclass": "classifier", "rank": "ranker"}.get(
        shape.task, "regressor")
    loss = ", loss=poisson" if shape.task == "poisson" else ""
    group = query_numbers(shape.queries[0]) if shape.queries else None
    train = mlcore.Dataset.from_arrays(
        _columns(data, shape.categories), group=group,
        target=shape.y.astype(np.int64) if kind == "classifier" else shape.y)
    model = mlcore.Model(f"gradient_boosting_{kind}(n_estimators={shape.trees}, "
                         f"learning_rate={RATE}, max_leaf_nodes={shape.leaves}, "
                         f"min_samples_leaf={LEAST_ROWS}, max_bins={BINS}{loss})")
    model.fit(train, context=mlcore.Context(threads=threads))

    def predict(x):
        rows = mlcore.Dataset.from_arrays(_columns(x, shape.categories))
        return np.asarray(model.predict_proba(rows) if kind == "classifier"
                          else model.predict(rows))
    return predict


def _lightgbm(shape, data, threads, **more):
    import lightgbm
    params = {"objective": {"squared": "regression", "rank": "lambdarank"}.get(shape.task,
                                                                                shape.task),
              "num_leaves": shape.leaves, "learning_rate": RATE, "min_data_in_leaf": LEAST_ROWS,
              "max_bin": BINS, "num_threads": threads, "verbose": -1, "deterministic": False,
              "force_row_wise": True, **more}
    if shape.task == "multiclass":
        params["num_class"] = int(shape.y.max()) + 1
    names = [f"x{j}" for j in shape.categories] if shape.categories else "auto"
    train = lightgbm.Dataset(data, shape.y, categorical_feature=names, free_raw_data=False,
                             group=shape.queries[0] if shape.queries else None)
    return lightgbm.train(params, train, num_boost_round=shape.trees).predict


def _lightgbm_column(shape, data, threads):
    return _lightgbm(shape, data, threads, force_row_wise=False, force_col_wise=True)


def _lightgbm_quantised(shape, data, threads):
    return _lightgbm(shape, data, threads, use_quantized_grad=True, quant_train_renew_leaf=True)


def _xgboost(shape, data, threads):
    import xgboost
    params = {"objective": {"binary": "binary:logistic", "multiclass": "multi:softprob",
                            "squared": "reg:squarederror", "poisson": "count:poisson",
                            "rank": "rank:ndcg"}[shape.task],
              "tree_method": "hist", "grow_policy": "lossguide", "max_leaves": shape.leaves,
              "max_depth": 0, "eta": RATE, "max_bin": BINS + 1, "lambda": 0, "nthread": threads,
              "min_child_weight": LEAST_ROWS if shape.task == "squared" else 1}
    if shape.task == "multiclass":
        params["num_class"] = int(shape.y.max()) + 1
    options = {"enable_categorical": bool(shape.categories), "max_bin": BINS + 1,
               "nthread": threads}
    if shape.queries:
        options["qid"] = query_numbers(shape.queries[0])
    train = xgboost.QuantileDMatrix(data, shape.y, **options)
    model = xgboost.train(params, train, num_boost_round=shape.trees)
    return lambda x: model.predict(xgboost.DMatrix(x, enable_categorical=bool(shape.categories)))


def _sklearn(shape, data, threads):
    from sklearn import ensemble
    from threadpoolctl import threadpool_limits
    if shape.task == "rank":
        raise NotImplementedError
    is_number = shape.task in ("squared", "poisson")
    kind = (ensemble.HistGradientBoostingRegressor if is_number
            else ensemble.HistGradientBoostingClassifier)
    more = {"loss": "poisson"} if shape.task == "poisson" else {}
    # It takes at most 255 levels: those above share the last one.
    if shape.categories:
        data = data.copy()
        for j in shape.categories:
            data[f"x{j}"] = at_most(data[f"x{j}"], BINS - 1)
    model = kind(max_iter=shape.trees, learning_rate=RATE, max_leaf_nodes=shape.leaves,
                 min_samples_leaf=LEAST_ROWS, max_bins=BINS, early_stopping=False,
                 categorical_features=[f"x{j}" for j in shape.categories] or None, **more)
    with threadpool_limits(threads):
        model.fit(data, shape.y)

    def predict(x):
        if shape.categories:
            x = x.copy()
            for j in shape.categories:
                x[f"x{j}"] = at_most(x[f"x{j}"], BINS - 1)
        return model.predict(x) if is_number else model.predict_proba(x)
    return predict


def _catboost(shape, data, threads):
    import catboost
    is_number = shape.task in ("squared", "poisson")
    kind = catboost.CatBoostRegressor if is_number else catboost.CatBoostClassifier
    more = {"loss_function": "Poisson"} if shape.task == "poisson" else {}
    groups = None
    if shape.task == "rank":
        kind, groups = catboost.CatBoostRanker, query_numbers(shape.queries[0])
    data = as_words(data, shape.categories)
    model = kind(iterations=shape.trees, learning_rate=RATE, grow_policy="Lossguide",
                 max_leaves=shape.leaves, depth=16, min_data_in_leaf=LEAST_ROWS,
                 border_count=BINS - 1, thread_count=threads, bootstrap_type="No",
                 l2_leaf_reg=1e-3, boosting_type="Plain", allow_writing_files=False,
                 verbose=False, **more)
    y = shape.y.astype(int) if kind == catboost.CatBoostClassifier else shape.y
    model.fit(catboost.Pool(data, y, cat_features=[f"x{j}" for j in shape.categories] or None,
                            group_id=groups, thread_count=threads))

    def predict(x):
        x = as_words(x, shape.categories)
        if shape.task == "poisson":
            return model.predict(x, prediction_type="Exponent")
        return model.predict_proba(x) if kind == catboost.CatBoostClassifier else model.predict(x)
    return predict


def _ydf(shape, data, threads):
    import ydf
    if shape.task in ("rank", "poisson"):
        raise NotImplementedError
    columns = ({"x": data} if not shape.categories
               else {c: np.asarray(data[c]).astype(str if data[c].dtype == "category" else float)
                     for c in data})
    task = ydf.Task.REGRESSION if shape.task == "squared" else ydf.Task.CLASSIFICATION
    target = shape.y if shape.task == "squared" else shape.y.astype(int)
    learner = ydf.GradientBoostedTreesLearner(
        "y", task=task, num_trees=shape.trees, shrinkage=RATE, growing_strategy="BEST_FIRST_GLOBAL",
        max_num_nodes=2 * shape.leaves - 1, max_depth=-1, min_examples=LEAST_ROWS,
        discretize_numerical_columns=True, num_discretized_numerical_bins=BINS,
        validation_ratio=0.0, early_stopping="NONE", num_threads=threads)
    model = learner.train({**columns, "y": target}, verbose=0)

    def predict(x):
        rows = ({"x": x} if not shape.categories
                else {c: np.asarray(x[c]).astype(str if x[c].dtype == "category" else float)
                      for c in x})
        return model.predict(rows)
    return predict


MODULES = {"libmlcore": "mlcore", "lightgbm-column": "lightgbm", "lightgbm-quantised": "lightgbm",
           "scikit-learn": "sklearn.ensemble"}
CONTESTANTS = {"libmlcore": _ours, "lightgbm": _lightgbm, "lightgbm-column": _lightgbm_column,
               "lightgbm-quantised": _lightgbm_quantised, "xgboost": _xgboost,
               "scikit-learn": _sklearn, "catboost": _catboost, "ydf": _ydf}


def ndcg(y, score, sizes, k=10):
    total, first = 0.0, 0
    for size in sizes:
        label, at = y[first:first + size], np.argsort(-score[first:first + size], kind="stable")
        discount = 1 / np.log2(np.arange(2, 2 + min(k, size)))
        best = np.sum((2 ** np.sort(label)[::-1][:k] - 1) * discount)
        total += np.sum((2 ** label[at][:k] - 1) * discount) / best if best > 0 else 1
        first += size
    return total / len(sizes)


def held_out_loss(shape, p):
    y = shape.test_y
    if shape.task == "rank":
        return 1 - ndcg(y, np.asarray(p, float).ravel(), shape.queries[1])
    if shape.task == "poisson":
        p = np.maximum(np.asarray(p, float).ravel(), 1e-15)
        return float(np.mean(p - y * np.log(p)))
    if shape.task == "squared":
        return float(np.sqrt(np.mean((np.asarray(p, float).ravel() - y) ** 2)))
    if shape.task == "binary":
        p = np.asarray(p, float)
        p = np.clip(p[:, 1] if p.ndim == 2 else p, 1e-15, 1 - 1e-15)
        return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
    p = np.asarray(p, float)[np.arange(len(y)), y.astype(int)]
    return float(-np.mean(np.log(np.clip(p, 1e-15, 1))))


# ---- the process of a contestant ---------------------------------------------------------------

def _status(name):
    """Bytes of this process, from Linux."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(name))


def _forget_peak():
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/clear_refs", "w", encoding="ascii") as refs:
        refs.write("5")


def work(name, shape_name, threads, seed):
    shape = tree_shapes.make(shape_name, seed)
    data, test = _prepared(shape)
    importlib.import_module(MODULES.get(name, name))
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        _forget_peak()
        before = _status("VmRSS")
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            predict = CONTESTANTS[name](shape, data, threads)
        except NotImplementedError:
            print(json.dumps({}), flush=True)
            return
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        answer = {"wall": wall, "cpu": cpu, "memory": _status("VmHWM") - before}
        if line.strip() == "loss":
            answer["loss"] = held_out_loss(shape, predict(test))
        print(json.dumps(answer), flush=True)


class Contestant:
    def __init__(self, name, shape, threads, seed):
        limits = {v: str(threads) for v in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--work", name, shape, str(threads), str(seed)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **limits})
        if "ready" not in self.read():
            raise RuntimeError(f"{name} did not start")

    def read(self):
        while line := self.process.stdout.readline():
            if line.startswith("{"):
                return json.loads(line)
        return {}

    def fit(self, with_loss):
        self.process.stdin.write("loss\n" if with_loss else "fit\n")
        self.process.stdin.flush()
        return self.read()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def measure(names, shape, threads, n_rounds, seed):
    """Results by name: seconds of each round (the first is a warm-up), loss, memory."""
    contestants, results = {}, {}
    try:
        for name in names:
            contestants[name] = Contestant(name, shape, threads, seed)
        for i in range(n_rounds + 1):
            for name in list(contestants):
                answer = contestants[name].fit(i == 0)
                if not answer:
                    print(f"{name} does not train {shape}", file=sys.stderr)
                    del contestants[name]
                    results.pop(name, None)
                    continue
                r = results.setdefault(name, {"wall": [], "cpu": []})
                if i == 0:
                    r.update(loss=answer["loss"], memory=answer["memory"])
                else:
                    r["wall"].append(answer["wall"])
                    r["cpu"].append(answer["cpu"])
    finally:
        for contestant in contestants.values():
            contestant.close()
    return results


def report(shape, threads, results):
    ours = results["libmlcore"]
    scale, unit = (1e3, "ms") if statistics.median(ours["wall"]) < 1 else (1, "s")
    rows = []
    for name, r in results.items():
        rows.append([name, f"{harness.spread(r['wall'], scale)} {unit}",
                     f"{statistics.median(r['cpu']) * scale:.3g} {unit}", f"{r['loss']:.5f}",
                     f"{r['memory'] / 1e6:.0f} MB", harness.ratio(r["wall"], ours["wall"]),
                     harness.ratio(r["cpu"], ours["cpu"])])
    print(f"{shape}, {threads} thread{'s' * (threads > 1)}\n")
    harness.table(["", "training, median (min to max)", "CPU", "held-out loss", "memory",
                   "peer / ours", "by CPU time"], rows)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--shapes", default=",".join(tree_shapes.SHAPES))
    parser.add_argument("--peers", default=",".join(list(CONTESTANTS)[1:]))
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", nargs=4, help=argparse.SUPPRESS)
    o = parser.parse_args()
    if o.work:
        work(o.work[0], o.work[1], int(o.work[2]), int(o.work[3]))
        return
    names = ["libmlcore"] + [p for p in o.peers.split(",") if p]
    for shape in o.shapes.split(","):
        for threads in map(int, o.threads.split(",")):
            report(shape, threads, measure(names, shape, threads, o.rounds, o.seed))


if __name__ == "__main__":
    main()
