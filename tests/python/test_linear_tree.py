"""Linear leaves of boosted trees: against LightGBM's linear_tree at the same settings, and each
leaf against NumPy."""
import numpy as np
import pytest

import mlcore
from conftest import DATA

lightgbm = pytest.importorskip("lightgbm")
pd = pytest.importorskip("pandas")
metrics = pytest.importorskip("sklearn.metrics")

# Of the ratio of two losses, as in test_losses.py.
NOISE = 0.03
SETTINGS = {"n_estimators": 100, "learning_rate": 0.1, "max_leaf_nodes": 31,
            "min_samples_leaf": 20, "linear_tree": True}
THEIRS = {"n_estimators": 100, "learning_rate": 0.1, "num_leaves": 31, "min_child_samples": 20,
          "linear_tree": True, "verbose": -1, "n_jobs": 1, "deterministic": True,
          "force_row_wise": True}


@pytest.fixture(scope="module")
def housing():
    """Values in units of 100,000; every fourth row tests. 207 rows miss total_bedrooms."""
    frame = pd.read_csv(DATA / "california_housing.csv.gz").select_dtypes("number")
    y = frame.pop("median_house_value").to_numpy(float) / 1e5
    return frame, y, np.arange(len(y)) % 4 == 1


def rmse(y, p):
    return np.sqrt(np.mean((y - np.asarray(p)) ** 2))


@pytest.mark.parametrize("l2", [0, 1, 100])
def test_regressor_is_as_good_as_lightgbm(housing, l2):
    X, y, test = housing
    a = mlcore.GradientBoostingRegressor(linear_lambda=l2, **SETTINGS).fit(X[~test], y[~test])
    b = lightgbm.LGBMRegressor(linear_lambda=l2, **THEIRS).fit(X[~test], y[~test])
    assert rmse(y[test], a.predict(X[test])) <= rmse(y[test], b.predict(X[test])) * (1 + NOISE)
    # They fit the rows that they have as closely, not more and not less.
    assert rmse(y[~test], a.predict(X[~test])) == pytest.approx(
        rmse(y[~test], b.predict(X[~test])), rel=NOISE)


@pytest.mark.parametrize("settings", [{"loss": "poisson"}, {"subsample": 0.6},
                                      {"boosting": "dart", "random_state": 2}])
def test_other_settings_are_as_good_as_lightgbm(housing, settings):
    X, y, test = housing
    theirs = {"loss": {"objective": "poisson"}, "boosting": {"boosting_type": "dart"},
              "subsample": {"subsample": 0.6, "subsample_freq": 1}}[next(iter(settings))]
    a = mlcore.GradientBoostingRegressor(linear_lambda=1, **SETTINGS, **settings)
    b = lightgbm.LGBMRegressor(linear_lambda=1, **THEIRS, **theirs)
    found = [rmse(y[test], m.fit(X[~test], y[~test]).predict(X[test])) for m in (a, b)]
    assert found[0] <= found[1] * (1 + NOISE), found


@pytest.fixture(scope="module")
def adult():
    frame = pd.read_csv(DATA / "adult.csv.gz", skipinitialspace=True)
    frame = frame.replace("?", None)
    rich = frame.pop(frame.columns[-1]).astype(str).str.contains(">").to_numpy()
    for name in frame.select_dtypes(exclude="number"):
        frame[name] = frame[name].astype("category")
    return frame, rich, np.arange(len(rich)) % 4 == 1


def test_classifier_with_categories_is_as_good_as_lightgbm(adult):
    X, y, test = adult
    a = mlcore.GradientBoostingClassifier(linear_lambda=0.1, **SETTINGS).fit(X[~test], y[~test])
    b = lightgbm.LGBMClassifier(linear_lambda=0.1, **THEIRS).fit(X[~test], y[~test])
    found = [metrics.log_loss(y[test], m.predict_proba(X[test])) for m in (a, b)]
    assert found[0] <= found[1] * (1 + NOISE), found
    numbers = set(X.select_dtypes("number")) | {"(intercept)"}
    assert set(a.table("leaf_coefficients")["feature"]) <= numbers


def test_trees_of_the_same_cuts_predict_what_those_of_lightgbm_do(housing):
    """Of few distinct values both have a bin each, so splits agree; LightGBM keeps numbers and sums
    products as floats."""
    floats = 2e-4
    X, y, _ = housing
    X = pd.DataFrame({"age": X["housing_median_age"], "income": X["median_income"].round().clip(0, 9),
                      "rooms": (X["total_rooms"] / X["households"]).round().clip(2, 9)})
    settings = {"n_estimators": 4, "learning_rate": 0.5}
    a = mlcore.GradientBoostingRegressor(**{**SETTINGS, **settings, "max_leaf_nodes": 6,
                                            "linear_lambda": 2}).fit(X, y)
    b = lightgbm.LGBMRegressor(**{**THEIRS, **settings, "num_leaves": 6,
                                  "linear_lambda": 2}).fit(X, y)
    assert np.abs(np.asarray(a.predict(X)) - b.predict(X)).max() < floats


def line_of(X, rest, l2):
    """Slopes and intercept of a ridge regression, by least squares."""
    A, mean = X.to_numpy(float), X.mean().to_numpy()
    n = A.shape[1]
    slopes = np.linalg.lstsq(np.vstack([A - mean, np.sqrt(l2) * np.eye(n)]), np.concatenate(
        [rest - rest.mean(), np.zeros(n)]), rcond=None)[0]
    return np.append(slopes, rest.mean() - mean @ slopes)


def terms_of(model):
    return {node: (list(terms["feature"][:-1]), terms["coefficient"].to_numpy())
            for node, terms in model.table("leaf_coefficients").to_pandas().groupby("node")}


@pytest.mark.parametrize("l2", [0, 5])
def test_each_leaf_has_the_regression_that_numpy_finds(housing, l2):
    """Squared error: gradients are scores less targets, hessians 1."""
    rounding = 1e-6  # lstsq and sums of products that are rounded to 2^-48 of the largest
    X, y, _ = housing
    rate = 0.3
    model = mlcore.GradientBoostingRegressor(
        n_estimators=2, max_leaf_nodes=12, learning_rate=rate, linear_tree=True,
        linear_lambda=l2).fit(X, y)
    rest = y - np.asarray(model.predict_table(X, n_rounds=1)["prediction"])
    step = np.asarray(model.predict(X)) - (y - rest)
    leaf = np.asarray(model.predict_table(X, output="leaf")["leaf"])[:, 1]
    terms = terms_of(model)
    assert set(model.table("leaf_coefficients")["tree"]) == {1} and len(terms) > 8
    for node, (names, found) in terms.items():
        rows = (leaf == node) & X[names].notna().all(axis=1).to_numpy()
        line = rate * line_of(X[names][rows], rest[rows], l2)
        assert np.abs(found - line).max() < rounding * np.abs(line).max()
        value = X[names][rows].to_numpy(float) @ found[:-1] + found[-1]
        assert np.abs(step[rows] - value).max() < rounding
        others = (leaf == node) & ~rows
        if others.any():  # rows that miss a number
            value = rate * rest[leaf == node].mean()
            assert np.abs(step[others] - value).max() < rounding


def test_shared_splits_have_lines_of_each_target(housing):
    rounding = 1e-6
    X, y, _ = housing
    X = X.drop(columns="total_bedrooms")
    targets = np.column_stack([y, -2 * y + X["longitude"].to_numpy()])
    model = mlcore.GradientBoostingRegressor(
        n_estimators=2, max_leaf_nodes=8, linear_tree=True, learning_rate=0.3,
        multi_strategy="multi_output_tree").fit(X, targets)
    first = np.asarray(model.update(method="truncate", n_rounds=1).predict(X))
    found = np.asarray(model.predict(X))
    leaf = np.asarray(model.predict_table(X, output="leaf")["leaf"])[:, 2:]
    assert np.array_equal(leaf[:, 0], leaf[:, 1])
    terms = model.table("leaf_coefficients").to_pandas()
    for node, rows in terms[terms["tree"] == 2].groupby("node"):
        names, inside = list(rows["feature"][:-1]), leaf[:, 0] == node
        A = X[names][inside]
        for k in range(2):
            line = line_of(A, (targets - first)[inside, k], 0)
            step = 0.3 * (A.to_numpy(float) @ line[:-1] + line[-1])
            assert np.abs((found - first)[inside, k] - step).max() < rounding


def test_refit_mixes_old_lines_with_those_of_the_new_rows(housing):
    rounding = 1e-6
    X, y, half = housing
    model = mlcore.GradientBoostingRegressor(n_estimators=2, max_leaf_nodes=8, learning_rate=0.3,
                                             linear_tree=True, linear_lambda=5)
    old = terms_of(model.fit(X[half], y[half]))
    X, y = X[~half], y[~half]
    new = model.update(X, y, method="refit", decay_rate=0.7)
    rest = y - np.asarray(new.predict_table(X, n_rounds=1)["prediction"])
    leaf = np.asarray(new.predict_table(X, output="leaf")["leaf"])[:, 1]
    terms = terms_of(new)
    assert len(old) > 5 and set(terms) == set(old)
    for node, (names, found) in terms.items():
        rows = (leaf == node) & X[names].notna().all(axis=1).to_numpy()
        line = 0.7 * old[node][1] + 0.3 * 0.3 * line_of(X[names][rows], rest[rows], 5)
        assert names == old[node][0] and np.abs(found - line).max() < rounding * np.abs(line).max()


def test_bends_are_learned_better_than_by_constants():
    rng = np.random.default_rng(3)
    X = rng.uniform(-2, 2, size=(4000, 3))
    y = np.maximum(3 * X[:, 0], -X[:, 0]) + X[:, 1] - 0.5 * X[:, 2] + 0.1 * rng.normal(size=4000)
    train = np.arange(4000) < 3000
    linear, constant, reference = [
        rmse(y[~train], m.fit(X[train], y[train]).predict(X[~train])) for m in (
            mlcore.GradientBoostingRegressor(**SETTINGS),
            mlcore.GradientBoostingRegressor(**{**SETTINGS, "linear_tree": False}),
            lightgbm.LGBMRegressor(**THEIRS))]
    assert linear < 0.8 * constant and linear <= reference * (1 + NOISE)


def test_what_linear_leaves_cannot_do_is_said_by_name(housing):
    X, y, _ = housing
    model = mlcore.GradientBoostingRegressor(n_estimators=3, linear_tree=True).fit(X, y)
    with pytest.raises(mlcore.MlcoreError, match="has linear leaves"):
        model.explain(X[:5])
    for settings in ({"loss": "quantile"}, {"loss": "absolute_error"},
                     {"monotonic_cst": {"median_income": 1}}):
        with pytest.raises(mlcore.MlcoreError, match="linear_tree does not go with"):
            mlcore.GradientBoostingRegressor(linear_tree=True, **settings).fit(X, y)
