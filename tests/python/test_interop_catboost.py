"""CatBoost's models beside CatBoost itself, and a file with what CatBoost gave for its rows."""
import csv

import numpy as np
import pytest

import mlcore
from conftest import DATA

# exp() of CatBoost's own and ours differ in the last places.
ROUNDING = 1e-15


def test_a_model_file_gives_what_its_rows_expect_to_the_last_bit():
    folder = DATA / "models" / "catboost"
    model = mlcore.import_model(folder / "penguins.json")
    with open(folder / "penguins.csv") as file:
        rows = list(csv.DictReader(file))
    expected = np.array([[float(row.pop(f"raw{k}")) for k in range(3)] for row in rows])
    table = {name: [row[name] if name in ("island", "sex") else float(row[name] or "nan")
                    for row in rows] for name in rows[0]}
    raw = model.decision_function(mlcore.Dataset.from_arrays(table))
    assert (np.asarray(raw) == expected).all()
    assert list(model.classes_) == ["Adelie", "Chinstrap", "Gentoo"]
    origin = {row["name"]: row["value"] for row in model.table("origin")}
    assert origin["library"] == "CatBoost" and origin["version"] == "1.2.10"
    assert origin["parity_with_file.largest_difference"] == "0"


@pytest.fixture(scope="module")
def housing():
    pd = pytest.importorskip("pandas")
    frame = pd.read_csv(DATA / "california_housing.csv.gz").iloc[::7].reset_index(drop=True)
    y = frame.pop("median_house_value").to_numpy() / 1e5
    return frame, y


def numbers(frame):
    return frame.select_dtypes("number").to_numpy(float)


def learn(kind, **params):
    catboost = pytest.importorskip("catboost")
    return getattr(catboost, "CatBoost" + kind)(verbose=0, iterations=30, thread_count=2,
                                                allow_writing_files=False, **params)


def raw_of(model, X):
    if type(model).__name__ == "CatBoostRanker":
        return model.predict(X)
    return model.predict(X, prediction_type="RawFormulaVal")


def assert_same(source, X, pool=None):
    model = mlcore.from_catboost(source, pool)
    raw = np.asarray(model.predict_table(X, output="raw").column("raw"))
    assert (raw == raw_of(source, X)).all()
    loaded = mlcore.loads(model.dumps())
    assert (np.asarray(loaded.predict(X)) == np.asarray(model.predict(X))).all()
    return model


@pytest.mark.parametrize("params", [
    {}, {"depth": 1}, {"depth": 9}, {"nan_mode": "Max"}, {"grow_policy": "Lossguide"},
    {"grow_policy": "Depthwise", "nan_mode": "Max"}, {"loss_function": "MAE"},
    {"loss_function": "Quantile:alpha=0.3"}, {"loss_function": "Huber:delta=1"},
    {"loss_function": "Expectile:alpha=0.4"}])
def test_raw_scores_of_regressors_are_the_same_bits(housing, params):
    X, y = numbers(housing[0]), housing[1]
    source = learn("Regressor", **params).fit(X, y)
    model = assert_same(source, X)
    assert (np.asarray(model.predict(X)) == source.predict(X)).all()


@pytest.mark.parametrize("levels", ["0.1,0.5,0.9", "0.9,0.1"])
def test_several_levels_are_a_model_of_quantiles(housing, levels):
    X, y = numbers(housing[0]), housing[1]
    source = learn("Regressor", loss_function=f"MultiQuantile:alpha={levels}").fit(X, y)
    model = mlcore.from_catboost(source)
    wanted = source.predict(X)
    if levels == "0.9,0.1":
        wanted = wanted[:, ::-1]
    assert (np.asarray(model.decision_function(X)) == wanted).all()
    found = np.asarray(model.predict_table(X, output="quantile").column("quantile"))
    assert (found == np.sort(wanted, axis=1)).all()


@pytest.mark.parametrize("loss", ["MultiRMSE", "MultiRMSEWithMissingValues"])
def test_several_targets_are_as_many_predictions(housing, loss):
    X, y = numbers(housing[0]), housing[1]
    y = np.column_stack([y, -2 * y, y ** 2])
    source = learn("Regressor", loss_function=loss).fit(X, y)
    model = assert_same(source, X)
    assert (np.asarray(model.predict(X)) == source.predict(X)).all()


@pytest.mark.parametrize("loss", ["MultiLogloss", "MultiCrossEntropy"])
def test_labels_that_do_not_exclude_each_other_are_a_share_each(housing, loss):
    X, y = numbers(housing[0]), housing[1]
    labels = np.column_stack([y > 1, y > 2, y < 1.5]).astype(int)
    source = learn("Classifier", loss_function=loss).fit(X, labels)
    model = assert_same(source, X)
    np.testing.assert_allclose(model.predict(X), source.predict_proba(X), rtol=ROUNDING)


def test_losses_whose_scores_are_no_predictions_are_refused_by_name(housing):
    X, y = numbers(housing[0]), housing[1]
    source = learn("Regressor", loss_function="RMSEWithUncertainty").fit(X, y)
    with pytest.raises(mlcore.UnsupportedError, match="loss function 'RMSEWithUncertainty'"):
        mlcore.from_catboost(source)


@pytest.mark.parametrize("loss", ["Poisson", "Tweedie:variance_power=1.5"])
def test_log_links_are_taken_over(housing, loss):
    X, y = numbers(housing[0]), housing[1]
    source = learn("Regressor", loss_function=loss).fit(X, y)
    model = assert_same(source, X)
    np.testing.assert_allclose(model.predict(X), source.predict(X), rtol=ROUNDING)


@pytest.mark.parametrize("params", [
    {}, {"grow_policy": "Lossguide"}, {"loss_function": "MultiQuantile:alpha=0.2,0.8"}])
def test_importance_is_catboosts_change_of_predictions(housing, params):
    X, y = numbers(housing[0]), housing[1]
    source = learn("Regressor", **params).fit(X, y)
    wanted = source.get_feature_importance(type="PredictionValuesChange")
    found = mlcore.from_catboost(source).feature_importances_
    np.testing.assert_allclose(found, wanted / wanted.sum(), rtol=1e-9)


def test_values_at_the_borders_go_the_same_way(housing):
    X, y = numbers(housing[0]), housing[1]
    source = learn("Regressor").fit(X, y)
    model = mlcore.from_catboost(source)
    probes = np.full((3000, X.shape[1]), np.nan)
    for j, borders in source.get_borders().items():
        border = np.asarray(borders, np.float32)
        near = np.concatenate([border, np.nextafter(border, np.float32(np.inf)),
                               border.astype(float) * (1 + 1e-9), border.astype(float) - 1e-9])
        probes[:, j] = np.resize(near, 3000)
    assert (np.asarray(model.predict(probes)) == source.predict(probes)).all()


@pytest.mark.parametrize("params, labels", [
    ({}, lambda y: (y > 2).astype(int)), ({}, lambda y: np.where(y > 2, "dear", "cheap")),
    ({}, lambda y: y > 2), ({}, lambda y: np.digitize(y, [1, 2]) * 5),
    ({"loss_function": "MultiClassOneVsAll"}, lambda y: np.digitize(y, [1, 2])),
    ({"grow_policy": "Lossguide"}, lambda y: np.digitize(y, [1, 2])),
    ({"class_names": ["c", "a", "b"]},
     lambda y: np.array(["a", "b", "c"])[np.digitize(y, [1, 2])])])
def test_classes_and_probabilities_are_the_same(housing, params, labels):
    X, y = numbers(housing[0]), labels(housing[1])
    source = learn("Classifier", **params).fit(X, y)
    model = assert_same(source, X)
    assert (np.asarray(model.predict(X)) == source.predict(X).ravel()).all()
    assert list(model.classes_) == list(source.classes_)
    np.testing.assert_allclose(model.predict_proba(X), source.predict_proba(X), atol=ROUNDING)


@pytest.mark.parametrize("params", [{}, {"grow_policy": "Depthwise"}])
def test_one_hot_splits_are_exact_with_a_pool(housing, params):
    catboost = pytest.importorskip("catboost")
    frame, y = housing
    names = ["ocean_proximity"]
    source = learn("Regressor", cat_features=names, one_hot_max_size=10, **params).fit(frame, y)
    model = assert_same(source, frame, catboost.Pool(frame, y, cat_features=names))
    other = frame.assign(ocean_proximity="ON THE MOON")
    assert (np.asarray(model.predict(other)) == source.predict(other)).all()
    with pytest.raises(mlcore.UnsupportedError, match="pool="):
        mlcore.from_catboost(source)


def test_statistics_of_categories_are_refused_by_name(housing):
    catboost = pytest.importorskip("catboost")
    frame, y = housing
    names = ["ocean_proximity"]
    source = learn("Regressor", cat_features=names, one_hot_max_size=2).fit(frame, y)
    with pytest.raises(mlcore.UnsupportedError, match="CTR") as caught:
        mlcore.from_catboost(source, catboost.Pool(frame, y, cat_features=names))
    assert caught.value.name == "ctr"


@pytest.mark.parametrize("loss", ["YetiRank", "PairLogit", "QueryRMSE", "QuerySoftMax"])
def test_rankers_give_the_same_scores(housing, loss):
    X, y = numbers(housing[0])[:1000], (housing[1][:1000] > 2).astype(int)
    source = learn("Ranker", loss_function=loss).fit(X, y, group_id=np.repeat(np.arange(100), 10))
    assert_same(source, X)


def test_rounds_are_the_first_trees_and_the_bias(housing):
    X, y = numbers(housing[0]), housing[1]
    source = learn("Regressor").fit(X, y)
    model = mlcore.from_catboost(source, rounds=7)
    assert (np.asarray(model.predict(X)) == source.predict(X, ntree_end=7)).all()


def test_a_scale_of_its_own_differs_by_rounding_only(housing):
    X, y = numbers(housing[0]), housing[1]
    source = learn("Regressor").fit(X, y)
    source.set_scale_and_bias(0.3, 1.7)
    np.testing.assert_allclose(mlcore.from_catboost(source).predict(X), source.predict(X),
                               rtol=1e-13)


def test_rows_of_catboost_are_compared_where_they_are_given(housing):
    X, y = numbers(housing[0]), housing[1]
    source = learn("Regressor").fit(X, y)
    inputs = {"x": X[:50]}
    good = mlcore.Dataset.from_arrays(dict(inputs), target=source.predict(X[:50]))
    mlcore.from_catboost(source, check=good)
    wrong = mlcore.Dataset.from_arrays(dict(inputs), target=source.predict(X[:50]) + 1e-9)
    with pytest.raises(mlcore.NumericError):
        mlcore.from_catboost(source, check=wrong)


def test_losses_without_a_counterpart_are_refused_by_name(housing):
    X, y = numbers(housing[0]), housing[1]
    source = learn("Regressor", loss_function="RMSEWithUncertainty").fit(X, y)
    with pytest.raises(mlcore.UnsupportedError, match="RMSEWithUncertainty"):
        mlcore.from_catboost(source)
