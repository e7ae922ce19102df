"""Results against scikit-learn on real data, fitted now by both."""
import numpy as np
import pytest

import mlcore
from conftest import DATA

pytest.importorskip("sklearn")
pd = pytest.importorskip("pandas")
from sklearn import (cluster, ensemble, impute, linear_model, metrics, preprocessing,  # noqa: E402
                     tree)

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


@pytest.fixture(scope="module")
def tree_data(wine, housing):
    """Name -> features, target; every third house."""
    iris = pd.read_csv(DATA / "iris.csv")
    penguins = pd.read_csv(DATA / "penguins.csv").dropna(subset=["sex"])
    numbers = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "year"]
    holes = pd.read_csv(DATA / "penguins.csv")[numbers].to_numpy(float, copy=True)
    holes[::3, 0] = holes[1::4, 3] = np.nan
    return {"iris": (iris.drop(columns="species").to_numpy(float), iris["species"].to_numpy()),
            "wine": wine, "penguins": (penguins[numbers].to_numpy(float), penguins["sex"].to_numpy()),
            "penguins with holes": (holes, pd.read_csv(DATA / "penguins.csv")["species"].to_numpy()),
            "housing": (housing[0][::3], housing[1][::3])}


# scikit-learn rounds features to float32; its impurities are sums in another order.
FLOAT32, IMPURITY = 1e-6, 1e-9


def compare_nodes(nodes, theirs, X):
    """Walks both trees from the root; returns how many nodes are the same. Where the splits differ,
    they must take off as much impurity: both may choose among equal ones."""
    same, stack = 0, [(0, 0, np.ones(len(X), bool))]
    total = theirs.weighted_n_node_samples[0] * theirs.impurity[0]

    def decrease(cover, impurity, *node):
        risk = [cover[i] * impurity[i] for i in node]
        return risk[0] - risk[1] - risk[2]

    while stack:
        i, k, rows = stack.pop()
        assert nodes["cover"][i] == pytest.approx(theirs.weighted_n_node_samples[k])
        assert abs(nodes["impurity"][i] - theirs.impurity[k]) <= IMPURITY * theirs.impurity[0]
        left, right = theirs.children_left[k], theirs.children_right[k]
        if nodes["impurity"][i] == 0 and theirs.impurity[k] < 1e-14:
            same += 1  # of one class: weights keep their impurity just above 0, so they go on
            continue
        assert (nodes["left"][i] < 0) == (left < 0)
        if left < 0:
            assert nodes["value"][i] == pytest.approx(theirs.value[k].ravel()[:len(
                np.atleast_1d(nodes["value"][i]))], rel=1e-9, abs=1e-12)
            same += 1
            continue
        x, v = X[:, nodes["feature"][i]], X[:, theirs.feature[k]].astype(np.float32)
        ours_left = np.where(np.isnan(x), nodes["missing"][i] == "left",
                             x <= nodes["threshold"][i])
        their_left = np.where(np.isnan(v), theirs.missing_go_to_left[k], v <= theirs.threshold[k])
        if (ours_left == their_left)[rows].all():
            same += 1
            if nodes["feature"][i] == theirs.feature[k] and np.isfinite(nodes["threshold"][i]):
                assert nodes["threshold"][i] == pytest.approx(theirs.threshold[k], rel=FLOAT32)
            stack += [(nodes["left"][i], left, rows & ours_left),
                      (nodes["right"][i], right, rows & ~ours_left)]
        else:
            taken = decrease(theirs.weighted_n_node_samples, theirs.impurity, k, left, right)
            assert abs(decrease(nodes["cover"], nodes["impurity"], i, nodes["left"][i],
                                nodes["right"][i]) - taken) <= IMPURITY * taken + 1e-14 * total
    return same


def columns_of(X):
    return {f"x{j}": np.ascontiguousarray(X[:, j]) for j in range(X.shape[1])}


def our_nodes(model, n_classes):
    table = model.table("trees").to_pandas()
    nodes = {name: table[name].to_numpy() for name in
             ("left", "right", "feature", "threshold", "missing", "cover", "impurity")}
    nodes["feature"] = [int(f[1:]) if isinstance(f, str) else -1 for f in nodes["feature"]]
    columns = [c for c in table if c.startswith("probability")] if n_classes else ["value"]
    nodes["value"] = table[columns].to_numpy()
    return nodes


@pytest.mark.parametrize("name", ["iris", "wine", "penguins", "penguins with holes", "housing"])
@pytest.mark.parametrize("settings", [
    {}, {"max_depth": 4}, {"min_samples_leaf": 7}, {"max_leaf_nodes": 12}, {"ccp_alpha": None},
    {"criterion": None}, {"min_samples_split": 30}])
def test_decision_trees_have_the_same_nodes(tree_data, name, settings):
    X, y = tree_data[name]
    is_class = name != "housing"
    chosen = {k: v for k, v in settings.items() if v is not None}
    if "ccp_alpha" in settings:
        chosen["ccp_alpha"] = 0.01 if is_class else 1e7
    if "criterion" in settings:
        chosen["criterion"] = "entropy" if is_class else "poisson"
    theirs = (tree.DecisionTreeClassifier if is_class else tree.DecisionTreeRegressor)(
        random_state=0, **chosen).fit(X, y)
    recipe = ", ".join(f"{k}={v}" for k, v in chosen.items())
    model = mlcore.Model(f"decision_tree_{'classifier' if is_class else 'regressor'}({recipe})")
    model.fit(mlcore.Dataset.from_arrays(columns_of(X), target=y.astype(str) if is_class else y))
    same = compare_nodes(our_nodes(model, is_class), theirs.tree_, X)
    # Deep in a tree many splits of a few rows are equal, and branches part there.
    assert same >= theirs.tree_.node_count * (0.2 if name == "housing" else 0.5)


def test_absolute_errors_give_the_same_nodes(tree_data):
    X, y = tree_data["housing"]
    theirs = tree.DecisionTreeRegressor(criterion="absolute_error", max_depth=5,
                                        random_state=0).fit(X[::4], y[::4])
    model = mlcore.Model("decision_tree_regressor(criterion=absolute_error, max_depth=5)")
    model.fit(mlcore.Dataset.from_arrays(columns_of(X[::4]), target=y[::4]))
    assert compare_nodes(our_nodes(model, 0), theirs.tree_, X[::4]) >= 50


@pytest.mark.parametrize("criterion", ["squared_error", "poisson", "gini", "entropy"])
def test_trees_under_monotone_constraints_have_the_same_nodes(tree_data, criterion):
    is_class = criterion in ("gini", "entropy")
    X, y = tree_data["housing"]
    y = (y > np.median(y)).astype(int) if is_class else y
    signs = [1, 0, -1, 0, 0, 1, 0, 1][:X.shape[1]]
    theirs = (tree.DecisionTreeClassifier if is_class else tree.DecisionTreeRegressor)(
        criterion=criterion, max_depth=7, monotonic_cst=signs, random_state=0).fit(X, y)
    model = mlcore.Model(f"decision_tree_{'classifier' if is_class else 'regressor'}("
                         f"criterion={criterion}, max_depth=7, monotonic_cst={signs})")
    model.fit(mlcore.Dataset.from_arrays(columns_of(X), target=y.astype(str) if is_class else y))
    same = compare_nodes(our_nodes(model, is_class), theirs.tree_, X)
    assert same >= 0.8 * theirs.tree_.node_count


@pytest.mark.parametrize("class_weight", [None, "balanced"])
def test_weighted_trees_have_the_same_nodes(tree_data, class_weight):
    X, y = tree_data["penguins"]
    weight = None if class_weight else 1.0 + np.arange(len(y)) % 5 / 4
    theirs = tree.DecisionTreeClassifier(max_depth=5, class_weight=class_weight,
                                         random_state=0).fit(X, y, sample_weight=weight)
    model = mlcore.Model(f"decision_tree_classifier(max_depth=5, "
                         f"class_weight={class_weight or 'none'})")
    weights = {} if weight is None else {"weight": weight}
    model.fit(mlcore.Dataset.from_arrays(columns_of(X), target=y.astype(str), **weights))
    assert compare_nodes(our_nodes(model, 1), theirs.tree_, X) >= 0.5 * theirs.tree_.node_count


def test_forests_rank_features_as_scikit_learn_does(tree_data):
    X, y = tree_data["wine"]
    ours = mlcore.Model("random_forest_classifier(n_estimators=300, oob_score=true)")
    ours.fit(mlcore.Dataset.from_arrays({"x": X}, target=y.astype(str)))
    theirs = ensemble.RandomForestClassifier(n_estimators=300, oob_score=True,
                                             random_state=0).fit(X, y)
    importance = ours.feature_importances_
    assert np.abs(importance - theirs.feature_importances_).max() < 0.03  # seeds differ by 0.02
    score = ours.table("oob_score").to_pandas()["value"][0]
    assert abs(score - theirs.oob_score_) < 0.025  # four rows of 178


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
