"""Trains models of many kinds with the releases that its own interpreter has, and writes each as
its library saves it, with rows and what the library gives for them.

    older_models.py FOLDER

For each NAME of the tables below: NAME.model, and NAME.npz with the columns of the rows under the
names that the model asks for, "raw", "prediction", "version", and "categories" where the file itself
has no texts for them. Run by test_interop_older.py, which
reads the tables as well: at the top nothing is imported that only one of the interpreters has.
"""
import json
import pathlib
import sys
import tempfile

import numpy as np

N = 400

# ---- what is trained ----------------------------------------------------------------------------

NUMBERS, COUNTS, SHARES, TWO, FOUR, TARGETS = \
    "numbers", "counts", "shares", "two", "four", "targets"

LIGHTGBM = {f"lightgbm_{name}": case for name, case in {
    "l2": (NUMBERS, {"objective": "regression"}),
    "l1": (NUMBERS, {"objective": "regression_l1"}),
    "huber": (NUMBERS, {"objective": "huber"}),
    "fair": (NUMBERS, {"objective": "fair"}),
    "quantile": (NUMBERS, {"objective": "quantile", "alpha": 0.3}),
    "mape": (NUMBERS, {"objective": "mape"}),
    "poisson": (COUNTS, {"objective": "poisson"}),
    "gamma": (COUNTS, {"objective": "gamma"}),
    "tweedie": (COUNTS, {"objective": "tweedie"}),
    "cross_entropy": (SHARES, {"objective": "cross_entropy"}),
    "cross_entropy_lambda": (SHARES, {"objective": "cross_entropy_lambda"}),
    "root": (NUMBERS, {"objective": "regression", "reg_sqrt": True}),
    "binary": (TWO, {"objective": "binary"}),
    "binary_factor": (TWO, {"objective": "binary", "sigmoid": 0.7}),
    "multiclass": (FOUR, {"objective": "multiclass", "num_class": 4}),
    "one_against_all": (FOUR, {"objective": "multiclassova", "num_class": 4}),
    "lambdarank": (FOUR, {"objective": "lambdarank"}),
    "xendcg": (FOUR, {"objective": "rank_xendcg"}),
    "dart": (NUMBERS, {"boosting": "dart"}),
    "forest": (TWO, {"objective": "binary", "boosting": "rf", "bagging_freq": 1,
                     "bagging_fraction": 0.7}),
    "goss": (NUMBERS, {"boosting": "goss"}),
    "random_cuts": (NUMBERS, {"extra_trees": True}),
    "many_leaves": (NUMBERS, {"num_leaves": 300, "min_data_in_leaf": 1}),
    "linear_leaves": (NUMBERS, {"linear_tree": True}),
    "monotone": (NUMBERS, {"monotone_constraints": [1, -1, 0, 0, 0, 0]}),
    "categories": (NUMBERS, {"categorical_feature": [3, 5], "min_data_per_group": 1,
                             "cat_smooth": 1}),
    "zero_as_missing": (NUMBERS, {"zero_as_missing": True}),
    "no_missing": (NUMBERS, {"use_missing": False}),
    "frame": (NUMBERS, {"frame": True}),
}.items()}

XGBOOST = {f"xgboost_{name}": case for name, case in {
    "squared_error": (NUMBERS, {"objective": "reg:squarederror"}),
    "squared_log_error": (COUNTS, {"objective": "reg:squaredlogerror"}),
    "pseudo_huber": (NUMBERS, {"objective": "reg:pseudohubererror"}),
    "absolute_error": (NUMBERS, {"objective": "reg:absoluteerror"}),
    "quantile": (NUMBERS, {"objective": "reg:quantileerror", "quantile_alpha": 0.3}),
    "share": (SHARES, {"objective": "reg:logistic"}),
    "gamma": (COUNTS, {"objective": "reg:gamma"}),
    "tweedie": (COUNTS, {"objective": "reg:tweedie"}),
    "poisson": (COUNTS, {"objective": "count:poisson"}),
    "cox": (COUNTS, {"objective": "survival:cox"}),
    "aft": (COUNTS, {"objective": "survival:aft"}),
    "logistic": (TWO, {"objective": "binary:logistic"}),
    "base_score": (TWO, {"objective": "binary:logistic", "base_score": 0.013}),
    "logit_raw": (TWO, {"objective": "binary:logitraw"}),
    "hinge": (TWO, {"objective": "binary:hinge"}),
    "softprob": (FOUR, {"objective": "multi:softprob", "num_class": 4}),
    "softprob_vectors": (FOUR, {"objective": "multi:softprob", "num_class": 4,
                                "multi_strategy": "multi_output_tree"}),
    "pairwise": (FOUR, {"objective": "rank:pairwise"}),
    "ndcg": (FOUR, {"objective": "rank:ndcg"}),
    "map": (TWO, {"objective": "rank:map"}),
    "forest": (NUMBERS, {"num_parallel_tree": 3, "subsample": 0.6}),
    "dart": (NUMBERS, {"booster": "dart", "rate_drop": 0.5, "one_drop": 1}),
    "linear": (NUMBERS, {"booster": "gblinear"}),
    "quantiles": (NUMBERS, {"objective": "reg:quantileerror",
                            "quantile_alpha": [0.1, 0.5, 0.9]}),
    "targets": (TARGETS, {}),
    "target_vectors": (TARGETS, {"multi_strategy": "multi_output_tree"}),
    "one_hot_categories": (NUMBERS, {"frame": True, "max_cat_to_onehot": 100}),
    "categories": (NUMBERS, {"frame": True, "max_cat_to_onehot": 1}),
}.items()}

# Kinds of estimators: module, class, target, parameters.
SKLEARN = {f"sklearn_{name}": case for name, case in {
    "hist": ("ensemble", "HistGradientBoostingRegressor", NUMBERS, {}),
    "hist_gamma": ("ensemble", "HistGradientBoostingRegressor", COUNTS, {"loss": "gamma"}),
    "hist_quantile": ("ensemble", "HistGradientBoostingRegressor", NUMBERS,
                      {"loss": "quantile", "quantile": 0.2}),
    "hist_binary": ("ensemble", "HistGradientBoostingClassifier", TWO, {}),
    "hist_classes": ("ensemble", "HistGradientBoostingClassifier", FOUR, {}),
    "hist_categories": ("ensemble", "HistGradientBoostingClassifier", TWO,
                        {"categorical_features": ["town"]}),
    "boosting": ("ensemble", "GradientBoostingRegressor", NUMBERS, {}),
    "boosting_huber": ("ensemble", "GradientBoostingRegressor", NUMBERS, {"loss": "huber"}),
    "boosting_binary": ("ensemble", "GradientBoostingClassifier", TWO, {}),
    "boosting_exponential": ("ensemble", "GradientBoostingClassifier", TWO,
                             {"loss": "exponential"}),
    "boosting_classes": ("ensemble", "GradientBoostingClassifier", FOUR, {}),
    "tree": ("tree", "DecisionTreeRegressor", NUMBERS, {"max_depth": 6}),
    "tree_classes": ("tree", "DecisionTreeClassifier", FOUR, {"max_depth": 6}),
    "forest": ("ensemble", "RandomForestRegressor", NUMBERS, {"n_estimators": 10}),
    "forest_classes": ("ensemble", "RandomForestClassifier", FOUR, {"n_estimators": 10}),
    "random_trees": ("ensemble", "ExtraTreesClassifier", TWO, {"n_estimators": 10}),
    "forest_targets": ("ensemble", "RandomForestRegressor", TARGETS, {"n_estimators": 10}),
    "isolation": ("ensemble", "IsolationForest", NUMBERS, {"n_estimators": 20}),
    "least_squares": ("linear_model", "LinearRegression", NUMBERS, {}),
    "ridge": ("linear_model", "Ridge", NUMBERS, {"alpha": 2.0}),
    "ridge_targets": ("linear_model", "Ridge", TARGETS, {}),
    "logistic": ("linear_model", "LogisticRegression", TWO, {"max_iter": 300}),
    "softmax": ("linear_model", "LogisticRegression", FOUR, {"max_iter": 300}),
    "pipeline": ("linear_model", "LogisticRegression", TWO, {"max_iter": 300}),
}.items()}

CATBOOST = {f"catboost_{name}": case for name, case in {
    "rmse": ("Regressor", NUMBERS, {}),
    "quantile": ("Regressor", NUMBERS, {"loss_function": "Quantile:alpha=0.3"}),
    "quantiles": ("Regressor", NUMBERS, {"loss_function": "MultiQuantile:alpha=0.1,0.5,0.9"}),
    "targets": ("Regressor", TARGETS, {"loss_function": "MultiRMSE"}),
    "poisson": ("Regressor", COUNTS, {"loss_function": "Poisson"}),
    "lossguide": ("Regressor", NUMBERS, {"grow_policy": "Lossguide"}),
    "logloss": ("Classifier", TWO, {}),
    "classes": ("Classifier", FOUR, {"nan_mode": "Max"}),
    "one_against_all": ("Classifier", FOUR, {"loss_function": "MultiClassOneVsAll"}),
}.items()}

# ---- rows ---------------------------------------------------------------------------------------


def numbers():
    """Six features with gaps, of which two are whole numbers, and what they decide."""
    random = np.random.default_rng(5)
    x = random.normal(size=(N, 6)).astype(np.float32).astype(np.float64)
    x[random.random(x.shape) < 0.05] = np.nan
    x[:, 3] = random.integers(0, 12, N)
    x[:, 5] = random.integers(0, 300, N)
    y = np.nan_to_num(x[:, 0]) + x[:, 3] % 3 + x[:, 5] % 7 / 4 + random.normal(size=N) * 0.3
    return x, y


def target_of(kind, y):
    return {NUMBERS: lambda: y, COUNTS: lambda: np.abs(np.round(y)) + 1,
            TARGETS: lambda: np.column_stack([y, 4 * y, 9 * y]),
            SHARES: lambda: 1 / (1 + np.exp(-y)), TWO: lambda: (y > 2).astype(int),
            FOUR: lambda: np.digitize(y, [1, 2, 3])}[kind]()


def towns(x):
    return np.array([f"town {int(value)}" for value in x[:, 3]])


def frame_of(x):
    """Two numbers and a column of texts as categories."""
    import pandas

    frame = pandas.DataFrame(x[:, :2], columns=["a", "b"])
    frame["town"] = pandas.Categorical(towns(x))
    return frame


def categories_of(rows):
    """As import_model(categories=) takes them."""
    return json.dumps({name: list(rows[name].cat.categories) for name in rows.columns
                       if hasattr(rows[name], "cat")})


def columns_of(rows):
    if isinstance(rows, np.ndarray):
        return {"x": rows}
    return {name: rows[name].to_numpy(str if name == "town" else float) for name in rows.columns}


# ---- a model of each library: its file, the rows, raw scores and predictions ----------------------


def lightgbm_model(kind, params):
    import lightgbm

    params = dict(params)
    x, y = numbers()
    rows = frame_of(x) if params.pop("frame", False) else x
    data = lightgbm.Dataset(rows, target_of(kind, y),
                            categorical_feature=params.pop("categorical_feature", "auto"),
                            group=[N // 20] * 20 if "rank" in str(params) or
                            "xendcg" in str(params) else None, params={"verbose": -1, **params})
    booster = lightgbm.train({"verbose": -1, "num_threads": 1, **params}, data, 12)
    return (booster.model_to_string().encode(), rows, booster.predict(rows, raw_score=True),
            booster.predict(rows))


def xgboost_model(kind, params):
    import xgboost

    params = {"nthread": 1, "verbosity": 0, "max_depth": 4, **params}
    x, y = numbers()
    rows = frame_of(x) if params.pop("frame", False) else x
    label = target_of(kind, y)
    data = xgboost.DMatrix(rows, label, enable_categorical=True)
    if params.get("objective") == "survival:aft":
        data.set_float_info("label_lower_bound", label)
        data.set_float_info("label_upper_bound", np.where(np.arange(N) % 3 == 0, np.inf, label))
    if params.get("objective", "").startswith("rank"):
        data.set_group([N // 20] * 20)
    booster = xgboost.train(params, data, 6)
    return (bytes(booster.save_raw("ubj")), rows, booster.predict(data, output_margin=True),
            booster.predict(data))


def sklearn_rows(name, x):
    if name == "sklearn_hist_categories":
        frame = frame_of(x)
        frame["town"] = frame["town"].astype(object)
        return frame
    if name == "sklearn_pipeline":
        return frame_of(x).astype({"town": object}).fillna({"b": 0.5})
    return x if "hist" in name else np.nan_to_num(x)


def in_pipeline(estimator):
    from sklearn import compose, impute, pipeline, preprocessing

    number = pipeline.make_pipeline(impute.SimpleImputer(strategy="median"),
                                    preprocessing.StandardScaler())
    return pipeline.make_pipeline(compose.ColumnTransformer([
        ("number", number, ["a", "b"]),
        ("text", preprocessing.OneHotEncoder(handle_unknown="ignore"), ["town"])]), estimator)


def sklearn_model(name, module, kind, target, params):
    import importlib

    import mlcore

    x, y = numbers()
    rows, label = sklearn_rows(name, x), target_of(target, y)
    estimator = getattr(importlib.import_module(f"sklearn.{module}"), kind)(**params)
    for part, value in (("n_estimators", 10), ("max_iter", 15), ("random_state", 0)):
        if part in estimator.get_params() and part not in params:
            estimator.set_params(**{part: value})
    if name == "sklearn_pipeline":
        estimator = in_pipeline(estimator)
    if name != "sklearn_isolation":
        label = np.array(["a", "b", "c", "d"])[label] if target == FOUR else label
    estimator.fit(rows, label)
    if hasattr(estimator, "decision_function"):
        score = estimator.decision_function(rows)
    else:
        score = estimator._raw_predict(rows) if "Hist" in kind else None
    is_class = hasattr(estimator, "predict_proba")
    prediction = estimator.predict_proba(rows) if is_class else estimator.predict(rows)
    raw = prediction if score is None else score
    return mlcore.export_sklearn(estimator, rows), rows, raw, prediction


def catboost_model(kind, target, params):
    import catboost

    x, y = numbers()
    model = getattr(catboost, "CatBoost" + kind)(iterations=12, thread_count=1, verbose=0,
                                                 allow_writing_files=False, **params)
    model.fit(x, target_of(target, y))
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        document = path.read_bytes()
    is_class = kind == "Classifier"
    return (document, x, model.predict(x, prediction_type="RawFormulaVal"),
            model.predict_proba(x) if is_class else model.predict(x))


# ---- together -------------------------------------------------------------------------------------


def write(folder, name, version, model, rows, raw, prediction):
    (folder / f"{name}.model").write_bytes(model)
    is_bare = name.startswith("xgboost") and not isinstance(rows, np.ndarray)
    np.savez(folder / f"{name}.npz", raw=raw, prediction=prediction, version=version,
             categories=categories_of(rows) if is_bare else "",
             **{f"column {key}": value for key, value in columns_of(rows).items()})


def version_of(library):
    """The release, or None where the interpreter has none."""
    import importlib

    try:
        return importlib.import_module(library).__version__
    except ImportError:
        return None


def main():
    folder = pathlib.Path(sys.argv[1])
    made = [("lightgbm", LIGHTGBM, lambda name, case: lightgbm_model(*case)),
            ("xgboost", XGBOOST, lambda name, case: xgboost_model(*case)),
            ("sklearn", SKLEARN, lambda name, case: sklearn_model(name, *case)),
            ("catboost", CATBOOST, lambda name, case: catboost_model(*case))]
    for library, cases, make in made:
        version = version_of(library)
        for name, case in cases.items() if version else ():
            write(folder, name, version, *make(name, case))


if __name__ == "__main__":
    main()
