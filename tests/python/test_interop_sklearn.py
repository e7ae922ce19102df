"""Fitted scikit-learn estimators beside the models that they become."""
import json

import numpy as np
import pytest

import mlcore
from conftest import DATA

pytest.importorskip("sklearn")
pd = pytest.importorskip("pandas")
from sklearn import compose, ensemble, impute, linear_model, pipeline  # noqa: E402
from sklearn import neighbors, preprocessing, tree  # noqa: E402

# expit(), softmax and exp() of SciPy and ours differ in the last places.
ROUNDING = 1e-15
# Sums of products in another order.
SUMS = 1e-12


@pytest.fixture(scope="module")
def housing():
    frame = pd.read_csv(DATA / "california_housing.csv.gz").iloc[::7].reset_index(drop=True)
    return frame, frame.pop("median_house_value").to_numpy() / 1e5


@pytest.fixture(scope="module")
def adult():
    frame = pd.read_csv(DATA / "adult.csv.gz", na_values="?").iloc[::20].reset_index(drop=True)
    return frame, frame.pop("income").to_numpy(str)


@pytest.fixture(scope="module")
def digits():
    frame = pd.read_csv(DATA / "digits_8x8.csv.gz")
    y = frame.pop("digit").to_numpy()
    return frame.to_numpy(float), y


@pytest.fixture(scope="module")
def wine():
    frame = pd.read_csv(DATA / "wine.csv")
    return frame.iloc[:, :-1].to_numpy(float), frame.iloc[:, -1].to_numpy()


def with_gaps(frame):
    X = frame.select_dtypes("number").to_numpy(float).copy()
    X[np.random.default_rng(0).random(X.shape) < 0.1] = np.nan
    return X


def whole(frame):
    return np.nan_to_num(frame.select_dtypes("number").to_numpy(float))


def take(source, X, **options):
    """The model, which is the same after it was saved and loaded."""
    model = mlcore.from_sklearn(source, X, **options)
    loaded = mlcore.loads(model.dumps())
    assert (np.asarray(loaded.predict(X)) == np.asarray(model.predict(X))).all()
    return model


def raw(model, X):
    return np.asarray(model.predict_table(X, output="raw").column("raw"))


def origin(model):
    return {row["name"]: row["value"] for row in model.table("origin")}


def assert_classes(model, source, X, tolerance):
    assert (np.asarray(model.predict(X)) == source.predict(X)).all()
    assert list(model.classes_) == list(source.classes_)
    np.testing.assert_allclose(model.predict_proba(X), source.predict_proba(X), rtol=0,
                               atol=tolerance)


# ---- boosted trees --------------------------------------------------------------------------


@pytest.mark.parametrize("params", [
    {}, {"loss": "absolute_error"}, {"loss": "quantile", "quantile": 0.2}, {"max_leaf_nodes": 255},
    {"early_stopping": True}, {"loss": "poisson"}, {"loss": "gamma"}])
def test_hist_regressors_have_the_same_bits(housing, params):
    X, y = with_gaps(housing[0]), housing[1]
    source = ensemble.HistGradientBoostingRegressor(max_iter=30, **params).fit(X, y)
    model = take(source, X)
    assert (raw(model, X) == source._raw_predict(X)[:, 0]).all()
    np.testing.assert_allclose(model.predict(X), source.predict(X), rtol=ROUNDING)
    assert origin(model)["parity_with_file.largest_difference"] == "0"
    assert origin(model)["parity_with_rows_in_file.largest_difference"] == "0"


def test_hist_classifiers_have_the_same_bits(adult, digits):
    X, y = with_gaps(adult[0]), adult[1]
    source = ensemble.HistGradientBoostingClassifier(max_iter=30).fit(X, y)
    model = take(source, X)
    assert (raw(model, X) == source.decision_function(X)).all()
    assert_classes(model, source, X, ROUNDING)
    X, y = digits
    source = ensemble.HistGradientBoostingClassifier(max_iter=5).fit(X, y)
    model = take(source, X)
    assert (raw(model, X) == source.decision_function(X)).all()
    assert_classes(model, source, X, ROUNDING)


def test_categories_of_hist_models_go_where_they_did(adult):
    frame, y = adult
    frame = frame.assign(age=frame["age"] / 2)  # numbers as categories, and no whole ones
    texts = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])]
    source = ensemble.HistGradientBoostingClassifier(
        max_iter=40, categorical_features=texts + ["age"]).fit(frame, y)
    other = frame.copy()
    other.loc[::3, "occupation"] = "Astronaut"
    other.loc[1::3, "workclass"] = None
    other.loc[2::3, "age"] = 0.125
    model = take(source, frame)
    for rows in (frame, other):
        assert (raw(model, rows) == source.decision_function(rows)).all()
    by_type = ensemble.HistGradientBoostingClassifier(max_iter=10).fit(
        frame.astype({name: "category" for name in texts}), y)
    assert (raw(take(by_type, frame), frame) == by_type.decision_function(frame)).all()


@pytest.mark.parametrize("params", [
    {}, {"loss": "absolute_error"}, {"loss": "huber"}, {"loss": "quantile", "alpha": 0.2},
    {"init": "zero"}, {"subsample": 0.5, "max_depth": None}])
def test_gradient_boosting_regressors_have_the_same_bits(housing, params):
    X, y = whole(housing[0]), housing[1]
    source = ensemble.GradientBoostingRegressor(n_estimators=20, **params).fit(X, y)
    assert (np.asarray(take(source, X).predict(X)) == source.predict(X)).all()


@pytest.mark.parametrize("params", [{}, {"loss": "exponential"}, {"init": "zero"}])
def test_gradient_boosting_classifiers_have_the_same_bits(adult, params):
    X, y = whole(adult[0]), adult[1]
    source = ensemble.GradientBoostingClassifier(n_estimators=20, **params).fit(X, y)
    model = take(source, X)
    assert (raw(model, X) == source.decision_function(X)).all()
    assert_classes(model, source, X, ROUNDING)


def test_gradient_boosting_of_many_classes_has_the_same_bits(wine):
    X, y = wine
    source = ensemble.GradientBoostingClassifier(n_estimators=10).fit(X, y)
    model = take(source, X)
    assert (raw(model, X) == source.decision_function(X)).all()
    assert_classes(model, source, X, ROUNDING)


def test_values_beside_thresholds_go_where_floats_go(wine):
    """Features are compared as floats: doubles near a threshold must not be told apart."""
    X, y = wine
    source = tree.DecisionTreeRegressor(max_depth=4).fit(X, y)
    model = take(source, X)
    probes = np.repeat(X[:50], 5, axis=0)
    for j in range(X.shape[1]):
        thresholds = source.tree_.threshold[source.tree_.feature == j]
        for i, t in enumerate(thresholds):
            probes[5 * i:5 * i + 5, j] = [t, np.nextafter(t, np.inf), np.nextafter(t, -np.inf),
                                          t * (1 + 1e-9), np.float32(t)]
    assert (np.asarray(model.predict(probes)) == source.predict(probes)).all()


# ---- trees and forests ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", [
    tree.DecisionTreeRegressor, tree.ExtraTreeRegressor, ensemble.RandomForestRegressor,
    ensemble.ExtraTreesRegressor])
def test_trees_of_numbers_have_the_same_bits(housing, kind):
    X, y = whole(housing[0]), housing[1]
    few = {"n_estimators": 20} if hasattr(kind(), "n_estimators") else {}
    source = kind(min_samples_leaf=2, **few).fit(X, y)
    assert (np.asarray(take(source, X).predict(X)) == source.predict(X)).all()


@pytest.mark.parametrize("kind", [
    tree.DecisionTreeClassifier, tree.ExtraTreeClassifier, ensemble.RandomForestClassifier,
    ensemble.ExtraTreesClassifier])
def test_trees_of_classes_have_the_same_shares(adult, digits, kind):
    few = {"n_estimators": 20} if hasattr(kind(), "n_estimators") else {}
    X, y = digits
    source = kind(min_samples_leaf=3, random_state=0, **few).fit(X, y)
    assert_classes(take(source, X), source, X, 0)
    X, y = whole(adult[0]), adult[1]
    source = kind(min_samples_leaf=3, random_state=0, **few).fit(X, y)
    model = take(source, X)
    second = np.asarray(model.predict_proba(X))[:, 1]
    assert (second == source.predict_proba(X)[:, 1]).all()
    assert_classes(model, source, X, ROUNDING)  # the first is 1 less the second
    np.testing.assert_allclose(model.feature_importances_, source.feature_importances_)


def test_missing_values_of_forests_go_where_they_did(housing):
    X, y = with_gaps(housing[0]), housing[1]
    source = ensemble.RandomForestRegressor(10).fit(X, y)
    assert (np.asarray(take(source, X).predict(X)) == source.predict(X)).all()


@pytest.mark.parametrize("params", [{}, {"max_features": 0.5, "contamination": 0.1}])
def test_isolation_forests_find_the_same_rows(digits, params):
    X, _ = digits
    source = ensemble.IsolationForest(n_estimators=30, **params).fit(X)
    model = take(source, X)
    np.testing.assert_allclose(model.decision_function(X), source.decision_function(X), atol=SUMS)
    assert (np.asarray(model.predict(X)) == source.predict(X)).all()


# ---- linear models --------------------------------------------------------------------------


@pytest.mark.parametrize("source", [
    linear_model.LinearRegression(), linear_model.LinearRegression(fit_intercept=False),
    linear_model.Ridge(2.0), linear_model.Lasso(0.1), linear_model.ElasticNet(0.1)])
def test_linear_models_agree_up_to_the_order_of_sums(wine, source):
    X, y = wine
    source.fit(X[:, 1:], X[:, 0])
    np.testing.assert_allclose(take(source, X[:, 1:]).predict(X[:, 1:]),
                               source.predict(X[:, 1:]), rtol=SUMS)


@pytest.mark.parametrize("name", [
    "BayesianRidge", "ARDRegression", "HuberRegressor", "TheilSenRegressor", "QuantileRegressor",
    "SGDRegressor", "Lars", "LarsCV", "LassoLars", "LassoLarsCV", "LassoLarsIC",
    "OrthogonalMatchingPursuit", "OrthogonalMatchingPursuitCV", "MultiTaskLasso",
    "MultiTaskElasticNetCV"])
def test_whatever_found_the_weights_the_predictions_agree(wine, name):
    X = preprocessing.scale(wine[0])
    several = name.startswith("MultiTask")
    source = getattr(linear_model, name)().fit(X[:, 3:], X[:, :3] if several else X[:, 0])
    np.testing.assert_allclose(take(source, X[:, 3:]).predict(X[:, 3:]),
                               source.predict(X[:, 3:]), rtol=SUMS, atol=SUMS)


@pytest.mark.parametrize("source", [
    linear_model.LinearRegression(), linear_model.Ridge([1.0, 5.0, 9.0]),
    linear_model.Ridge(fit_intercept=False), linear_model.RidgeCV(), linear_model.Lasso(0.1)])
def test_linear_models_of_several_targets_have_as_many_predictions(wine, source):
    X, y = wine[0][:, 3:], wine[0][:, :3]
    source.fit(X, y)
    model = take(source, X)
    np.testing.assert_allclose(model.predict(X), source.predict(X), rtol=SUMS, atol=SUMS)


@pytest.mark.parametrize("kind", [tree.DecisionTreeRegressor, tree.ExtraTreeRegressor,
                                  ensemble.RandomForestRegressor, ensemble.ExtraTreesRegressor])
def test_trees_of_several_targets_have_the_same_bits(housing, kind):
    X, y = whole(housing[0]), np.column_stack([housing[1], housing[0].to_numpy()[:, 0] ** 2,
                                               -housing[1]])
    few = {"n_estimators": 13} if hasattr(kind(), "n_estimators") else {}
    source = kind(min_samples_leaf=2, **few).fit(X, y)
    model = take(source, X)
    assert (np.asarray(model.predict(X)) == source.predict(X)).all()
    assert origin(model)["objective"] == kind.__name__


@pytest.mark.parametrize("kind", [tree.DecisionTreeClassifier, ensemble.RandomForestClassifier])
def test_classifiers_of_several_targets_are_refused_with_what_to_do(wine, kind):
    source = kind().fit(wine[0], np.column_stack([wine[1], wine[1]]))
    with pytest.raises(mlcore.UnsupportedError, match=f"{kind.__name__} with 2 targets: a "
                                                      "classifier .* one for each target"):
        mlcore.from_sklearn(source, wine[0])


@pytest.mark.parametrize("labels", [
    lambda y: y, lambda y: y == 1, lambda y: np.array(["", "a, b", "c\u00e9", "\u20ac"])[y]])
def test_logistic_regressions_have_the_same_classes(wine, labels):
    X, y = wine[0], labels(wine[1])
    source = linear_model.LogisticRegression(max_iter=50).fit(X, y)
    model = take(source, X)
    assert_classes(model, source, X, SUMS)


# ---- pipelines ------------------------------------------------------------------------------


def columns(frame, *parts, **options):
    return compose.ColumnTransformer([(f"part{i}", step, names)
                                      for i, (step, names) in enumerate(parts)], **options)


NUMBERS = ["age", "hours-per-week", "capital-gain"]
TEXTS = ["workclass", "education", "native-country"]


def test_a_whole_pipeline_is_taken_over(adult):
    frame, y = adult
    frame = frame.copy()
    frame.loc[::11, "age"] = np.nan
    numbers = pipeline.make_pipeline(impute.SimpleImputer(strategy="median", add_indicator=True),
                                     preprocessing.StandardScaler())
    texts = pipeline.make_pipeline(impute.SimpleImputer(strategy="most_frequent"),
                                   preprocessing.OneHotEncoder(handle_unknown="ignore"))
    source = pipeline.make_pipeline(columns(frame, (numbers, NUMBERS), (texts, TEXTS)),
                                    linear_model.LogisticRegression(max_iter=300)).fit(frame, y)
    other = frame.copy()
    other.loc[::5, "education"] = "Bootcamp"
    other.loc[::7, "capital-gain"] = np.nan
    model = take(source, frame)
    for rows in (frame, other):
        assert_classes(model, source, rows, SUMS)
    only = other[NUMBERS + TEXTS]  # what the pipeline leaves out is not asked for
    assert (np.asarray(model.predict(only)) == source.predict(other)).all()
    record = {name: None if pd.isna(value) else value
              for name, value in other[NUMBERS + TEXTS].iloc[0].to_dict().items()}
    answer = model.predictor(output="probability").run(record)[0]
    assert list(answer.values()) == list(np.asarray(model.predict_proba(other))[0])


@pytest.mark.parametrize("encoder", [
    preprocessing.OneHotEncoder(drop="first"), preprocessing.OneHotEncoder(drop="if_binary"),
    preprocessing.OneHotEncoder(min_frequency=30, handle_unknown="infrequent_if_exist"),
    preprocessing.OneHotEncoder(max_categories=4, handle_unknown="infrequent_if_exist",
                                sparse_output=False),
    preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
    preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan),
    preprocessing.OrdinalEncoder(encoded_missing_value=-2),
    preprocessing.OrdinalEncoder(max_categories=5)])
def test_encoders_before_trees_keep_every_bit(adult, encoder):
    frame, y = adult
    step = columns(frame, (encoder, ["sex", "workclass", "education-num"]),
                   remainder="drop", sparse_threshold=0)
    source = pipeline.make_pipeline(
        step, ensemble.HistGradientBoostingClassifier(max_iter=20)).fit(frame, y)
    model = take(source, frame)
    assert (raw(model, frame) == source.decision_function(frame)).all()
    if getattr(encoder, "handle_unknown") != "error":
        other = frame.copy()
        other.loc[::3, "workclass"] = "Astronaut"
        other.loc[1::3, "education-num"] = 99
        other.loc[2::3, "sex"] = None
        assert (raw(model, other) == source.decision_function(other)).all()


def test_arrays_without_names_are_one_vector_or_columns(wine):
    X, y = wine
    source = pipeline.make_pipeline(preprocessing.StandardScaler(),
                                    linear_model.LogisticRegression()).fit(X, y)
    model = take(source, X)
    assert list(model.feature_names_in_) == ["x"] and model.n_features_in_ == X.shape[1]
    assert_classes(model, source, X, SUMS)
    step = columns(None, (preprocessing.StandardScaler(), [0, 3]), ("passthrough", [5]))
    source = pipeline.make_pipeline(step, linear_model.Ridge()).fit(X, y)
    model = take(source, X)
    np.testing.assert_allclose(model.predict(X), source.predict(X), rtol=SUMS)


@pytest.mark.parametrize("scaler", [
    preprocessing.RobustScaler(), preprocessing.RobustScaler(with_centering=False),
    preprocessing.RobustScaler(with_scaling=False, unit_variance=True),
    preprocessing.RobustScaler(quantile_range=(10, 80), unit_variance=True),
    preprocessing.MaxAbsScaler(), preprocessing.StandardScaler(with_mean=False)])
def test_scalers_before_trees_keep_every_bit(wine, scaler):
    X, y = wine
    source = pipeline.make_pipeline(scaler, ensemble.GradientBoostingRegressor(
        n_estimators=20)).fit(X, y)
    assert (np.asarray(take(source, X).predict(X)) == source.predict(X)).all()


def test_scalers_to_a_range_agree_up_to_the_last_digits(wine):
    X, y = wine
    for scaler in (preprocessing.MinMaxScaler(), preprocessing.MinMaxScaler((-3, 1))):
        source = pipeline.make_pipeline(scaler, linear_model.Ridge()).fit(X, y)
        np.testing.assert_allclose(take(source, X).predict(X), source.predict(X), rtol=SUMS,
                                   atol=SUMS)
    source = pipeline.make_pipeline(preprocessing.MinMaxScaler(clip=True), linear_model.Ridge())
    with pytest.raises(mlcore.UnsupportedError, match="MinMaxScaler with clip=True: only clip"):
        mlcore.from_sklearn(source.fit(X, y), X)


@pytest.mark.parametrize("norm", ["l1", "l2", "max"])
def test_rows_are_normalized_as_there(wine, norm):
    X, y = wine
    X = X - X.mean(axis=0)
    X[::40] = 0
    step = preprocessing.Normalizer(norm=norm)
    source = pipeline.make_pipeline(step, linear_model.Ridge()).fit(X, y)
    model = take(source, X)
    np.testing.assert_allclose(model.predict(X), source.predict(X), rtol=SUMS)
    names = [f"x{i}" for i in range(X.shape[1])]
    own = mlcore.Normalizer(norm=norm).fit_transform(mlcore.Dataset(dict(zip(names, X.T))))
    made = np.column_stack([own[name] for name in names])
    # Squares are added up in another order.
    np.testing.assert_allclose(made, step.transform(X), rtol=1e-15 if norm != "max" else 0)


def test_a_pipeline_can_be_fitted_again(adult):
    frame, y = adult
    step = columns(frame, (preprocessing.StandardScaler(), NUMBERS),
                   (preprocessing.OneHotEncoder(handle_unknown="ignore"), ["sex"]))
    source = pipeline.make_pipeline(step, linear_model.LogisticRegression()).fit(frame, y)
    model = take(source, frame)
    again = mlcore.Model(model.recipe).fit(frame[NUMBERS + ["sex"]], y)
    share = np.mean(np.asarray(again.predict(frame)) == source.predict(frame))
    assert share > 0.99


# ---- what is refused, and what is checked ---------------------------------------------------


@pytest.mark.parametrize("source, words", [
    (neighbors.KNeighborsRegressor(), "KNeighborsRegressor is no model"),
    (pipeline.make_pipeline(preprocessing.QuantileTransformer(n_quantiles=9), linear_model.Ridge()),
     "QuantileTransformer is no transform"),
    (pipeline.make_pipeline(impute.SimpleImputer(missing_values=-1), linear_model.Ridge()),
     "missing_values=-1"),
    (ensemble.GradientBoostingRegressor(init=linear_model.Ridge(), n_estimators=2),
     "starts from Ridge")])
def test_what_cannot_be_taken_over_is_named(wine, source, words):
    X, y = wine
    with pytest.raises(mlcore.UnsupportedError, match=words):
        mlcore.from_sklearn(source.fit(X, y), X)


def test_an_estimator_of_someone_else_is_refused(wine):
    class Mine(linear_model.Ridge):
        def predict(self, X):
            return 0 * super().predict(X)

    with pytest.raises(mlcore.UnsupportedError, match="Mine is no model"):
        mlcore.from_sklearn(Mine().fit(*wine), wine[0])


def test_a_column_that_goes_two_ways_is_refused(wine):
    X, y = wine
    step = columns(None, (preprocessing.StandardScaler(), [0, 1]), ("passthrough", [1]))
    source = pipeline.make_pipeline(step, linear_model.Ridge()).fit(X, y)
    with pytest.raises(mlcore.UnsupportedError, match="'x1' goes through"):
        mlcore.from_sklearn(source, X)


def test_a_changed_document_does_not_become_a_model(wine):
    X, y = wine
    source = linear_model.Ridge().fit(X, y)
    document = json.loads(mlcore.export_sklearn(source, X))
    document["model"]["weights"][0] += 1e-3
    with pytest.raises(mlcore.NumericError):
        mlcore.import_model(json.dumps(document).encode())


def test_without_rows_some_are_made_up(adult, wine):
    frame, y = adult
    step = columns(frame, (preprocessing.StandardScaler(), NUMBERS),
                   (preprocessing.OneHotEncoder(), ["sex", "education-num"]))
    source = pipeline.make_pipeline(step, linear_model.LogisticRegression()).fit(frame, y)
    assert_classes(mlcore.from_sklearn(source), source, frame, SUMS)
    source = ensemble.RandomForestClassifier(5).fit(*wine)
    assert_classes(mlcore.from_sklearn(source), source, wine[0], 0)
