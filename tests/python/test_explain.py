"""Explanations against shap and scikit-learn on real data. Models cannot be taken over from others,
so shap is given our trees, as the table "trees" lists them."""
import numpy as np
import pytest

import mlcore
from conftest import DATA

pd = pytest.importorskip("pandas")

# shap's TreeSHAP divides by path fractions, which loses digits; sums of some hundred leaves.
TREE_SHAP = 1e-9
# shap keeps the weights of coalitions in single precision where it has a background.
SINGLE = 1e-7
# Sums of a few thousand terms, taken in another order.
ROUNDING = 1e-12


@pytest.fixture(scope="module")
def housing():
    """Numbers, of which some are missing, and their target."""
    frame = pd.read_csv(DATA / "california_housing.csv.gz").select_dtypes("number")
    X, y = frame.drop(columns="median_house_value"), frame["median_house_value"] / 1e5
    X = X.mask(np.random.default_rng(1).random(X.shape) < 0.05)
    return X, y


@pytest.fixture(scope="module")
def boosted(housing):
    X, y = housing
    return mlcore.GradientBoostingRegressor(n_estimators=30, max_leaf_nodes=63).fit(X, y)


def trees_for_shap(model, features, n_outputs=1):
    """The trees of each output as shap takes them, whose leaves hold a row of values."""
    table = model.table("trees").to_pandas()
    places = {name: k for k, name in enumerate(features)}
    found = [[] for _ in range(n_outputs)]
    for number, tree in table.groupby("tree"):
        left, right = tree["left"].to_numpy(), tree["right"].to_numpy()
        goes_left = (tree["missing"] == "left").to_numpy()
        found[number % n_outputs].append({
            "children_left": left, "children_right": right,
            "children_default": np.where(goes_left, left, right),
            "feature": tree["feature"].map(places).fillna(-2).to_numpy(int),
            "threshold": tree["threshold"].fillna(0).to_numpy(float),
            "value": tree["value"].fillna(0).to_numpy(float).reshape(-1, 1),
            "node_sample_weight": tree["cover"].to_numpy(float).copy()})
    return found


def shap_explainer(trees, start, data=None):
    shap = pytest.importorskip("shap")
    return shap.TreeExplainer({"trees": trees, "base_offset": start, "input_dtype": np.float64},
                              data=data)


def start_of(model, X, trees):
    """The score before any tree: what the leaves of a row leave over."""
    table = model.table("trees").to_pandas()
    found = model.predict_table(X[:1], "raw,leaf")
    raw, leaves = np.asarray(found.column("raw")).reshape(-1), found.column("leaf")[0]
    n = len(raw)
    values = table.set_index(["tree", "node"])["value"]
    return [raw[k] - sum(values[t, int(leaves[t])] for t in range(k, len(leaves), n))
            for k in range(n)]


def test_contributions_equal_those_of_shap_on_the_same_trees(housing, boosted):
    X, _ = housing
    rows = X[:300]
    trees = trees_for_shap(boosted, list(X.columns))[0]
    theirs = shap_explainer(trees, start_of(boosted, X, trees)[0])
    ours = boosted.explain(rows)
    assert ours.columns == ["base", "contribution"]
    assert ours.components("contribution") == list(X.columns)
    expected = theirs.shap_values(rows.to_numpy(float), check_additivity=False)
    assert np.abs(ours["contribution"] - expected).max() < TREE_SHAP
    assert abs(ours["base"][0] - theirs.expected_value) < TREE_SHAP


def test_interactions_equal_those_of_shap_on_the_same_trees(housing, boosted):
    X, _ = housing
    rows, p = X[:20], X.shape[1]
    trees = trees_for_shap(boosted, list(X.columns))[0]
    theirs = shap_explainer(trees, start_of(boosted, X, trees)[0])
    found = boosted.explain(rows, method="interactions")
    ours = found["interaction"].reshape(-1, p, p)
    expected = theirs.shap_interaction_values(rows.to_numpy(float))
    assert np.abs(ours - expected).max() < TREE_SHAP
    assert np.abs(ours.sum(axis=2) - boosted.explain(rows)["contribution"]).max() < ROUNDING
    assert found.components("interaction")[p + 2] == f"{X.columns[1]}:{X.columns[2]}"


@pytest.mark.parametrize("n_background", [1, 100])
def test_contributions_against_a_background_equal_those_of_shap(housing, boosted, n_background):
    X, _ = housing
    rows, background = X[:40], X[1000:1000 + n_background]
    trees = trees_for_shap(boosted, list(X.columns))[0]
    theirs = shap_explainer(trees, start_of(boosted, X, trees)[0], background.to_numpy(float))
    ours = boosted.explain(rows, background=background)
    expected = theirs.shap_values(rows.to_numpy(float), check_additivity=False)
    assert np.abs(ours["contribution"] - expected).max() < SINGLE
    assert abs(ours["base"][0] - boosted.predict(background).mean()) < TREE_SHAP


def test_each_class_has_the_contributions_of_its_trees():
    frame = pd.read_csv(DATA / "wine.csv")
    label = next(c for c in frame.columns if frame[c].nunique() == 3)
    X, y = frame.drop(columns=label), frame[label]
    model = mlcore.GradientBoostingClassifier(n_estimators=20).fit(X, y)
    names = [str(c) for c in model.classes_]
    starts = start_of(model, X, None)
    found = model.explain(X)
    for k, trees in enumerate(trees_for_shap(model, list(X.columns), len(names))):
        theirs = shap_explainer(trees, starts[k])
        expected = theirs.shap_values(X.to_numpy(float), check_additivity=False)
        assert np.abs(found[names[k] + ".contribution"] - expected).max() < TREE_SHAP
        assert abs(found[names[k] + ".base"][0] - theirs.expected_value) < TREE_SHAP


def test_contributions_of_a_forest_equal_those_of_shap(housing):
    X, y = (part[:4000] for part in housing)
    model = mlcore.Model("random_forest_regressor(n_estimators=10, min_samples_leaf=3)").fit(X, y)
    trees = trees_for_shap(model, list(X.columns))[0]
    for tree in trees:
        tree["value"] = tree["value"] / len(trees)
    theirs = shap_explainer(trees, 0.0)
    expected = theirs.shap_values(X[:50].to_numpy(float), check_additivity=False)
    found = model.explain(X[:50])
    assert np.abs(found["contribution"] - expected).max() < TREE_SHAP
    assert abs(found["base"][0] - theirs.expected_value) < TREE_SHAP


@pytest.mark.parametrize("recipe", [
    "gradient_boosting_classifier(n_estimators=50, max_leaf_nodes=255, min_samples_leaf=2)",
    "pipeline(on(type:category, one_hot_encoder(handle_unknown=ignore)), "
    "gradient_boosting_classifier(n_estimators=50, max_depth=6))"])
def test_base_and_contributions_of_people_add_to_their_scores(recipe):
    data = mlcore.read_csv(DATA / "adult.csv.gz", target="income")
    model = mlcore.Model(recipe).fit(data)
    rows = data[:2000]
    found = model.explain(rows)
    assert found.components("contribution") == [n for n in data.columns if n != "income"]
    raw = model.decision_function(rows)
    total = found["base"] + found["contribution"].sum(axis=1)
    size = np.abs(found["base"]) + np.abs(found["contribution"]).sum(axis=1)
    assert (np.abs(total - raw) <= ROUNDING * size).all()


def test_linear_contributions_equal_those_of_shap(housing):
    shap = pytest.importorskip("shap")
    X, y = housing
    X = X.fillna(X.median())
    model = mlcore.pipeline(mlcore.StandardScaler(), mlcore.Ridge()).fit(X, y)
    scaled = ((X - X.mean()) / X.std(ddof=0)).to_numpy()
    found = model.explain(X[:100], background=X)
    masker = shap.maskers.Independent(scaled, max_samples=len(X))
    theirs = shap.LinearExplainer((model.coef_, model.intercept_), masker)
    assert np.abs(found["contribution"] - theirs.shap_values(scaled[:100])).max() < TREE_SHAP
    assert abs(found["base"][0] - theirs.expected_value) < TREE_SHAP


def test_top_names_the_largest_contributions(boosted, housing):
    rows = housing[0][:50]
    values = boosted.explain(rows)["contribution"]
    top = boosted.explain(rows, top=3).to_pandas()
    assert list(top.columns) == ["row", "rank", "feature", "contribution"]
    order = np.argsort(-np.abs(values), axis=1, kind="stable")[:, :3]
    assert top["feature"].tolist() == [rows.columns[k] for k in order.ravel()]
    assert top["contribution"].tolist() == np.take_along_axis(values, order, 1).ravel().tolist()


def permutations_of(n, n_repeats, seed):
    """The order in which rows come in each repeat, read off a model that gives back its column."""
    seen = []

    def score(target, prediction, probability, weight):
        seen.append(np.array(prediction))
        return 0.0

    context = mlcore.Context()
    context.add_metric("test.seen", score)
    x = np.arange(n, dtype=float)
    model = mlcore.Ridge(alpha=1e-12, context=context).fit(x.reshape(-1, 1), x)
    model.explain(x.reshape(-1, 1), x, method="permutation", metrics="test.seen",
                  n_repeats=n_repeats, random_state=seed)
    orders = [np.rint(s).astype(int) for s in seen[1:]]
    assert len(orders) == n_repeats and all(sorted(o) == list(range(n)) for o in orders)
    return orders


@pytest.mark.parametrize("scoring, metric", [("neg_mean_absolute_error", "mae"), ("r2", "r2")])
def test_permutation_importance_equals_that_of_scikit_learn(housing, boosted, monkeypatch, scoring,
                                                            metric):
    inspection = pytest.importorskip("sklearn.inspection._permutation_importance")
    X, y = (part[:1500] for part in housing)
    orders = permutations_of(len(X), 4, 7)

    class Orders:
        """What scikit-learn shuffles by: our permutations, each as a step from the one before, as
        it shuffles what is shuffled already."""

        def __init__(self, seed):
            before = [np.arange(len(X))] + orders
            self.left = iter([np.argsort(a)[b] for a, b in zip(before, orders)])

        def randint(self, most):
            return 0

        def shuffle(self, index):
            index[:] = next(self.left)

    monkeypatch.setattr(inspection, "check_random_state", Orders)
    theirs = inspection.permutation_importance(boosted, X, y, scoring=scoring, n_repeats=4)
    ours = boosted.explain(X, y, method="permutation", metrics=metric, n_repeats=4,
                           random_state=7)
    assert list(ours["feature"]) == list(X.columns)
    assert np.abs(ours["repeats"] - theirs.importances).max() < ROUNDING
    assert np.abs(ours["importance"] - theirs.importances_mean).max() < ROUNDING
    assert np.abs(ours["std"] - theirs.importances_std).max() < ROUNDING


def test_permutation_importance_is_for_models_without_shapley_values(iris):
    model = mlcore.Model("pipeline(automatic, kmeans(n_clusters=3))").fit(iris)
    with pytest.raises(mlcore.UnsupportedError, match="models that have are .*gradient_boosting"):
        model.explain(iris)
    found = model.explain(iris, method="permutation", metrics="adjusted_rand_index")
    assert max(found["importance"]) > 0.05
