"""What is done with a model that was imported: each call works as for one that was fitted here, or
says why it makes no sense and what does."""
import pickle

import numpy as np
import pytest

import mlcore

N, COLUMNS = 300, ["age", "height", "size", "price"]


def numbers():
    """Doubles that are floats, which go the same ways in files that hold floats."""
    random = np.random.default_rng(7)
    x = random.normal(size=(N, 4)).astype(np.float32).astype(float)
    x[::7, 1] = np.nan
    return x, 2 * x[:, 0] + np.nan_to_num(x[:, 1]) ** 2 + x[:, 2]


def frame(x):
    pd = pytest.importorskip("pandas")
    made = pd.DataFrame(x, columns=COLUMNS)
    made["city"] = pd.Categorical(np.array(["Bern", "Oslo", "Rome"])[np.arange(N) % 3])
    return made


# ---- a model of each kind: model, rows, target --------------------------------------------------


def xgboost_model(rows, y, **params):
    xgb = pytest.importorskip("xgboost")
    data = xgb.DMatrix(rows, y, enable_categorical=hasattr(rows, "columns"))
    booster = xgb.train({"nthread": 1, "max_depth": 3, **params}, data, 8)
    return mlcore.from_xgboost(booster, rows if hasattr(rows, "columns") else None), rows, y


def lightgbm_model(rows, y, kind="LGBMRegressor", **params):
    lightgbm = pytest.importorskip("lightgbm")
    source = getattr(lightgbm, kind)(n_estimators=8, verbose=-1, **params).fit(rows, y)
    return mlcore.from_lightgbm(source), rows, y


def sklearn_model(module, kind, rows, y, **params):
    estimators = pytest.importorskip(f"sklearn.{module}")
    source = getattr(estimators, kind)(**params).fit(rows, y)
    return mlcore.from_sklearn(source, rows), rows, y


def catboost_model(rows, y, **params):
    catboost = pytest.importorskip("catboost")
    source = catboost.CatBoostRegressor(iterations=8, verbose=0, allow_writing_files=False, **params)
    return mlcore.from_catboost(source.fit(rows, y)), rows, y


def make(name):
    x, y = numbers()
    whole, three = np.nan_to_num(x), np.digitize(y, [0, 2])
    return {
        "xgboost": lambda: xgboost_model(x, y),
        "xgboost_classes": lambda: xgboost_model(x, three, objective="multi:softprob", num_class=3),
        "xgboost_frame": lambda: xgboost_model(frame(x), y),
        "xgboost_levels": lambda: xgboost_model(x, y, objective="reg:quantileerror",
                                                quantile_alpha=[0.1, 0.5, 0.9]),
        "xgboost_targets": lambda: xgboost_model(x, np.column_stack([y, -y])),
        "xgboost_linear": lambda: xgboost_model(whole, y, booster="gblinear"),
        "lightgbm": lambda: lightgbm_model(x, y),
        "lightgbm_frame": lambda: lightgbm_model(frame(x), three, "LGBMClassifier"),
        "lightgbm_forest": lambda: lightgbm_model(x, y, boosting_type="rf", bagging_freq=1,
                                                  bagging_fraction=0.5),
        "catboost": lambda: catboost_model(x, y),
        "catboost_levels": lambda: catboost_model(x, y,
                                                  loss_function="MultiQuantile:alpha=0.1,0.9"),
        "sklearn_hist": lambda: sklearn_model("ensemble", "HistGradientBoostingRegressor",
                                              frame(x)[COLUMNS], y, max_iter=8),
        "sklearn_boosting": lambda: sklearn_model("ensemble", "GradientBoostingClassifier", whole,
                                                  three, n_estimators=8),
        "sklearn_forest": lambda: sklearn_model("ensemble", "RandomForestClassifier", whole, three,
                                                n_estimators=8),
        "sklearn_forest_targets": lambda: sklearn_model(
            "ensemble", "RandomForestRegressor", whole, np.column_stack([y, -y]), n_estimators=8),
        "sklearn_ridge": lambda: sklearn_model("linear_model", "Ridge", whole, y),
        "sklearn_logistic": lambda: sklearn_model("linear_model", "LogisticRegression", whole,
                                                  three),
    }[name]()


NAMES = ["xgboost", "xgboost_classes", "xgboost_frame", "xgboost_levels", "xgboost_targets",
         "xgboost_linear", "lightgbm", "lightgbm_frame", "lightgbm_forest", "catboost",
         "catboost_levels", "sklearn_hist", "sklearn_boosting", "sklearn_forest",
         "sklearn_forest_targets", "sklearn_ridge", "sklearn_logistic"]
FRAMES = ["xgboost_frame", "lightgbm_frame", "sklearn_hist"]
MATRICES = [name for name in NAMES if name not in FRAMES]
NO_ROUNDS = ["sklearn_forest", "sklearn_ridge", "sklearn_logistic"]
ROUNDS = [name for name in NAMES if name not in NO_ROUNDS + ["xgboost_linear"]]
LINEAR = ["sklearn_ridge", "sklearn_logistic"]
# Sums of doubles from the start on, as ours: more trees can be added to them.
GO_ON = ["lightgbm", "catboost", "sklearn_hist", "sklearn_boosting"]
OTHER_SUMS = ["xgboost", "xgboost_classes", "xgboost_frame", "xgboost_levels", "xgboost_linear",
              "lightgbm_frame", "lightgbm_forest"]

_made = {}


@pytest.fixture
def case(request):
    if request.param not in _made:
        _made[request.param] = make(request.param)
    return _made[request.param]


def of(names):
    return pytest.mark.parametrize("case", names, indirect=True)


def raw(model, rows, **options):
    return np.asarray(model.predict_table(rows, output="raw", **options).column("raw"))


def record(rows, i):
    if hasattr(rows, "iloc"):
        return dict(zip(rows.columns, rows.iloc[i].tolist()))
    return rows[i].tolist()


# ---- predicting ---------------------------------------------------------------------------------


@of(NAMES)
def test_saved_loaded_and_pickled_it_is_the_same(case, tmp_path):
    model, rows, _ = case
    model.save(tmp_path / "model.mlcore")
    again = mlcore.load(tmp_path / "model.mlcore")
    for other in (again, pickle.loads(pickle.dumps(model))):
        assert other.dumps() == model.dumps() and other.recipe == model.recipe
        assert np.array_equal(np.asarray(other.predict(rows)), np.asarray(model.predict(rows)))
        assert [row["value"] for row in other.table("origin")] == \
            [row["value"] for row in model.table("origin")]


@of(NAMES)
def test_predictor_gives_the_bits_of_a_batch(case):
    model, rows, _ = case
    output = "probability" if hasattr(model, "classes_") else "class"
    column = output.replace("class", "prediction")
    table = model.predict_table(rows, output=output)
    names = [name for name in table.columns if name.endswith(column)]
    expected = np.column_stack([np.asarray(table.column(name)) for name in names])
    with model.predictor(output=output) as predictor:
        for i in range(0, N, 17):
            given = predictor(record(rows, i))
            given = list(given.values()) if isinstance(given, dict) else given
            assert np.array_equal(given, expected[i])


@of(MATRICES)
def test_rows_without_names_may_come_with_the_names_of_the_components(case):
    pd = pytest.importorskip("pandas")
    model, rows, _ = case
    named = pd.DataFrame(rows, columns=["x0", "x1", "x2", "x3"])
    expected = np.asarray(model.predict(rows))
    assert np.array_equal(np.asarray(model.predict(named)), expected)
    assert np.array_equal(np.asarray(model.predict(named[["x3", "x1", "x0", "x2"]])), expected)
    for wrong, says in [(named[["x0", "x1", "x3"]], "no column 'x2', one of the 4 components"),
                        (named.rename(columns=str.upper), "as many columns from 'x0' on"),
                        (rows[:, :3], "'x' has 3 components; the model was fitted with 4")]:
        with pytest.raises(mlcore.ColumnError, match=says):
            model.predict(wrong)


@of(FRAMES)
def test_columns_go_by_their_names(case):
    model, rows, _ = case
    expected = np.asarray(model.predict(rows))
    assert np.array_equal(np.asarray(model.predict(rows[rows.columns[::-1]])), expected)
    assert np.array_equal(np.asarray(model.predict(rows.assign(more=1.0))), expected)
    with pytest.raises(mlcore.ColumnError, match="no column 'height' among"):
        model.predict(rows.drop(columns="height"))
    with pytest.raises(mlcore.ColumnError, match="no column 'height': did you mean 'Height'"):
        model.predict(rows.rename(columns={"height": "Height"}))
    with pytest.raises(mlcore.ColumnError, match="column 'age' is text; the model was fitted with "
                                                 "float64"):
        model.predict(rows.assign(age=rows.age.astype(str)))


@of(["xgboost_frame", "lightgbm_frame"])
def test_categories_that_training_did_not_see_are_predicted_or_refused(case):
    model, rows, _ = case
    odd = rows.assign(city=["Paris"] * N)
    flags = np.asarray(model.predict_table(odd, output="class,flags").column("flags"))
    assert (flags & 2 == 2).all()
    with pytest.raises(mlcore.DataError, match="category that training did not see in "
                                                       "column 'city'"):
        model.predict_table(odd, on_invalid="fail")
    missing = raw(model, rows.assign(city=[None] * N))
    assert np.array_equal(raw(model, odd, on_invalid="missing"), missing)
    with pytest.raises(mlcore.ColumnError, match="column 'city' is int64; the model was fitted "
                                                 "with category"):
        model.predict(rows.assign(city=1))


@of(NAMES)
def test_no_rows_give_no_predictions(case):
    model, rows, _ = case
    assert len(model.predict(rows[:0])) == 0


# ---- rounds -------------------------------------------------------------------------------------


@of(ROUNDS)
def test_first_rounds_are_those_of_a_model_cut_there(case):
    model, rows, _ = case
    cut = model.update(method="truncate", n_rounds=3)
    assert np.array_equal(raw(model, rows, n_rounds=3), raw(cut, rows))
    assert not np.array_equal(raw(cut, rows), raw(model, rows))
    assert "n_estimators=3" in cut.recipe
    with pytest.raises(mlcore.SettingError, match="n_rounds = 100: the model has"):
        model.update(method="truncate", n_rounds=100)


@of(GO_ON)
def test_sums_like_ours_get_more_rounds_and_other_values(case):
    model, rows, y = case
    more = model.update(rows, y, n_rounds=5)
    before = model.evaluate(rows, y).items("value")[0]
    assert more.evaluate(rows, y).items("value")[0] != before
    assert np.array_equal(raw(more.update(method="truncate", n_rounds=rounds(model)), rows),
                          raw(model, rows))
    moved = model.update(rows, y, method="refit", decay_rate=0.5)
    assert np.asarray(leaves(moved, rows)).tolist() == np.asarray(leaves(model, rows)).tolist()


def rounds(model):
    return int(model.recipe.partition("n_estimators=")[2].split(",")[0].rstrip(")"))


def leaves(model, rows):
    return model.predict_table(rows, output="leaf").column("leaf")


@of(OTHER_SUMS)
@pytest.mark.parametrize("method", ["continue", "refit"])
def test_other_sums_cannot_be_gone_on_with_but_their_recipe_can_be_fitted(case, method):
    model, rows, y = case
    with pytest.raises(mlcore.UnsupportedError, match="came from another library, .* fit its "
                                                      "recipe instead"):
        model.update(rows, y, method=method)
    mlcore.Model(model.recipe).fit(rows, y)


@of(NO_ROUNDS)
def test_models_without_rounds_say_so(case):
    model, rows, y = case
    for call in (lambda: model.update(rows, y), lambda: model.update(method="truncate", n_rounds=1),
                 lambda: raw(model, rows, n_rounds=1)):
        with pytest.raises(mlcore.UnsupportedError, match="does not learn in rounds"):
            call()


# ---- what it goes by ----------------------------------------------------------------------------


@of([name for name in NAMES if name not in LINEAR + ["xgboost_linear"]])
def test_contributions_add_up_to_the_score(case):
    model, rows, _ = case
    is_forest = type(model).__name__.startswith("RandomForest")
    scores = np.asarray(model.predict_proba(rows)) if is_forest else raw(model, rows)
    for options in ({}, {"background": rows[:40]}):
        parts = model.explain(rows[:20], **options)
        sums = [np.asarray(parts[base]) + np.asarray(parts[base[:-4] + "contribution"]).sum(axis=1)
                for base in parts.columns if base.endswith("base")]
        np.testing.assert_allclose(np.column_stack(sums), scores[:20].reshape(20, -1), atol=1e-4)


@of(LINEAR)
def test_linear_models_are_explained_against_other_rows(case):
    model, rows, _ = case
    with pytest.raises(mlcore.ArgumentError, match="give background rows"):
        model.explain(rows[:5])
    assert len(model.explain(rows[:5], background=rows)) == 5
    assert np.asarray(model.coef_).shape[-1] == 4


@of(["xgboost_linear"])
def test_linear_leaves_are_explained_by_permutation(case):
    model, rows, y = case
    with pytest.raises(mlcore.UnsupportedError, match="Shapley values of trees are for constant"):
        model.explain(rows[:5])
    assert len(model.explain(rows, y, method="permutation", n_repeats=1)) > 0


@of([name for name in NAMES if name not in LINEAR + ["xgboost_linear"]])
def test_importance_leaves_and_trees_can_be_asked_for(case):
    model, rows, _ = case
    importance = np.asarray(model.feature_importances_)
    assert importance.shape == (rows.shape[1],) and importance[0] == importance.max() > 0
    found = np.asarray(leaves(model, rows))
    assert found.shape[0] == N and (found >= 0).all() and len(np.unique(found[:, 0])) > 1
    assert len(model.table("trees")) > found.shape[1]
    assert {"library", "version", "objective"} <= {row["name"] for row in model.table("origin")}
    assert len(model.table("inputs")) in (1, rows.shape[1]) and len(model.table("schema")) == 0


# ---- files --------------------------------------------------------------------------------------

CANNOT = {
    "lightgbm": {"sklearn_forest": "boosted trees alone", "sklearn_ridge": "boosted trees alone",
                 "sklearn_logistic": "boosted trees alone"},
    "xgboost": {"sklearn_forest": "boosted trees alone", "sklearn_ridge": "boosted trees alone",
                "sklearn_logistic": "boosted trees alone",
                "xgboost_linear": "its leaves are numbers, not linear",
                "lightgbm_forest": "these are averages",
                "sklearn_forest_targets": "these are averages"},
    "onnx": {"xgboost_linear": "its leaves are linear"},
    "c": {},
}


@pytest.mark.parametrize("format, ending", [("lightgbm", "txt"), ("xgboost", "json"),
                                            ("onnx", "onnx"), ("c", "c")])
@of(NAMES)
def test_it_is_written_in_each_format_that_has_words_for_it(case, request, format, ending,
                                                           tmp_path):
    model, rows, _ = case
    path = tmp_path / f"model.{ending}"
    why = CANNOT[format].get(request.node.callspec.params["case"])
    if why is not None:
        with pytest.raises(mlcore.UnsupportedError, match=why):
            model.export(path, format)
        assert not path.exists()
        return
    model.export(path, format)
    assert path.stat().st_size > 100
    if format not in ("lightgbm", "xgboost"):
        return
    back = mlcore.import_model(path)
    given = raw(back, rows if hasattr(rows, "columns") else named(back, rows))
    np.testing.assert_allclose(given, raw(model, rows), rtol=1e-5, atol=1e-5)


def named(model, rows):
    names = list(model.feature_names_in_)
    return rows if len(names) == 1 else mlcore.Dataset.from_arrays(dict(zip(names, rows.T)))
