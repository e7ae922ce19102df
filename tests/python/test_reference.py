"""Results against scikit-learn on real data, fitted now by both."""
import numpy as np
import pytest

import mlcore
from conftest import DATA

pytest.importorskip("sklearn")
pd = pytest.importorskip("pandas")
from sklearn import (cluster, ensemble, impute, linear_model, metrics, preprocessing)  # noqa: E402

# Sums of a few hundred terms, taken in another order.
ROUNDING = 1e-12


@pytest.fixture(scope="module")
def titanic():
    return pd.read_csv(DATA / "titanic.csv")


@pytest.fixture(scope="module")
def wine():
    frame = pd.read_csv(DATA / "wine.csv")
    label = next(c for c in frame.columns if frame[c].nunique() == 3)
    return frame.drop(columns=label).to_numpy(float), frame[label].to_numpy()


@pytest.fixture(scope="module")
def housing():
    frame = pd.read_csv(DATA / "california_housing.csv.gz").dropna()
    numbers = frame.select_dtypes("number")
    return numbers.drop(columns="median_house_value").to_numpy(float), \
        numbers["median_house_value"].to_numpy(float)


def test_csv_reader_agrees_with_pandas(titanic):
    ours = mlcore.read_csv(DATA / "titanic.csv").to_pandas()
    assert list(ours.columns) == list(titanic.columns)
    for name in titanic.columns:
        left, right = ours[name], titanic[name]
        assert (left.isna() == right.isna()).all(), name
        assert left[left.notna()].tolist() == right[right.notna()].tolist(), name


@pytest.mark.parametrize("params", [{}, {"with_mean": False}, {"with_std": False}])
def test_scaler_agrees(housing, params):
    X, _ = housing
    ours = mlcore.StandardScaler(**params).fit_transform(X)
    theirs = preprocessing.StandardScaler(**params).fit_transform(X)
    assert np.allclose(ours, theirs, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("strategy", ["mean", "median", "most_frequent"])
def test_imputer_agrees(titanic, strategy):
    X = titanic[["Age", "Fare", "SibSp"]].to_numpy(float)
    ours = mlcore.SimpleImputer(strategy=strategy).fit_transform(X)
    theirs = impute.SimpleImputer(strategy=strategy).fit_transform(X)
    assert np.allclose(ours, theirs, rtol=ROUNDING, atol=0)


def test_imputer_with_an_indicator_agrees(titanic):
    X = titanic[["Age", "Fare"]].to_numpy(float)
    ours = mlcore.SimpleImputer(add_indicator=True).fit_transform(X)
    theirs = impute.SimpleImputer(add_indicator=True).fit_transform(X)
    assert ours.shape == theirs.shape
    assert np.allclose(np.sort(ours, axis=1), np.sort(theirs, axis=1), rtol=ROUNDING, atol=0)


@pytest.mark.parametrize("params", [
    {}, {"drop": "first"}, {"min_frequency": 100}, {"max_categories": 2}])
def test_one_hot_encoder_agrees(titanic, params):
    columns = ["Sex", "Pclass", "Embarked"]
    if "max_categories" in params:
        columns.remove("Sex")  # scikit-learn joins one category of as many as are allowed
    frame = titanic[columns].dropna().astype(str)
    ours = mlcore.OneHotEncoder(**params).fit_transform(frame)
    theirs = preprocessing.OneHotEncoder(sparse_output=False, **params).fit_transform(frame)
    assert np.array_equal(ours, theirs)


def test_ordinal_encoder_agrees(titanic):
    frame = titanic[["Sex", "Pclass", "Embarked"]].dropna().astype(str)
    ours = mlcore.OrdinalEncoder().fit_transform(frame)
    assert np.array_equal(ours, preprocessing.OrdinalEncoder().fit_transform(frame))


@pytest.mark.parametrize("alpha", [0.0, 1.0, 100.0])
def test_ridge_agrees(housing, alpha):
    X, y = housing
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    ours = mlcore.Ridge(alpha=alpha).fit(X, y).predict(X)
    theirs = (linear_model.Ridge(alpha=alpha) if alpha else
              linear_model.LinearRegression()).fit(X, y).predict(X)
    assert np.allclose(ours, theirs, rtol=1e-8, atol=1e-6 * np.abs(y).max())


def penalised_loss(model, X, y, C):
    """What scikit-learn minimises: C times the log loss plus half the squared coefficients.
    The raw scores are linear, so the coefficients follow from them exactly."""
    raw = model.decision_function(np.vstack([np.zeros(X.shape[1]), np.eye(X.shape[1])]))
    coefficients = raw[1:] - raw[0]
    signs = np.where(y == model.classes_[1], 1.0, -1.0)
    return C * np.logaddexp(0, -signs * model.decision_function(X)).sum() + \
        0.5 * (coefficients ** 2).sum()


@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
def test_logistic_regression_reaches_the_same_objective(wine, C):
    X, y = wine
    X, y = X[y != np.unique(y)[2]], y[y != np.unique(y)[2]]
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    ours = mlcore.LogisticRegression(C=C, tol=1e-8, max_iter=1000).fit(X, y)
    theirs = linear_model.LogisticRegression(C=C, tol=1e-8, max_iter=10000).fit(X, y)
    mine, reference = penalised_loss(ours, X, y, C), penalised_loss(theirs, X, y, C)
    assert mine <= reference * (1 + 1e-6)
    assert np.allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=2e-4)


def test_logistic_regression_of_three_classes_agrees(wine):
    X, y = wine
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    ours = mlcore.LogisticRegression(tol=1e-8, max_iter=1000).fit(X, y)
    theirs = linear_model.LogisticRegression(tol=1e-8, max_iter=10000).fit(X, y)
    assert ours.classes_.tolist() == theirs.classes_.tolist()
    assert np.allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=2e-4)


def test_boosting_predicts_as_well_as_histogram_boosting(housing):
    X, y = housing
    params = {"learning_rate": 0.1, "max_leaf_nodes": 31, "min_samples_leaf": 20}
    train, test = np.arange(len(y)) % 4 != 0, np.arange(len(y)) % 4 == 0
    ours = mlcore.GradientBoostingRegressor(n_estimators=50, **params).fit(X[train], y[train])
    theirs = ensemble.HistGradientBoostingRegressor(max_iter=50, early_stopping=False,
                                                    **params).fit(X[train], y[train])
    assert ours.score(X[test], y[test]) > theirs.score(X[test], y[test]) - 0.01


def test_kmeans_finds_clusters_as_tight(wine):
    X, _ = wine
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    labels = mlcore.KMeans(n_clusters=3, n_init=10).fit_predict(X)
    inertia = sum(((X[labels == k] - X[labels == k].mean(axis=0)) ** 2).sum()
                  for k in np.unique(labels))
    theirs = cluster.KMeans(n_clusters=3, n_init=10, random_state=0).fit(X)
    assert inertia <= theirs.inertia_ * (1 + 1e-6)


def test_metrics_agree_on_predictions_of_real_data(titanic):
    frame = titanic[["Age", "Fare", "Sex", "Pclass"]]
    y = titanic["Survived"].to_numpy()
    weight = np.random.default_rng(0).uniform(0.5, 2, size=len(y))
    model = mlcore.GradientBoostingClassifier(n_estimators=20, max_leaf_nodes=4).fit(frame, y)
    p, found = model.predict_proba(frame)[:, 1], model.predict(frame)
    report = model.evaluate(frame, y, sample_weight=weight, metrics=[
        "accuracy", "balanced_accuracy", "roc_auc", "average_precision", "log_loss"])
    assert report.items("value") == pytest.approx([
        metrics.accuracy_score(y, found, sample_weight=weight),
        metrics.balanced_accuracy_score(y, found, sample_weight=weight),
        metrics.roc_auc_score(y, p, sample_weight=weight),
        metrics.average_precision_score(y, p, sample_weight=weight),
        metrics.log_loss(y, p, sample_weight=weight)], rel=1e-10)
