"""Transforms, chains, pipelines: recipes, names, frozen parts, nested parameters."""
import numpy as np
import pytest

import mlcore


@pytest.fixture
def mixed():
    rng = np.random.default_rng(5)
    kind = rng.choice(["a", "b", "c"], size=300)
    x = rng.normal(size=300)
    x[::10] = np.nan
    return mlcore.Dataset.from_arrays({"x": x, "kind": kind, "y": np.nan_to_num(x) +
                                       (kind == "a")}, target="y")


def boosted():
    return mlcore.GradientBoostingRegressor(n_estimators=5)


def test_pipeline_of_parts_is_the_recipe_in_words():
    model = mlcore.pipeline(
        mlcore.on("type:number", mlcore.SimpleImputer(strategy="median")),
        mlcore.on(["kind", "odd, name"], mlcore.OneHotEncoder(), remainder="drop"),
        ("gb", boosted()))
    assert model.recipe == (
        "pipeline(on(type:number, simple_imputer(strategy=median)), "
        "on([kind,'odd, name'], one_hot_encoder, remainder=drop), "
        "gradient_boosting_regressor(n_estimators=5, name=gb))")
    assert mlcore.Model(model.recipe).recipe == model.recipe
    assert mlcore.Model(model.to_json()).recipe == model.recipe
    assert mlcore.Model({"id": "pipeline", "steps": ["automatic", "ridge"]}).recipe == \
        "pipeline(automatic, ridge)"


def test_steps_may_be_recipes_in_words():
    assert mlcore.pipeline("automatic", boosted()).recipe == \
        "pipeline(automatic, gradient_boosting_regressor(n_estimators=5))"
    assert mlcore.chain("simple_imputer", mlcore.StandardScaler()).recipe == \
        "chain(simple_imputer, standard_scaler)"


def test_parameters_of_steps_are_read_and_changed():
    model = mlcore.pipeline(("scale", mlcore.StandardScaler()), ("gb", boosted()))
    assert model.get_params()["gb__n_estimators"] == 5
    assert model.get_params()["scale__with_mean"] is True
    assert "gb__n_estimators" not in model.get_params(deep=False)
    model.set_params(gb__n_estimators=9, scale__with_mean=False)
    assert model.get_params()["gb__n_estimators"] == 9
    assert model.get_params()["scale__with_mean"] is False
    with pytest.raises(mlcore.SettingError, match="n_estimators"):
        model.set_params(gb__n_estimator=9)


def test_repeated_steps_are_numbered():
    model = mlcore.pipeline(mlcore.on("x", mlcore.SimpleImputer()),
                            mlcore.on("z", mlcore.SimpleImputer(strategy="median")), boosted())
    params = model.get_params()
    assert params["on__simple_imputer__strategy"] == "mean"
    assert params["on_2__simple_imputer__strategy"] == "median"


def test_transform_gives_a_dataset_for_a_dataset_and_a_matrix_for_a_matrix(mixed, points):
    scaler = mlcore.StandardScaler()
    X, _ = points
    found = scaler.fit_transform(X)
    assert np.allclose(found, (X - X.mean(axis=0)) / X.std(axis=0), rtol=0, atol=1e-12)
    table = mlcore.SimpleImputer(strategy="median").fit(mixed).transform(mixed)
    assert isinstance(table, mlcore.Dataset)
    assert not np.isnan(table["x"]).any()
    assert table["x"][0] == np.nanmedian(mixed["x"])


def test_transform_that_is_not_fitted_says_so(points):
    with pytest.raises(mlcore.NotFittedError):
        mlcore.StandardScaler().transform(points[0])


def test_tables_of_transforms_and_of_steps(mixed):
    statistics = mlcore.SimpleImputer(strategy="median").fit(mixed).table("statistics")
    assert statistics.items("column") == ["x"]
    model = mlcore.pipeline(mlcore.on("x", mlcore.SimpleImputer()), boosted()).fit(mixed)
    assert model.table("simple_imputer.statistics").items("column") == ["x"]


def test_fitted_part_stays_as_it_is(points):
    X, y = points
    scaler = mlcore.StandardScaler().fit(X[:10])
    model = mlcore.pipeline(scaler, mlcore.GradientBoostingClassifier(n_estimators=3))
    model.fit(X, y)
    assert model.table("standard_scaler.statistics").items("mean") == \
        scaler.table("statistics").items("mean")
    model.set_params(gradient_boosting_classifier__n_estimators=4).fit(X, y)
    assert model.table("standard_scaler.statistics").items("mean") == \
        scaler.table("statistics").items("mean")


def test_fitted_parts_compose_in_chains_and_on_columns(points):
    X, y = points
    scaler = mlcore.StandardScaler().fit(X[:10])
    chained = mlcore.chain(mlcore.SimpleImputer(), scaler)
    assert chained.recipe == "chain(simple_imputer, standard_scaler)"
    some = mlcore.on(["x0", "x1", "x2", "x3"], scaler)
    model = mlcore.pipeline(some, mlcore.GradientBoostingClassifier(n_estimators=3)).fit(X, y)
    assert model.score(X, y) > 0.8
    with pytest.raises(mlcore.SettingError, match="keeps the name"):
        mlcore.chain(("other", scaler))


def test_what_does_not_compose_is_refused():
    with pytest.raises(mlcore.ArgumentError, match="last step"):
        mlcore.pipeline(mlcore.StandardScaler())
    with pytest.raises(mlcore.ArgumentError, match="no transform"):
        mlcore.pipeline(boosted(), boosted())
    with pytest.raises(mlcore.ArgumentError):
        mlcore.pipeline()
    with pytest.raises(mlcore.ArgumentError):
        mlcore.chain()
    with pytest.raises(mlcore.SettingError):
        mlcore.on([], mlcore.StandardScaler())


def test_composition_loads_as_a_model_with_its_recipe(mixed):
    model = mlcore.pipeline("automatic", boosted()).fit(mixed)
    loaded = mlcore.loads(model.dumps())
    assert type(loaded) is mlcore.Model
    assert loaded.recipe == model.recipe
    assert np.array_equal(loaded.predict(mixed), model.predict(mixed))
