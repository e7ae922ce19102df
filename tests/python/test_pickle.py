"""Pickling: models by their artifact, recipes by their text, nothing else."""
import concurrent.futures
import copy
import multiprocessing
import pickle

import numpy as np
import pytest

import mlcore


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_fitted_model_keeps_every_bit(points, protocol):
    X, y = points
    model = mlcore.GradientBoostingClassifier(n_estimators=5, learning_rate=0.3).fit(X, y)
    loaded = pickle.loads(pickle.dumps(model, protocol))
    assert type(loaded) is type(model) and loaded.get_params() == model.get_params()
    assert loaded.dumps() == model.dumps()
    assert np.array_equal(loaded.predict_proba(X), model.predict_proba(X))


def test_recipes_are_pickled(points):
    for part in (mlcore.pipeline("automatic", mlcore.GradientBoostingClassifier()),
                 mlcore.StandardScaler(with_mean=False),
                 mlcore.chain(mlcore.SimpleImputer(), mlcore.StandardScaler())):
        loaded = pickle.loads(pickle.dumps(part))
        assert loaded.recipe == part.recipe and not loaded.is_fitted


def test_copies_are_independent(points):
    X, y = points
    model = mlcore.GradientBoostingClassifier(n_estimators=3).fit(X, y)
    other = copy.deepcopy(model)
    other.set_params(n_estimators=4)
    assert model.is_fitted and not other.is_fitted
    assert model.get_params()["n_estimators"] == 3


def test_fitted_model_goes_to_another_process(points):
    X, y = points
    model = mlcore.pipeline("automatic", mlcore.GradientBoostingClassifier(n_estimators=3))
    model.fit(X, y)
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=spawn) as pool:
        assert np.array_equal(pool.submit(model.predict_proba, X).result(),
                              model.predict_proba(X))


def test_forked_child_fits_and_predicts(points):
    X, y = points
    model = mlcore.GradientBoostingClassifier(n_estimators=3).fit(X, y)
    fork = multiprocessing.get_context("fork")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=fork) as pool:
        fitted = pool.submit(mlcore.GradientBoostingClassifier(n_estimators=3).fit, X, y)
        assert fitted.result().dumps() == model.dumps()


def test_what_belongs_to_the_process_is_not_pickled(points, iris):
    X, y = points
    with pytest.raises(TypeError, match="write_csv"):
        pickle.dumps(iris)
    with pytest.raises(mlcore.MlcoreError, match="part of a pipeline"):
        pickle.dumps(mlcore.StandardScaler().fit(X))
    with pytest.raises(mlcore.MlcoreError, match="context"):
        pickle.dumps(mlcore.GradientBoostingClassifier(context=mlcore.Context()))
    frozen = mlcore.pipeline(mlcore.StandardScaler().fit(X), mlcore.GradientBoostingClassifier())
    with pytest.raises(mlcore.MlcoreError, match="fitted parts"):
        pickle.dumps(frozen)
    predictor = mlcore.GradientBoostingClassifier(n_estimators=2).fit(X, y).predictor()
    with pytest.raises(TypeError):
        pickle.dumps(predictor)
