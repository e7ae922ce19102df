"""Classifiers on resampled rows: against imbalanced-learn's pipelines with the formula of the prior
in NumPy, against known posteriors, and the same bits wherever they are asked."""
import numpy as np
import pytest

import mlcore
from mlcore import Dataset, LogisticRegression, StandardScaler, pipeline, resampled
from test_interop_export import Compiled, check_all, side_by_side

imblearn = pytest.importorskip("imblearn")
linear = pytest.importorskip("sklearn.linear_model")

ANOTHER_SOLVER = 1e-6   # probabilities of optima that both solvers have to about 1e-8
ROUNDINGS = 1e-13       # of a handful of operations
STANDARD_ERRORS = 4     # of a mean over draws, all of which are fixed
MEANS = {2: np.array([[0.0, 0.0], [1.3, 0.7]]), 3: np.array([[0.0, 0.0], [1.3, 0.7], [-0.5, 1.8]])}
SHARES = {2: np.array([0.95, 0.05]), 3: np.array([0.86, 0.11, 0.03])}


def problem(k, n, seed):
    """Gaussians of one covariance, so that the posterior is a softmax of linear scores."""
    rng = np.random.default_rng(seed)
    y = rng.choice(k, size=n, p=SHARES[k])
    return MEANS[k][y] + rng.normal(size=(n, 2)), y


def posterior(x, k):
    density = np.exp(-((x[:, None, :] - MEANS[k]) ** 2).sum(axis=2) / 2) * SHARES[k]
    return density / density.sum(axis=1, keepdims=True)


def dataset(x, y, **more):
    columns = {f"x{j}": x[:, j] for j in range(x.shape[1])}
    return Dataset({**columns, "y": y, **more}, target="y", **{w: w for w in more})


def corrected(p, before, after):
    """Elkan 2001, theorem 2; Saerens, Latinne, Decaestecker 2002, equation 4."""
    odds = p * (np.asarray(before) / np.asarray(after))
    return odds / odds.sum(axis=1, keepdims=True)


def log_loss(p, y):
    return -np.log(p[np.arange(len(y)), y]).mean()


# ---- against other libraries ---------------------------------------------------------------


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("resampler, params", [
    ("random_over", {}), ("random_under", {}), ("smote", {"k_neighbors": 3}),
    ("random_under", {"sampling_strategy": {0: 150}})])
def test_probabilities_are_those_of_scikit_learn_on_the_same_rows_by_the_formula(resampler, params,
                                                                                k):
    x, y = problem(k, 3000, seed=1)
    data = dataset(x, y)
    rows = data.resample(resampler, **params)
    theirs = linear.LogisticRegression(C=1.0, tol=1e-10, max_iter=10000).fit(
        np.column_stack([rows["x0"], rows["x1"]]), rows["y"])
    expected = corrected(theirs.predict_proba(x), np.bincount(y), np.bincount(rows["y"]))
    model = resampled(LogisticRegression(tol=1e-10), resampler, **params).fit(data)
    assert np.abs(model.predict_proba(data) - expected).max() < ANOTHER_SOLVER
    assert (model.predict(data) == expected.argmax(axis=1)).all()
    plain = resampled(LogisticRegression(tol=1e-10), resampler, correct_prior=False,
                      **params).fit(data)
    assert np.abs(plain.predict_proba(data) - theirs.predict_proba(x)).max() < ANOTHER_SOLVER
    assert (plain.predict(data) == theirs.predict(x)).all()


@pytest.mark.parametrize("ours, theirs", [("random_over", "RandomOverSampler"),
                                          ("random_under", "RandomUnderSampler"),
                                          ("smote", "SMOTE")])
def test_pipelines_agree_with_those_of_imbalanced_learn_over_many_draws(ours, theirs):
    from imblearn import over_sampling, pipeline as imbalanced, under_sampling
    from sklearn.preprocessing import StandardScaler as Scaler

    x, y = problem(2, 1500, seed=2)
    data, draws = dataset(x, y), {"ours": [], "theirs": []}
    made = getattr(over_sampling, theirs, None) or getattr(under_sampling, theirs)
    size = np.bincount(y)
    after = [size.min()] * 2 if ours == "random_under" else [size.max()] * 2
    for seed in range(20):
        model = pipeline(StandardScaler(), resampled(LogisticRegression(), ours,
                                                     random_state=seed)).fit(data)
        draws["ours"].append(model.predict_proba(data)[:, 1])
        reference = imbalanced.make_pipeline(Scaler(), made(random_state=seed),
                                             linear.LogisticRegression()).fit(x, y)
        draws["theirs"].append(corrected(reference.predict_proba(x), size, after)[:, 1])
    a, b = np.array(draws["ours"]), np.array(draws["theirs"])
    # A statistic a draw, since the rows of one draw move together.
    for statistic in (np.mean, np.median, np.max, lambda p: np.quantile(p, 0.9)):
        s, t = np.array([statistic(p) for p in a]), np.array([statistic(p) for p in b])
        error = np.sqrt((s.var(ddof=1) + t.var(ddof=1)) / len(s))
        assert abs(s.mean() - t.mean()) < STANDARD_ERRORS * error + 1e-9
    assert np.corrcoef(a.mean(axis=0), b.mean(axis=0))[0, 1] > 0.999


def test_weights_count_as_rows_before_and_after():
    x, y = problem(2, 800, seed=3)
    w = np.random.default_rng(0).integers(1, 4, size=len(y))
    data = dataset(x, y, weight=w.astype(float))
    model = resampled(LogisticRegression(tol=1e-10), "random_under").fit(data)
    rows = data.resample("random_under")
    shares = model.table("class_shares")
    for column, found in (("before", data), ("after", rows)):
        expected = [found["weight"][found["y"] == c].sum() for c in (0, 1)]
        assert shares[column].tolist() == expected
    theirs = linear.LogisticRegression(tol=1e-10).fit(
        np.column_stack([rows["x0"], rows["x1"]]), rows["y"], sample_weight=rows["weight"])
    expected = corrected(theirs.predict_proba(x), shares["before"], shares["after"])
    assert np.abs(model.predict_proba(data) - expected).max() < ANOTHER_SOLVER


# ---- against the truth ---------------------------------------------------------------------


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("resampler", ["random_under", "random_over", "smote"])
def test_corrected_probabilities_are_nearer_to_the_posterior(resampler, k):
    x, y = problem(k, 30000, seed=4)
    held_out, truth = problem(k, 20000, seed=5)
    model = resampled(LogisticRegression(), resampler).fit(dataset(x, y))
    naive = resampled(LogisticRegression(), resampler, correct_prior=False).fit(dataset(x, y))
    rows = dataset(held_out, truth)
    p, q, best = model.predict_proba(rows), naive.predict_proba(rows), posterior(held_out, k)
    assert log_loss(best, truth) - 0.002 < log_loss(p, truth) < log_loss(best, truth) + 0.01
    assert log_loss(q, truth) > log_loss(p, truth) + 0.1
    assert np.abs(p - best).mean() < 0.2 * np.abs(q - best).mean()
    # Calibration of the mean: three of the class's standard errors and what fitting adds.
    assert np.abs(p.mean(axis=0) - SHARES[k]).max() < 0.012
    assert np.abs(q.mean(axis=0) - SHARES[k]).max() > 0.1


def test_smote_inside_under_sampling_is_corrected_by_both():
    x, y = problem(2, 20000, seed=6)
    data = dataset(x, y)
    inner = resampled(LogisticRegression(), "smote", sampling_strategy=0.5)
    model = resampled(inner, "random_under", sampling_strategy=0.2).fit(data)
    assert abs(model.predict_proba(data)[:, 1].mean() - 0.05) < 0.01
    outer = model.table("class_shares")
    assert outer["after"].tolist() == [5 * (y == 1).sum(), (y == 1).sum()]


# ---- the rest of the library ---------------------------------------------------------------

MODELS = {
    "logistic_regression": 3, "gradient_boosting_classifier(n_estimators=10)": 3,
    "gradient_boosting_classifier(n_estimators=10, loss=one_vs_all)": 3,
    "random_forest_classifier(n_estimators=10)": 3,
    "pipeline(standard_scaler, logistic_regression)": 2,
    "gradient_boosting_classifier(n_estimators=9)": 2,
    "extra_trees_classifier(n_estimators=5)": 2,
    "resampled(logistic_regression, resampler=smote)": 3,
}


def has_raw(recipe):
    return "trees" not in recipe and "forest" not in recipe and "one_vs_all" not in recipe


@pytest.fixture(params=MODELS, name="case")
def fitted_case(request):
    recipe, k = request.param, MODELS[request.param]
    x, y = problem(k, 1200, seed=7)
    model = mlcore.Model(f"pipeline(automatic, resampled({recipe}, resampler=random_under))")
    return recipe, model.fit(dataset(x, y)), x, y, k


def test_a_row_alone_has_the_bits_that_it_has_in_a_batch(case):
    recipe, model, x, y, _ = case
    rows = dataset(x, y)
    for output in ["class", "probability"] + ["raw"] * has_raw(recipe):
        batch = side_by_side(model, rows, output) if output != "class" else \
            np.asarray(model.predict(rows), dtype=float)[:, None]
        single, many = model.predictor(output=output), model.predictor(output=output, rows=64)
        alone = np.array([np.ravel(single([*row])) for row in x[:50]], dtype=float)
        assert np.array_equal(alone, batch[:50])
        assert np.array_equal(many.run_reals(x), batch)


def test_saved_models_and_any_threads_have_the_same_bits(case):
    _, model, x, y, _ = case
    rows = dataset(x, y)
    p = model.predict_proba(rows)
    again = mlcore.loads(model.dumps())
    assert np.array_equal(again.predict_proba(rows), p)
    assert again.dumps() == model.dumps()
    assert again.recipe == model.recipe
    for threads in (1, 3):
        with mlcore.Context(threads=threads) as context:
            other = mlcore.Model(model.recipe, context=context).fit(rows)
            assert other.dumps() == model.dumps()


def test_scores_are_log_odds_of_the_probabilities(case):
    recipe, model, x, y, k = case
    rows = dataset(x, y)
    if not has_raw(recipe):
        with pytest.raises(mlcore.UnsupportedError, match="raw"):
            model.decision_function(rows)
        return
    raw, p = np.asarray(model.decision_function(rows)), model.predict_proba(rows)
    powers = np.exp(raw if k > 2 else np.column_stack([np.zeros_like(raw), raw]))
    assert np.abs(powers / powers.sum(axis=1, keepdims=True) - p).max() < ROUNDINGS


def test_shapley_values_add_up_to_the_scores(case):
    recipe, model, x, y, k = case
    rows = dataset(x, y)
    if not has_raw(recipe):
        with pytest.raises(mlcore.UnsupportedError, match="no Shapley values"):
            model.explain(rows, background=rows)
        return
    found, raw = model.explain(rows, background=rows), np.asarray(model.decision_function(rows))
    if k == 2:
        total = found["base"] + found["contribution"].sum(axis=1)
    else:
        total = np.column_stack([found[f"{c}.base"] + found[f"{c}.contribution"].sum(axis=1)
                                 for c in range(k)])
    assert np.abs(total - raw).max() < 1e-10


def test_c_source_gives_the_same_bits(case, tmp_path):
    _, model, x, y, _ = case
    rows = np.ascontiguousarray(x)
    compiled = Compiled(model, tmp_path)
    check_all(model, compiled, rows, dataset(x, y))


@pytest.mark.parametrize("format", ["onnx", "xgboost", "lightgbm"])
def test_formats_without_words_for_it_say_so(format, tmp_path):
    x, y = problem(2, 500, seed=8)
    inner = "gradient_boosting_classifier(n_estimators=3)"
    model = mlcore.Model(f"resampled({inner})").fit(dataset(x, y))
    with pytest.raises(mlcore.UnsupportedError, match="'resampled'.*after the model"):
        model.export(tmp_path / "m", format=format)
    plain = mlcore.Model(f"resampled({inner}, correct_prior=false)").fit(dataset(x, y))
    plain.export(tmp_path / "m", format=format)


def test_only_the_rows_of_the_fit_are_resampled():
    x, y = problem(2, 3000, seed=9)
    valid_x, valid_y = problem(2, 1000, seed=10)
    recipe = "gradient_boosting_classifier(n_estimators=300, n_iter_no_change=5)"
    data, valid = dataset(x, y), dataset(valid_x, valid_y)
    model = mlcore.Model(f"resampled({recipe}, resampler=random_under)").fit(data, eval_set=valid)
    rows = data.resample("random_under")
    inner = mlcore.Model(recipe).fit(rows, eval_set=valid)
    assert model.table("history").to_dict() == inner.table("history").to_dict()
    p = corrected(inner.predict_proba(valid), np.bincount(y), np.bincount(rows["y"]))
    assert np.abs(model.predict_proba(valid) - p).max() < ROUNDINGS
    # Evaluation and permutation importance are of the rows as they are.
    loss = model.evaluate(valid, metrics="log_loss")["value"][0]
    assert abs(loss - log_loss(p, valid_y)) < 1e-12
    importance = model.explain(valid, method="permutation", metrics="log_loss")
    assert abs(importance["baseline"][0] - loss) < 1e-12


def test_models_of_fewer_rounds_keep_the_correction_and_others_do_not_go_on():
    x, y = problem(2, 2000, seed=11)
    data, recipe = dataset(x, y), "gradient_boosting_classifier(n_estimators={})"
    model = mlcore.Model(f"resampled({recipe.format(20)}, resampler=random_under)").fit(data)
    fewer = mlcore.Model(f"resampled({recipe.format(7)}, resampler=random_under)").fit(data)
    first = model.predict_table(data, "probability", n_rounds=7)["probability"]
    assert np.array_equal(first, fewer.predict_proba(data))
    with pytest.raises(mlcore.UnsupportedError, match="fit it again"):
        model.update(data)


# ---- the recipe ----------------------------------------------------------------------------


def test_recipes_read_back_and_parameters_change_by_path():
    model = resampled(("lr", LogisticRegression(C=2)), "smote_nc", k_neighbors=3,
                      sampling_strategy={"yes": 40, "it's": 50})
    assert mlcore.Model(model.recipe).recipe == model.recipe
    assert mlcore.Model(model.to_json()).recipe == model.recipe
    assert model.get_params()["lr__C"] == 2
    assert model.set_params(lr__C=3, correct_prior=False).get_params()["lr__C"] == 3
    assert "correct_prior=false" in model.recipe
    with pytest.raises(mlcore.MlcoreError, match="no resampler 'smot'; did you mean 'smote'"):
        model.set_params(resampler="smot")


@pytest.mark.parametrize("recipe, says", [
    ("resampled(ridge)", "'resampled' takes a model that gives probabilities of classes; 'ridge'"),
    ("resampled(kmeans)", "'kmeans' does not"),
    ("resampled", "has 0 steps: it takes 1"),
    ("resampled(standard_scaler, logistic_regression)", "has 2 steps: it takes 1"),
    ("resampled(standard_scaler)", "is a transform, not a model"),
    ("resampled(logistic_regression, resampler=smot)", "resampler = 'smot': no resampler 'smot'; "
                                                       "did you mean 'smote'"),
    ("resampled(logistic_regression, resampler='smote k_neighbours=3')", "did you mean "
                                                                         "'k_neighbors'"),
    ("resampled(logistic_regression, resampler='smote k_neighbors=0')", "k_neighbors = 0"),
    ("resampled(logistic_regression, resampler='')", "begin with the name of a resampler"),
    ("resampled(logistic_regression, resampler=k_fold)", "is a splitter, not a resampler"),
    ("resampled(logistic_regression, resampler='smote (')", "resampler = 'smote \\('"),
    ("resampled(logistic_regression, correct_prior=2)", "correct_prior"),
    ("resampled(logistic_regression, corect_prior=true)", "did you mean 'correct_prior'"),
])
def test_recipes_that_make_no_sense_say_what_would(recipe, says):
    with pytest.raises(mlcore.MlcoreError, match=says):
        mlcore.Model(recipe)


def test_fitted_models_and_other_things_are_refused():
    x, y = problem(2, 300, seed=12)
    data = dataset(x, y)
    with pytest.raises(mlcore.ArgumentError, match="takes a recipe"):
        resampled(LogisticRegression().fit(data))
    with pytest.raises(mlcore.ArgumentError, match="takes a model"):
        resampled(StandardScaler())
    scaler = StandardScaler().fit(data)
    assert pipeline(scaler, resampled(LogisticRegression())).fit(data).is_fitted


@pytest.mark.parametrize("settings, says", [
    ("random_under sampling_strategy='1:0'", "class '1' has no rows after resampling"),
    ("random_under sampling_strategy='9:1'", "no class '9'"),
    ("smote k_neighbors=100", "k_neighbors"),
])
def test_fits_that_leave_nothing_to_correct_by_fail(settings, says):
    x, y = problem(2, 300, seed=13)
    with pytest.raises(mlcore.MlcoreError, match=says):
        mlcore.Model({"id": "resampled", "steps": ["logistic_regression"],
                      "params": {"resampler": settings}}).fit(dataset(x, y))
