"""Models among scikit-learn's own: clone, cross-validation, searches, pipelines."""
import numpy as np
import pytest

import mlcore

sklearn = pytest.importorskip("sklearn")
from sklearn.base import clone, is_classifier, is_regressor  # noqa: E402
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402


def boosting(**params):
    return mlcore.GradientBoostingClassifier(**{"n_estimators": 5, **params})


def test_clone_has_the_parameters_and_is_not_fitted(points):
    model = boosting(learning_rate=0.3).fit(*points)
    copy = clone(model)
    assert type(copy) is type(model) and not copy.is_fitted and model.is_fitted
    assert copy.get_params() == model.get_params()


def test_clone_by_constructor_works_as_well(points):
    model = boosting(learning_rate=0.3)
    copy = type(model)(**model.get_params(deep=False))
    assert copy.recipe == model.recipe
    general = mlcore.pipeline("automatic", boosting())
    assert clone(general).recipe == mlcore.Model(**general.get_params(deep=False)).recipe


def test_kind_of_estimator_is_known():
    assert is_classifier(boosting()) and not is_regressor(boosting())
    assert is_regressor(mlcore.GradientBoostingRegressor())
    assert is_classifier(mlcore.pipeline("automatic", boosting()))


def test_cross_validation_scores_with_accuracy_and_with_probabilities(points):
    X, y = points
    assert cross_val_score(boosting(), X, y, cv=3).mean() > 0.85
    assert cross_val_score(boosting(), X, y, cv=3, scoring="roc_auc").mean() > 0.9
    assert cross_val_predict(boosting(), X, y, cv=3, method="predict_proba").shape == (500, 2)


def test_grid_search_sets_parameters_of_steps(points):
    X, y = points
    model = mlcore.pipeline(mlcore.StandardScaler(), ("gb", boosting()))
    search = GridSearchCV(model, {"gb__n_estimators": [1, 20], "gb__learning_rate": [0.1]}, cv=3)
    search.fit(X, y)
    assert search.best_params_["gb__n_estimators"] == 20
    assert "n_estimators=20" in search.best_estimator_.recipe


def test_grid_search_runs_in_processes(points):
    X, y = points
    search = GridSearchCV(boosting(), {"max_depth": [1, 3]}, cv=2, n_jobs=2).fit(X, y)
    assert search.best_score_ > 0.8


def test_models_and_transforms_stand_in_pipelines_of_scikit_learn(points):
    X, y = points
    first = make_pipeline(StandardScaler(), boosting()).fit(X, y)
    second = make_pipeline(mlcore.StandardScaler(), boosting()).fit(X, y)
    assert first.score(X, y) > 0.85
    assert np.allclose(first.predict_proba(X), second.predict_proba(X), atol=1e-6)


def test_threads_of_joblib_fit_at_once(points):
    from joblib import Parallel, delayed

    X, y = points
    found = Parallel(n_jobs=4, prefer="threads")(
        delayed(lambda: boosting().fit(X, y).dumps())() for _ in range(8))
    assert len(set(found)) == 1
