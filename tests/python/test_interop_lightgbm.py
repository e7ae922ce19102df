"""Models of LightGBM: files of earlier releases with what their own library gave, and models that
are trained here, whose raw scores are the same to the last bit."""
import gzip
import io

import numpy as np
import pytest

import mlcore
from conftest import DATA

MODELS = DATA / "models" / "lightgbm"


def stored(name):
    return gzip.decompress((MODELS / f"{name}.gz").read_bytes())


def table(name):
    return np.loadtxt(io.BytesIO(stored(name)), ndmin=2)


def svmlight(name, width):
    x = np.zeros((len(stored(name).splitlines()), width))
    for row, line in zip(x, stored(name).decode().splitlines()):
        for item in line.split()[1:]:
            j, value = item.split(":")
            row[int(j)] = float(value)
    return x


def raw_of(model, x):
    return np.asarray(model.decision_function(x)).reshape(len(x), -1)


def origin(model):
    rows = model.table("origin")
    return dict(zip(rows.items("name"), rows.items("value")))


# ---- files of earlier releases ------------------------------------------------------------------

CASES = {
    "lg_dart_breast_cancer.model": (
        "v2", lambda: table("breast_cancer_test.tsv"), "lg_dart_breast_cancer_true_predictions.txt",
        lambda m, x: m.predict_proba(x)[:, 1]),
    "lg_rf_iris.model": (
        "v2", lambda: svmlight("iris_test.libsvm", 4), "lg_rf_iris_true_predictions.txt",
        lambda m, x: m.predict_proba(x)[:, 1]),
    "genlin_fmtp_tweedie_PurePremium.model": (
        "v3", lambda: table("genlin_fmtp_tweedie_PurePremium_features.tsv"),
        "genlin_fmtp_tweedie_PurePremium_true_predictions.txt", lambda m, x: m.predict(x)),
    "toy_categorical_model.txt": (
        "v2", lambda: svmlight("toy_categorical.test", 2), "toy_categorical.test.pred",
        lambda m, x: m.predict(x)),
    "lgmulticlass.model": (
        "v2", lambda: table("multiclass_test.tsv")[:, 1:],
        "lgmulticlass_true_predictions.txt", lambda m, x: m.predict_proba(x)),
}


@pytest.mark.parametrize("name", CASES)
def test_file_of_an_earlier_release_gives_what_it_gave(name):
    version, rows, expected, predict = CASES[name]
    model = mlcore.import_model(stored(name))
    assert origin(model)["version"] == version
    assert origin(model)["parity_with_file.largest_difference"] == "0"
    found = np.asarray(predict(model, rows()))
    wanted = table(expected).reshape(found.shape)
    np.testing.assert_allclose(found, wanted, rtol=1e-14)


def test_raw_scores_of_an_earlier_release_are_the_same_bits():
    model = mlcore.import_model(stored("lgmulticlass.model"))
    wanted = table("lgmulticlass_true_raw_predictions.txt").reshape(500, 5)
    assert np.array_equal(raw_of(model, table("multiclass_test.tsv")[:, 1:]), wanted)


def test_rows_with_what_the_source_gives_are_compared():
    rows = table("multiclass_test.tsv")[:, 1:]
    wanted = table("lgmulticlass_true_raw_predictions.txt").reshape(500, 5)
    check = mlcore.Dataset.from_arrays({"x": rows, "margin": wanted}, target="margin")
    model = mlcore.import_model(stored("lgmulticlass.model"), check=check)
    assert origin(model)["parity_with_rows.rows"] == "500"
    wanted[7, 2] += 1e-9
    check = mlcore.Dataset.from_arrays({"x": rows, "margin": wanted}, target="margin")
    with pytest.raises(mlcore.NumericError, match="row 8 of those to check differs by 1e-09"):
        mlcore.import_model(stored("lgmulticlass.model"), check=check)


# ---- trained here -------------------------------------------------------------------------------

N = 2000


@pytest.fixture(scope="module")
def rows():
    random = np.random.default_rng(1)
    x = random.normal(size=(N, 10))
    x[random.random(x.shape) < 0.05] = np.nan
    x[:, 3] = random.integers(0, 40, N)
    x[:, 5] = random.integers(0, 2000, N)
    y = np.nan_to_num(x[:, 0]) + x[:, 3] % 3 + x[:, 5] % 7 / 4 + random.normal(size=N) * 0.3
    return x, y


def train(x, y, rounds=25, categories="auto", **params):
    lightgbm = pytest.importorskip("lightgbm")
    data = lightgbm.Dataset(x, y, categorical_feature=categories)
    return lightgbm.train({"verbose": -1, "num_leaves": 31, **params}, data, rounds)


def in_ulps(found, wanted):
    return np.max(np.abs(found - wanted) / np.spacing(np.abs(wanted)))


def check(booster, x, most_ulps=1):
    """Raw scores bit for bit, predictions within a unit in the last place, saved or not."""
    model = mlcore.from_lightgbm(booster)
    raw = booster.predict(x, raw_score=True).reshape(len(x), -1)
    assert np.array_equal(raw_of(model, x), raw)
    assert np.array_equal(raw_of(model, x[:1]), raw[:1])
    wanted = booster.predict(x).reshape(len(x), -1)
    if model._estimator_type == "classifier":
        found = np.asarray(model.predict_proba(x))
        found = found[:, 1:] if wanted.shape[1] == 1 else found
    else:
        found = np.asarray(model.predict(x)).reshape(wanted.shape)
    assert in_ulps(found, wanted) <= most_ulps
    assert np.array_equal(raw_of(mlcore.loads(model.dumps()), x), raw)
    return model


@pytest.mark.parametrize("objective", ["regression", "regression_l1", "huber", "fair", "quantile",
                                       "mape", "poisson", "gamma", "tweedie", "cross_entropy",
                                       "cross_entropy_lambda"])
def test_objective_of_numbers(rows, objective):
    x, y = rows
    if objective in ("poisson", "gamma", "tweedie"):
        y = np.abs(np.round(y)) + 1
    if objective.startswith("cross"):
        y = 1 / (1 + np.exp(-y))
    check(train(x, y, objective=objective), x)


def test_square_root_of_the_target(rows):
    check(train(*rows, objective="regression", reg_sqrt=True), rows[0])


@pytest.mark.parametrize("sigmoid", [1, 0.7])
def test_two_classes(rows, sigmoid):
    x, y = rows
    check(train(x, (y > 2).astype(int), objective="binary", sigmoid=sigmoid), x)


@pytest.mark.parametrize("objective", ["multiclass", "multiclassova"])
def test_several_classes(rows, objective):
    x, y = rows
    k = np.digitize(y, [1, 2, 3])
    check(train(x, k, objective=objective, num_class=4), x)


def test_ranking(rows):
    lightgbm = pytest.importorskip("lightgbm")
    x, y = rows
    data = lightgbm.Dataset(x, np.digitize(y, [1, 2, 3]), group=[N // 20] * 20)
    check(lightgbm.train({"objective": "lambdarank", "verbose": -1}, data, 10), x)


@pytest.mark.parametrize("params", [
    {"boosting": "dart"}, {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.7},
    {"extra_trees": True}, {"num_leaves": 300, "min_data_in_leaf": 2}, {"max_depth": 3},
    {"linear_tree": True}], ids=str)
def test_kinds_of_trees(rows, params):
    check(train(*rows, objective="regression", **params), rows[0])


@pytest.mark.parametrize("params", [{}, {"zero_as_missing": True}, {"use_missing": False}], ids=str)
def test_kinds_of_missing_values(rows, params):
    x = np.where(np.random.default_rng(2).random(rows[0].shape) < 0.3, 0, rows[0])
    for some in (x, np.nan_to_num(x)):
        booster = train(some, rows[1], objective="regression", **params)
        check(booster, x)
        check(booster, np.where(np.isnan(x), 1e-36, x))


def test_categories_by_code_also_thousands(rows):
    x, y = rows
    booster = train(x, y, categories=[3, 5], min_data_per_group=1, cat_smooth=1,
                    max_cat_threshold=500, objective="regression", rounds=40)
    odd = x.copy()
    odd[:500, 5] = np.resize([np.nan, -1, 5000, 1e9, 7.9], 500)
    model = check(booster, x)
    assert np.array_equal(raw_of(model, odd)[:, 0], booster.predict(odd, raw_score=True))


def test_categories_of_pandas_are_texts(rows):
    pd = pytest.importorskip("pandas")
    x, y = rows
    frame = pd.DataFrame(x[:, :5], columns=["a", "b", "c", "city", "e"])
    frame["city"] = pd.Categorical([f"town {int(v)}" for v in x[:, 3]])
    booster = train(frame, y, objective="regression")
    model = mlcore.from_lightgbm(booster)
    assert model.table("inputs").items("name") == list(frame.columns)
    assert np.array_equal(raw_of(model, frame)[:, 0], booster.predict(frame, raw_score=True))
    other = frame.assign(city=pd.Categorical(["nowhere"] * N))
    assert np.array_equal(raw_of(model, other)[:, 0], booster.predict(other, raw_score=True))


@pytest.mark.parametrize("labels", [
    ["poor", "rich"], ["a, b", "it's"], [0, 1], [7, 3], [False, True], [1.0, 2.0]], ids=str)
def test_class_labels_of_the_estimator(rows, labels):
    lightgbm = pytest.importorskip("lightgbm")
    x, y = rows
    truth = np.array(labels)[(y > 2).astype(int)]
    estimator = lightgbm.LGBMClassifier(n_estimators=10, verbose=-1).fit(x, truth)
    model = mlcore.from_lightgbm(estimator)
    assert list(model.classes_) == sorted(labels)
    kinds = {"f": "i", "U": "OTU"}.get(truth.dtype.kind, truth.dtype.kind)
    assert np.asarray(model.predict(x)).dtype.kind in kinds
    assert np.array_equal(np.asarray(model.predict(x)), estimator.predict(x))
    accuracy = model.evaluate(x, truth, metrics="accuracy").items("value")[0]
    assert accuracy == pytest.approx(np.mean(estimator.predict(x) == truth))


def test_early_stopping_keeps_the_best_rounds(rows):
    lightgbm = pytest.importorskip("lightgbm")
    x, y = rows
    data = lightgbm.Dataset(x[:1500], y[:1500])
    booster = lightgbm.train({"objective": "regression", "verbose": -1, "learning_rate": 0.5}, data,
                             200, valid_sets=[data.create_valid(x[1500:], y[1500:])],
                             callbacks=[lightgbm.early_stopping(5, verbose=False)])
    model = mlcore.from_lightgbm(booster)
    assert origin(model)["rounds"] == str(booster.best_iteration)
    assert np.array_equal(raw_of(model, x)[:, 0], booster.predict(x, raw_score=True))
    three = mlcore.from_lightgbm(booster, rounds=3)
    assert np.array_equal(raw_of(three, x)[:, 0],
                          booster.predict(x, raw_score=True, num_iteration=3))


def test_shapley_values_are_lightgbms(rows):
    x, y = rows
    booster = train(np.nan_to_num(x), y, objective="regression")
    model = mlcore.from_lightgbm(booster)
    wanted = booster.predict(x[:50], pred_contrib=True)
    found = model.explain(mlcore.Dataset.from_arrays({"x": x[:50]}))
    np.testing.assert_allclose(found["contribution"], wanted[:, :-1], atol=1e-9)
