"""Models of XGBoost: files of an older release, whose predictions are kept beside them, and live
ones of each objective and booster where the package is installed."""
import gzip
import json
import re
import warnings

import numpy as np
import pytest

import mlcore
from conftest import DATA

MODELS = DATA / "models" / "xgboost-1.7.4"
NAMES = sorted(path.name for path in MODELS.iterdir())
# exp() of floats is that of glibc here; other systems may have one that rounds otherwise.
LINK_ULPS = 1


def read(path):
    packed = path.with_name(path.name + ".gz")
    return path.read_bytes() if path.exists() else gzip.decompress(packed.read_bytes())


def table(path, kind=np.float64):
    """Names and numbers of a CSV file; what is empty is missing."""
    header, *lines = read(path).decode().splitlines()
    return header.split(","), np.array([[kind(cell or "nan") for cell in line.split(",")]
                                        for line in lines])


def rows_for(model, names, values):
    inputs = model.table("inputs").items("name")
    return values if inputs == ["x"] else {name: values[:, names.index(name)] for name in inputs}


def ulps(a, b):
    """How many floats lie between."""
    def place(x):
        bits = np.asarray(x, np.float32).view(np.int32).astype(np.int64)
        return np.where(bits < 0, -(bits & 0x7fffffff), bits)
    return np.abs(place(a) - place(b)).max()


def margins(model, rows):
    """Raw scores, which are floats."""
    raw = np.asarray(model.decision_function(rows))
    assert (raw == raw.astype(np.float32)).all()
    return raw.reshape(len(raw), -1).astype(np.float32)


def predictions(model, rows, width):
    """As Booster.predict() gives them: a probability a class, or of the second of two."""
    if hasattr(model, "classes_"):
        shares = np.asarray(model.predict_proba(rows))
        if width > 1 or shares.shape[1] == 2:
            return shares[:, -width:]
    values = np.asarray(model.predict(rows), np.float64)
    return values.reshape(len(values), -1)


def check_predictions(model, rows, expected):
    assert ulps(predictions(model, rows, expected.shape[1]), expected) <= LINK_ULPS


def same(a, b):
    assert a.shape == b.shape
    assert (a.view(np.int32) == np.ascontiguousarray(b, np.float32).view(np.int32)).all()


def check_saved(model, rows):
    again = mlcore.loads(model.dumps())
    assert again.dumps() == model.dumps()
    same(margins(model, rows), margins(again, rows))
    if isinstance(rows, np.ndarray):  # rows alone go another way
        alone = [margins(model, rows[i:i + 1]) for i in range(10)]
        same(np.concatenate(alone), margins(model, rows)[:10])


# ---- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["json", "ubj"])
@pytest.mark.parametrize("name", NAMES)
def test_file_predicts_as_its_library_did(name, encoding):
    best = "early_stop" in name
    model = mlcore.import_model(read(MODELS / name / f"model.{encoding}"), best_iteration=best)
    names, values = table(MODELS / name / "input.csv")
    columns, expected = table(MODELS / name / "expected.csv", np.float32)
    rows = rows_for(model, names, values)
    is_margin = np.array([column.startswith("margin") for column in columns])
    same(margins(model, rows), expected[:, is_margin])
    wanted = expected[:, ~is_margin]
    check_predictions(model, rows, wanted)
    origin = dict(zip(model.table("origin").items("name"), model.table("origin").items("value")))
    assert origin["version"] == "1.7.4"
    assert float(origin["parity_with_file.largest_difference"]) == 0
    check_saved(model, rows)


def test_encodings_of_a_file_give_the_same_artifact():
    for name in NAMES:
        models = [mlcore.import_model(read(MODELS / name / f"model.{encoding}"))
                  for encoding in ("json", "ubj")]
        assert models[0].dumps() == models[1].dumps()


@pytest.mark.parametrize("name", [n for n in NAMES if (MODELS / n / "contribs.csv").exists()])
def test_file_explains_as_its_library_did(name):
    model = mlcore.import_model(MODELS / name / "model.ubj")
    names, values = table(MODELS / name / "input.csv")
    found = model.explain(rows_for(model, names, values))
    _, expected = table(MODELS / name / "contribs.csv")
    given = [np.column_stack([found.column(column), found.column(base)]) for column, base in zip(
        [c for c in found.columns if c.endswith("contribution")],
        [c for c in found.columns if c.endswith("base")])]
    np.testing.assert_allclose(np.column_stack(given), expected, atol=1e-4)


def test_old_binary_file_is_refused_with_what_to_do():
    with pytest.raises(mlcore.UnsupportedError, match="old binary format.*save it as .json"):
        mlcore.import_model(MODELS / "gblinear_reg" / "model.deprecated")


# ---- live ---------------------------------------------------------------------------------------

N = 300
BOOSTERS = {"trees": {}, "forest": {"num_parallel_tree": 3, "subsample": 0.6},
            "dart": {"booster": "dart", "rate_drop": 0.5, "one_drop": 1},
            "linear": {"booster": "gblinear"}}


@pytest.fixture(scope="module")
def xgb():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield pytest.importorskip("xgboost")


def numbers():
    """Floats, a tenth of them missing, and a target that goes by the first three."""
    rng = np.random.default_rng(3)
    X = rng.normal(size=(N, 6)).astype(np.float32)
    X[rng.random(X.shape) < 0.1] = np.nan
    x = np.nan_to_num(X)
    return X, x[:, 0] + 0.5 * x[:, 1] * x[:, 2] + 0.3 * rng.normal(size=N)


def target_of(objective, y):
    """Something that the objective takes."""
    kind = objective.split(":")[0]
    if objective in ("reg:gamma", "reg:tweedie", "reg:squaredlogerror") or kind == "survival":
        return np.exp(y / 2)
    if objective == "count:poisson":
        return np.round(np.exp(y / 2))
    if objective == "reg:logistic":
        return 1 / (1 + np.exp(-y))
    if kind == "binary" or objective == "rank:map":
        return (y > 0).astype(int)
    return np.digitize(y, [-0.5, 0.5]) if kind in ("multi", "rank") else y


def train(xgb, objective, extra, rounds=6):
    X, y = numbers()
    label = target_of(objective, y)
    data = xgb.DMatrix(X, label=label)
    params = {"objective": objective, "max_depth": 4, "nthread": 1, "verbosity": 0, **extra}
    if objective.startswith("multi"):
        params["num_class"] = 3
    if objective == "reg:quantileerror":
        params["quantile_alpha"] = 0.3
    if objective == "survival:aft":
        data.set_float_info("label_lower_bound", label)
        data.set_float_info("label_upper_bound", np.where(np.arange(N) % 3 == 0, np.inf, label))
    if objective.startswith("rank"):
        data.set_group([20] * (N // 20))
    return xgb.train(params, data, rounds), X


def compare(xgb, booster, rows, data, **options):
    model = mlcore.from_xgboost(booster, **options)
    same(margins(model, rows), booster.predict(data, output_margin=True).reshape(N, -1))
    check_predictions(model, rows, booster.predict(data).reshape(N, -1))
    check_saved(model, rows)
    return model


@pytest.mark.parametrize("booster", BOOSTERS)
@pytest.mark.parametrize("objective", [
    "reg:squarederror", "reg:squaredlogerror", "reg:pseudohubererror", "reg:absoluteerror",
    "reg:quantileerror", "reg:logistic", "reg:gamma", "reg:tweedie", "count:poisson",
    "survival:cox", "survival:aft", "binary:logistic", "binary:logitraw", "binary:hinge",
    "multi:softmax", "multi:softprob", "rank:pairwise", "rank:ndcg", "rank:map"])
def test_booster_of_each_objective_predicts_the_same(xgb, objective, booster):
    trained, X = train(xgb, objective, BOOSTERS[booster])
    compare(xgb, trained, X.astype(np.float64), xgb.DMatrix(X))


def test_json_of_a_booster_is_the_same_model(xgb):
    trained, _ = train(xgb, "multi:softprob", {})
    assert mlcore.import_model(bytes(trained.save_raw("json"))).dumps() == \
        mlcore.from_xgboost(trained).dumps()


def test_snapshot_of_a_booster_is_the_same_model(xgb):
    trained, _ = train(xgb, "reg:gamma", {})
    snapshot = bytes(trained.__getstate__()["handle"])
    assert mlcore.import_model(snapshot).dumps() == mlcore.from_xgboost(trained).dumps()


def test_double_inputs_are_narrowed_as_the_library_does(xgb):
    for extra in ({}, {"booster": "gblinear"}):
        trained, X = train(xgb, "reg:squarederror", extra)
        wide = X.astype(np.float64) * (1 + 1e-9)
        compare(xgb, trained, wide, xgb.DMatrix(wide))


@pytest.mark.parametrize("extra", [{}, {"multi_strategy": "multi_output_tree"},
                                   {"booster": "gblinear"}])
def test_several_targets_predict_the_same(xgb, extra):
    X, y = numbers()
    params = {"max_depth": 4, "nthread": 1, "verbosity": 0, **extra}
    trained = xgb.train(params, xgb.DMatrix(X, np.column_stack([y, -2 * y, y ** 2])), 6)
    compare(xgb, trained, X.astype(np.float64), xgb.DMatrix(X))


def test_labels_that_do_not_exclude_each_other_predict_the_same(xgb):
    X, y = numbers()
    labels = np.column_stack([y > 0, y > 0.5, y < -0.5]).astype(int)
    trained = xgb.train({"objective": "binary:logistic", "nthread": 1}, xgb.DMatrix(X, labels), 5)
    compare(xgb, trained, X.astype(np.float64), xgb.DMatrix(X))


def test_two_classes_with_a_score_each_do_what_classifiers_do(xgb):
    X, y = numbers()
    trained = xgb.train({"objective": "multi:softprob", "num_class": 2, "nthread": 1},
                        xgb.DMatrix(X, y > 0), 5)
    model = compare(xgb, trained, X.astype(np.float64), xgb.DMatrix(X))
    shares = trained.predict(xgb.DMatrix(X))
    assert (model.predict(X.astype(np.float64)) == shares.argmax(axis=1)).all()
    values = model.evaluate(X.astype(np.float64), (y > 0).astype(int), metrics="accuracy")
    assert values.items("value")[0] == pytest.approx(np.mean(shares.argmax(axis=1) == (y > 0)))
    assert len(model.explain(X[:5].astype(np.float64))) == 5


def test_classes_by_trees_of_several_outputs_predict_the_same(xgb):
    trained, X = train(xgb, "multi:softprob", {"multi_strategy": "multi_output_tree"})
    compare(xgb, trained, X.astype(np.float64), xgb.DMatrix(X))


def test_extreme_base_scores_start_where_the_library_starts(xgb):
    for objective, base in (("binary:logistic", 0.999999), ("binary:logistic", 0.013),
                            ("reg:gamma", 123.4567), ("reg:squarederror", -1e5)):
        trained, X = train(xgb, objective, {"base_score": base})
        compare(xgb, trained, X.astype(np.float64), xgb.DMatrix(X))


def frame():
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(5)
    X, _ = numbers()
    made = pandas.DataFrame({
        "a": X[:, 0], "c": pandas.Categorical(rng.choice(list("abcdefghijklm"), N)),
        "d": pandas.Categorical(rng.integers(5, 9, N)),
        "e": pandas.Categorical(rng.integers(0, 300, N)), "b": rng.integers(0, 2, N) == 1})
    made.loc[::7, "c"] = None
    return made, np.nan_to_num(X[:, 0]) + made.c.cat.codes % 3 + made.e.cat.codes % 5


@pytest.mark.parametrize("most_to_onehot", [1, 4, 1000])
def test_frames_with_categories_predict_the_same(xgb, most_to_onehot):
    rows, y = frame()
    data = xgb.DMatrix(rows, y, enable_categorical=True)
    params = {"max_depth": 5, "nthread": 1, "max_cat_to_onehot": most_to_onehot}
    trained = xgb.train(params, data, 6)
    model = compare(xgb, trained, rows, data, X=rows)
    if hasattr(trained, "get_categories"):
        compare(xgb, trained, rows, data)
    assert model.table("inputs").items("type")[:4] == ["float64"] + 3 * ["category"]


def test_categories_that_are_not_ascii_are_in_the_model(xgb):
    rows, y = frame()
    rows["c"] = rows.c.cat.rename_categories({"m": "mé"})
    data = xgb.DMatrix(rows, y, enable_categorical=True)
    trained = xgb.train({"max_depth": 5, "nthread": 1}, data, 6)
    compare(xgb, trained, rows, data)


def test_categories_that_older_releases_cut_off_come_from_the_frame(xgb):
    rows, y = frame()
    data = xgb.DMatrix(rows, y, enable_categorical=True)
    trained = xgb.train({"max_depth": 5, "nthread": 1}, data, 6)
    document = json.loads(trained.save_raw("json"))
    document["version"] = [3, 2, 0]
    labels = next(column for column in
                  document["learner"]["gradient_booster"]["model"]["cats"]["enc"]
                  if "offsets" in column and column["values"])
    labels["values"][-1] = -61  # the first half of an é, as releases before 3.4 leave it
    text = json.dumps(document)
    with pytest.raises(mlcore.FormatError, match="not ASCII"):
        mlcore.import_model(text.encode())


def test_frames_may_have_their_columns_in_another_order(xgb):
    rows, y = frame()
    data = xgb.DMatrix(rows, y, enable_categorical=True)
    trained = xgb.train({"max_depth": 5, "nthread": 1}, data, 6)
    compare(xgb, trained, rows[rows.columns[::-1]], data, X=rows)


def test_estimator_predicts_with_its_best_iteration_and_its_classes(xgb):
    X, y = numbers()
    estimator = xgb.XGBClassifier(n_estimators=60, early_stopping_rounds=3, max_depth=3, n_jobs=1)
    estimator.fit(X[:200], y[:200] > 0, eval_set=[(X[200:], y[200:] > 0)], verbose=False)
    assert estimator.best_iteration < 50
    rows = X.astype(np.float64)
    model = mlcore.from_xgboost(estimator)
    assert ulps(model.predict_proba(rows)[:, 1], estimator.predict_proba(X)[:, 1]) <= LINK_ULPS
    assert (model.predict(rows) == estimator.predict(X)).all()
    same(margins(mlcore.from_xgboost(estimator, rounds=0), rows),
         estimator.get_booster().predict(xgb.DMatrix(X), output_margin=True).reshape(N, 1))


def test_estimator_that_takes_zeros_as_missing_predicts_the_same(xgb):
    X, y = numbers()
    X = np.where(np.isnan(X), 0, np.round(X))
    estimator = xgb.XGBRegressor(n_estimators=5, missing=0, n_jobs=1).fit(X, y)
    model = mlcore.from_xgboost(estimator)
    same(margins(model, X.astype(np.float64))[:, 0],
         estimator.predict(X, output_margin=True))
    with pytest.raises(mlcore.UnsupportedError, match="missing=-999"):
        mlcore.from_xgboost(xgb.XGBRegressor(n_estimators=2, missing=-999).fit(X, y))


LEVELS = [0.1, 0.5, 0.9]


@pytest.mark.parametrize("extra", [{}, {"multi_strategy": "multi_output_tree"},
                                   {"booster": "gblinear"},
                                   {"booster": "dart", "rate_drop": 0.5, "one_drop": 1}], ids=str)
@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1]], ids=str)
def test_several_levels_are_a_model_of_quantiles(xgb, extra, order):
    """Releases before 3.4 take levels in any order: such a file is made of an ordered one."""
    X, y = numbers()
    rows = X.astype(np.float64)
    trained = xgb.train({"objective": "reg:quantileerror", "nthread": 1, **extra,
                         "quantile_alpha": LEVELS}, xgb.DMatrix(X, y), 6)
    levels = json.dumps(json.dumps([LEVELS[k] for k in order]).replace(" ", ""))
    text = re.sub(r'(?<="quantile_alpha":)"[^"]*"', levels, trained.save_raw("json").decode())
    model = mlcore.import_model(text.encode())
    wanted = np.empty((N, 3), np.float32)
    wanted[:, order] = trained.predict(xgb.DMatrix(X), output_margin=True)
    same(margins(model, rows), wanted)
    assert "quantile='0.1,0.5,0.9'" in model.recipe
    levels = model.predict_table(rows, output="quantile")
    assert (np.asarray(levels["quantile"]) == trained.predict(xgb.DMatrix(X))).all()
    assert (np.asarray(model.predict(rows)) == np.sort(wanted, axis=1)[:, 1]).all()
    if extra.get("booster") != "gblinear":
        assert model.explain(rows[:5]).columns[::2] == ["0.1.base", "0.5.base", "0.9.base"]
    check_saved(model, rows)


@pytest.mark.parametrize("extra", [{}, {"multi_strategy": "multi_output_tree"},
                                   {"booster": "gblinear"},
                                   {"booster": "dart", "rate_drop": 0.5, "one_drop": 1},
                                   {"base_score": 0.5}], ids=str)
@pytest.mark.parametrize("levels", [[0.5], [0.1, 0.5, 0.9], [0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95]],
                         ids=str)
def test_expectiles_are_each_above_the_one_before(xgb, extra, levels, tmp_path):
    X, y = numbers()
    rows = X.astype(np.float64)
    trained = xgb.train({"objective": "reg:expectileerror", "expectile_alpha": levels,
                         "nthread": 1, **extra}, xgb.DMatrix(X, y), 6)
    for name in "model.json", "model.ubj":
        trained.save_model(tmp_path / name)
        model = mlcore.import_model(tmp_path / name)
        same(margins(model, rows),
             trained.predict(xgb.DMatrix(X), output_margin=True).reshape(N, -1))
        predicted = np.asarray(model.predict(rows), np.float32).reshape(N, -1)
        wanted = trained.predict(xgb.DMatrix(X)).reshape(N, -1)
        # Each is a sum along the row: one unit of the largest number in it.
        unit = np.spacing(np.abs(wanted).max(axis=1, keepdims=True))
        assert (np.abs(predicted - wanted) <= unit * (wanted != wanted[:, :1])).all()
    check_saved(model, rows)


@pytest.mark.parametrize("opset", [3, 5])
def test_expectiles_climb_in_an_onnx_graph_too(xgb, opset, tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    X, y = numbers()
    X = np.nan_to_num(X)
    trained = xgb.train({"objective": "reg:expectileerror", "expectile_alpha": LEVELS,
                         "nthread": 1}, xgb.DMatrix(X, y), 5)
    mlcore.from_xgboost(trained).export(tmp_path / "model.onnx", opset=opset)
    run = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"),
                                       providers=["CPUExecutionProvider"])
    field = run.get_inputs()[0]
    kind = np.float64 if field.type == "tensor(double)" else np.float32
    given = run.run(["prediction"], {field.name: X.astype(kind)})[0]
    wanted = trained.predict(xgb.DMatrix(X))
    assert (np.diff(wanted, axis=1) > 0).all()
    # Sums of a few floats of size 1.
    np.testing.assert_allclose(given, wanted, rtol=0, atol=2e-5)


def test_levels_that_a_model_cannot_have_are_refused_by_name(xgb):
    X, y = numbers()
    trained = xgb.train({"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.1],
                         "nthread": 1}, xgb.DMatrix(X, y), 2)
    with pytest.raises(mlcore.UnsupportedError, match="same level twice") as caught:
        mlcore.from_xgboost(trained)
    assert caught.value.name == "quantile_alpha"
