"""Models: parameters, fitting, predicting, evaluating, tables, saving."""
import inspect
import json
import threading

import numpy as np
import pytest

import mlcore
from conftest import SOURCE
from mlcore import _components


def boosting(**params):
    return mlcore.GradientBoostingClassifier(**{"n_estimators": 10, **params})


def test_each_class_has_the_parameters_and_defaults_of_the_catalog():
    catalog = json.loads((SOURCE / "docs" / "catalog.json").read_text())
    components = {(c["kind"], c["name"]): c for c in catalog["components"]}
    for key, cls in _components.CLASSES.items():
        parameters = components[key]["parameters"]
        assert list(cls._defaults()) == [p["name"] for p in parameters]
        for parameter in parameters:
            assert parameter["doc"].split()[0] in cls.__doc__
        made = cls()
        assert made.recipe == key[1], "defaults of the class are not those of the library"
        assert components[key]["summary"][1:] in inspect.getdoc(cls).replace("\n", " ")


def test_repr_shows_what_is_not_default():
    assert repr(boosting(learning_rate=0.5)) == \
        "GradientBoostingClassifier(n_estimators=10, learning_rate=0.5)"
    assert repr(mlcore.Model("ridge")) == "Model('ridge')"


def test_get_params_and_set_params_round_trip():
    model = boosting()
    assert model.get_params()["n_estimators"] == 10
    assert model.set_params(n_estimators=4, max_depth=3) is model
    assert model.recipe == "gradient_boosting_classifier(n_estimators=4, max_depth=3)"
    with pytest.raises(mlcore.SettingError):
        model.set_params(max_depth=-3)
    assert model.get_params()["max_depth"] == 3


def test_fit_returns_the_model_and_predicts_the_type_of_the_target(points):
    X, y = points
    for target in (y, y.astype(float), y.astype(bool), np.where(y, "yes", "no"),
                   np.where(y, "yes", "no").astype(object), y.astype("int8")):
        model = boosting()
        assert model.fit(X, target) is model and model.is_fitted
        predicted = model.predict(X)
        assert predicted.tolist()[:5] == np.asarray(target).tolist()[:5]
        assert model.classes_.tolist() == sorted(set(np.asarray(target).tolist()))
        assert model.predict_proba(X).shape == (500, 2)
        assert np.array_equal(model.classes_[model.predict_proba(X).argmax(axis=1)], predicted)


def test_attributes_of_the_features_are_those_of_scikit_learn(points):
    model = boosting().fit(*points)
    assert model.n_features_in_ == 4
    assert model.feature_names_in_.tolist() == ["x0", "x1", "x2", "x3"]
    assert model.feature_importances_.shape == (4,)
    assert model.feature_importances_.sum() == pytest.approx(1)
    assert model.feature_importances_[:2].sum() > 0.9


def test_score_is_accuracy_or_r2(points):
    X, y = points
    model = boosting().fit(X, y)
    assert model.score(X, y) == pytest.approx(np.mean(model.predict(X) == y))
    target = X[:, 0] * 3 + X[:, 1]
    regressor = mlcore.GradientBoostingRegressor(n_estimators=30).fit(X, target)
    residual = ((regressor.predict(X) - target) ** 2).sum()
    total = ((target - target.mean()) ** 2).sum()
    assert regressor.score(X, target) == pytest.approx(1 - residual / total, rel=1e-12)


def test_weight_two_is_the_row_twice(points):
    X, y = points
    weight = np.random.default_rng(1).integers(0, 3, size=len(y))
    weighted = boosting(max_bins=20).fit(X, y, sample_weight=weight)
    repeated = boosting(max_bins=20).fit(np.repeat(X, weight, axis=0), np.repeat(y, weight))
    assert np.allclose(weighted.predict_proba(X), repeated.predict_proba(X), atol=1e-9)


def test_eval_set_stops_early(points):
    X, y = points
    noise = np.random.default_rng(2).integers(0, 2, size=len(y))
    model = boosting(n_estimators=200, n_iter_no_change=5)
    for eval_set in ((X[300:], noise[300:]), [(X[300:], noise[300:])]):
        model.fit(X[:300], noise[:300], eval_set=eval_set)
        history = model.table("history")
        assert len(history) < 200
        assert not np.isnan(history["valid_loss"]).any()
    with pytest.raises(mlcore.ArgumentError, match="eval_set"):
        model.fit(X, y, eval_set=3)


def test_dataset_brings_its_target(iris):
    (train, test), = iris.split("hold_out", test_size=0.3, stratify=True)
    model = boosting().fit(train)
    assert model.classes_.tolist() == ["setosa", "versicolor", "virginica"]
    report = model.evaluate(test, metrics="accuracy,log_loss")
    assert report.items("metric") == ["accuracy", "log_loss"]
    assert report["value"][0] == np.mean(model.predict(test) == test["species"])
    assert report["value"][0] > 0.85
    assert model.evaluate(test, metrics=["accuracy"])["value"][0] == report["value"][0]


def test_dataset_with_y_and_weight_takes_those(iris):
    flipped = np.where(iris["species"] == "setosa", "a", "b")
    model = boosting().fit(iris, flipped, sample_weight=np.ones(150))
    assert model.classes_.tolist() == ["a", "b"]


def test_evaluate_by_group_has_a_row_a_group(points):
    X, y = points
    data = mlcore.Dataset.from_arrays({"x": X[:, 0], "side": np.where(X[:, 1] > 0, "r", "l"),
                                       "y": y}, target="y")
    report = boosting().fit(data).evaluate(data, metrics="accuracy", by="side")
    assert report.items("group") == [None, "side=l", "side=r"]


def test_predict_table_has_what_was_asked_for(points):
    X, y = points
    model = boosting().fit(X, y)
    table = model.predict_table(X, output=["class", "probability", "raw", "flags"])
    assert table.columns == ["prediction", "probability", "raw", "flags"]
    assert np.allclose(1 / (1 + np.exp(-model.decision_function(X))), table["probability"][:, 1])
    with pytest.raises(mlcore.SettingError, match="output"):
        model.predict_table(X, output="nothing")


def test_matrix_of_another_width_is_refused(points):
    model = boosting().fit(*points)
    with pytest.raises(mlcore.ColumnError, match="3 columns where 4 are known"):
        model.predict(points[0][:, :3])


def test_table_that_is_not_there_is_an_error_that_lists_those_that_are(points):
    with pytest.raises(mlcore.UnsupportedError, match="classes"):
        boosting().fit(*points).table("nothing")


def test_save_and_load_keep_every_bit_and_the_class(points, tmp_path):
    X, y = points
    model = boosting().fit(X, y)
    path = tmp_path / "model.mlcore"
    model.save(path)
    for loaded in (mlcore.load(path), mlcore.loads(model.dumps()), mlcore.Model.load(str(path))):
        assert type(loaded) is mlcore.GradientBoostingClassifier
        assert loaded.get_params() == model.get_params()
        assert np.array_equal(loaded.predict_proba(X), model.predict_proba(X))
        assert loaded.fit(X, y).dumps() == model.dumps()


def test_loading_what_is_no_artifact_is_a_format_error(points, tmp_path):
    data = bytearray(boosting().fit(*points).dumps())
    data[len(data) // 2] ^= 1
    with pytest.raises(mlcore.FormatError):
        mlcore.loads(data)
    with pytest.raises(mlcore.FormatError):
        mlcore.loads(b"")
    with pytest.raises(mlcore.FileError):
        mlcore.load(tmp_path / "nothing.mlcore")


def test_fitting_in_one_thread_does_not_disturb_predicting_in_others(points):
    X, y = points
    model = boosting().fit(X, y)
    expected = model.predict_proba(X)
    failures, stop = [], threading.Event()

    def predict():
        while not stop.is_set():
            if not np.array_equal(model.predict_proba(X), expected):
                failures.append("other bits")

    threads = [threading.Thread(target=predict) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        model.fit(X, y)
    stop.set()
    for thread in threads:
        thread.join()
    assert not failures


def test_threads_of_a_context_do_not_change_a_bit(points):
    X, y = points
    one = boosting().fit(X, y, context=mlcore.Context(threads=1)).dumps()
    assert boosting().fit(X, y, context=mlcore.Context(threads=3)).dumps() == one


def test_catalog_is_told_by_the_library():
    assert "gradient_boosting_classifier" in mlcore.components("model").items("name")
    assert "n_estimators" in mlcore.parameters("gradient_boosting_classifier").items("name")
    assert mlcore.catalog() == json.loads((SOURCE / "docs" / "catalog.json").read_text())
    with pytest.raises(mlcore.ComponentError):
        mlcore.parameters("nothing")
    assert mlcore.__version__ in mlcore.build_info()


def test_metrics_without_a_model_compare_two_datasets(points):
    X, y = points
    model = boosting().fit(X, y)
    truth = mlcore.Dataset.from_arrays({"y": y}, target="y")
    found = mlcore.evaluate(["accuracy", mlcore.Metric("log_loss")], truth,
                            model.predict_table(X))
    expected = model.evaluate(X, y, metrics="accuracy,log_loss")
    assert found.items("value") == expected.items("value")
    with pytest.raises(mlcore.ComponentError):
        mlcore.Metric("acuracy")


def test_several_targets_have_a_column_each(points):
    X, y = points
    targets = np.column_stack([X[:, 0] * 2 + 1, X[:, 1] - X[:, 2]])
    model = mlcore.Ridge(alpha=1e-9).fit(X, targets)
    assert np.allclose(model.predict(X), targets, atol=1e-6)
    assert model.coef_ == pytest.approx(np.array([[2, 0, 0, 0], [0, 1, -1, 0]]), abs=1e-6)
    assert model.intercept_ == pytest.approx(np.array([1, 0]), abs=1e-6)
    assert model.score(X, targets) == pytest.approx(1)


def test_coefficients_have_the_shapes_of_scikit_learn(points, iris):
    X, y = points
    ridge = mlcore.Ridge().fit(X, X[:, 0])
    assert ridge.coef_.shape == (4,) and isinstance(ridge.intercept_, float)
    assert np.allclose(X @ ridge.coef_ + ridge.intercept_, ridge.predict(X))
    binary = mlcore.LogisticRegression().fit(X, y)
    assert binary.coef_.shape == (1, 4) and binary.intercept_.shape == (1,)
    several = mlcore.LogisticRegression().fit(iris)
    assert several.coef_.shape == (3, 4) and several.intercept_.shape == (3,)
    raw = iris.select("role:feature").to_pandas().to_numpy() @ several.coef_.T
    assert np.allclose(raw + several.intercept_, several.decision_function(iris))
    assert not hasattr(boosting().fit(X, y), "coef_")
