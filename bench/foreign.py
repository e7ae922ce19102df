"""Imported models beside the libraries that trained them: prediction by the fastest C functions of
each, and how long a file takes to load.

    sh bench/run.sh foreign [--models lightgbm-100x31,...] [--compiled lightgbm-100x31,...]
                            [--rounds 3] [--load [--threads 2] [--folder DIR]]

The models are trained on 100,000 rows of shape H, those with categories on columns made of it. Raw
scores, one thread, floats for XGBoost; a run whose scores differ from the source's is no
measurement: sums of all are compared. ONNX Runtime and lleaves are called from Python, the others
through C functions."""
import argparse
import os
import pathlib
import statistics
import sys
import tempfile
import time

import numpy as np

import harness
import tree_prediction
import tree_shapes

ROWS = 100_000
MODELS = ("lightgbm-100x31", "lightgbm-500x64", "lightgbm-500x255", "lightgbm-classes",
          "lightgbm-categories", "xgboost-100x31", "xgboost-500x64", "xgboost-500x255",
          "xgboost-classes")


def rows_of(kind, shape):
    """Training rows, a target, rows to predict, columns of categories."""
    x, y, test = shape.x[:ROWS].copy(), shape.y[:ROWS], shape.test_x[:2 * 65536].copy()
    if kind == "classes":
        return x, np.digitize(x[:, 0] + y, np.quantile(x[:, 0] + y, np.arange(1, 10) / 10)), test, []
    if kind == "categories":
        for rows in (x, test):
            for j in range(8):
                rows[:, j] = np.floor(np.abs(rows[:, j]) * 40) % 200
        return x, y, test, list(range(8))
    return x, y, test, []


def train_lightgbm(x, y, categories, kind, path):
    import lightgbm
    n_trees, n_leaves = map(int, kind.split("x")) if "x" in kind else (100, 31)
    params = {"num_leaves": n_leaves, "verbose": -1, "objective": "regression", "num_threads": 2}
    if kind == "classes":
        params |= {"objective": "multiclass", "num_class": 10}
    data = lightgbm.Dataset(x, y, categorical_feature=categories or "auto")
    booster = lightgbm.train(params, data, n_trees)
    booster.save_model(path)
    return booster


def train_xgboost(x, y, kind, path, **more):
    import xgboost
    n_trees, n_leaves = map(int, kind.split("x")) if "x" in kind else (100, 31)
    params = {"max_leaves": n_leaves, "grow_policy": "lossguide", "max_depth": 0,
              "tree_method": "hist", "nthread": 2, **more}
    if kind == "classes":
        params |= {"objective": "multi:softprob", "num_class": 10}
    booster = xgboost.train(params, xgboost.QuantileDMatrix(x, y), n_trees)
    booster.save_model(path)
    return booster


def peers_of(folder, library, kind, booster, path, test, is_compiled):
    """ONNX Runtime takes no categories, and gives classes as probabilities; tl2cgen and lleaves
    compile LightGBM's doubles."""
    import onnxmltools
    found = {}
    if kind not in ("categories", "classes"):
        convert = getattr(onnxmltools, f"convert_{library}")
        session = tree_prediction.open_onnxruntime(convert, booster, test.shape[1])
        floats = test.astype(np.float32)
        found["onnxruntime"] = lambda: tree_prediction.time_python(session, floats)
    if is_compiled:
        compiled = tree_prediction.compile_tl2cgen(folder, path)
        model = tree_prediction.compile_lleaves(path)
        program = tree_prediction.program_of(folder)
        found["tl2cgen"] = lambda: tree_prediction.run(program, "tl2cgen", compiled,
                                                       folder / "rows", test.shape[1])
        found["lleaves"] = lambda: tree_prediction.time_python(model, test)
    return found


def contestants_of(folder, name, shape, is_compiled):
    import mlcore
    library, kind = name.split("-")
    x, y, test, categories = rows_of(kind, shape)
    if library == "xgboost":
        test = test.astype(np.float32).astype(float)
    path = folder / (name + (".txt" if library == "lightgbm" else ".json"))
    if library == "lightgbm":
        booster = train_lightgbm(x, y, categories, kind, path)
    else:
        booster = train_xgboost(x, y, kind, path)
    ours, data, n = path.with_suffix(".mlcore"), folder / "rows", x.shape[1]
    mlcore.import_model(path).save(f"{ours}.matrix")
    mlcore.import_model(path, names=",".join(f"x{j}" for j in range(n))).save(ours)
    np.ascontiguousarray(test).tofile(data)
    program = tree_prediction.program_of(folder)
    module = __import__(library)
    shared = next(pathlib.Path(module.__file__).parent.rglob(
        "lib_lightgbm.so" if library == "lightgbm" else "libxgboost.so"))
    more = [] if library == "lightgbm" else [10 if kind == "classes" else 1]
    return {"libmlcore": lambda: tree_prediction.run(program, "mlcore", ours, data, n),
            library: lambda: tree_prediction.run(program, library, shared, path, data, n, *more),
            **peers_of(folder, library, kind, booster, path, test, is_compiled)}


def check_sums(name, rounds):
    """The library and we have the same one: floats of XGBoost are added as it adds them."""
    wanted = rounds["libmlcore"][0]["sum"]
    for peer, results in rounds.items():
        allowed = {"onnxruntime": 1e-4, "tl2cgen": 1e-9, "lleaves": 1e-9}.get(peer, 0)
        if abs(results[0]["sum"] - wanted) > allowed * abs(wanted):
            sys.exit(f"{name}: {peer} adds up to {results[0]['sum']!r}, libmlcore to {wanted!r}")


def time_loads(folder, n_threads):
    """A large model from its file, in its own library and here, in turn. Files that the folder has
    are not trained again."""
    import lightgbm
    import mlcore
    import xgboost
    rows = []
    context = mlcore.Context(threads=n_threads)
    for library, kind, load in (
            ("lightgbm", "4300x255", lambda p: lightgbm.Booster(model_file=p)),
            ("xgboost", "3500x255", lambda p: xgboost.Booster(
                {"nthread": n_threads}, model_file=str(p)))):
        path = folder / ("large.txt" if library == "lightgbm" else "large.json")
        if not path.exists():
            shape = tree_shapes.make("H")
            x, y = shape.x[:ROWS], shape.y[:ROWS]
            if library == "lightgbm":
                train_lightgbm(x, y, [], kind, path)
            else:
                train_xgboost(x, y, kind, path, eta=0.02)  # or late trees are small
        times = {"theirs": [], "ours": []}
        for _ in range(7):
            for who, function in (("theirs", load),
                                  ("ours", lambda p: mlcore.import_model(p, context=context))):
                start = time.perf_counter()
                function(path)
                times[who].append(time.perf_counter() - start)
        rows.append([library, f"{path.stat().st_size / 1e6:.0f} MB",
                     f"{statistics.median(times['theirs']):.3g} s",
                     f"{statistics.median(times['ours']):.3g} s",
                     harness.ratio(times["theirs"], times["ours"])])
    print(f"loading a file by {n_threads} threads, comparison with its own trees included\n")
    harness.table(["", "file", "its own library", "libmlcore", "theirs / ours"], rows)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--compiled", default="lightgbm-100x31,lightgbm-categories")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--load", action="store_true", help="time loading instead")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)),
                        help="of loading")
    parser.add_argument("--folder", help="where --load keeps its files")
    o = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if o.load:
            os.environ["OMP_NUM_THREADS"] = str(o.threads)  # what LightGBM goes by
            time_loads(pathlib.Path(o.folder or name), o.threads)
            return
        shape = tree_shapes.make("H")
        for model in o.models.split(","):
            contestants = contestants_of(folder, model, shape, model in o.compiled.split(","))
            rounds = {peer: [] for peer in contestants}
            for _ in range(o.rounds):
                for peer, measure in contestants.items():
                    rounds[peer].append(measure())
            check_sums(model, rounds)
            tree_prediction.report(model, rounds)


if __name__ == "__main__":
    main()
