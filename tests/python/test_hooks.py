"""Losses, metrics and transforms that are Python functions."""
import gc
import weakref

import numpy as np
import pytest

import mlcore


@pytest.fixture
def line():
    x = np.linspace(-2, 2, 400)
    return x.reshape(-1, 1), 3 * x + np.sin(5 * x)


def squared(target, raw, weight):
    return weight * (raw - target), weight


def test_objective_of_the_program_is_the_library_s_own(line):
    X, y = line
    context = mlcore.Context()
    context.add_objective("acme.squared", squared)
    params = {"n_estimators": 20, "context": context}
    own = mlcore.GradientBoostingRegressor(loss="acme.squared", **params).fit(X, y)
    built_in = mlcore.GradientBoostingRegressor(**params).fit(X, y)
    assert own.score(X, y) == pytest.approx(built_in.score(X, y), abs=0.02)
    loaded = mlcore.loads(own.dumps())  # without the function: predicting needs only the link
    assert np.array_equal(loaded.predict(X), own.predict(X))


def test_objective_sees_arrays_that_it_cannot_write(line):
    seen = []

    def objective(target, raw, weight):
        seen.append((target.dtype, target.flags.writeable, raw.shape, weight.sum()))
        return squared(target, raw, weight)

    context = mlcore.Context()
    context.add_objective("acme.watch", objective)
    mlcore.GradientBoostingRegressor(loss="acme.watch", n_estimators=2, context=context).fit(
        *line, sample_weight=np.full(400, 2.0))
    assert seen[0] == (np.dtype("float64"), False, (400,), 800.0)


def test_exception_of_an_objective_is_the_cause(line):
    def objective(target, raw, weight):
        raise ZeroDivisionError("no gradient today")

    context = mlcore.Context()
    context.add_objective("acme.broken", objective)
    with pytest.raises(mlcore.CallbackError, match="no gradient today") as caught:
        mlcore.GradientBoostingRegressor(loss="acme.broken", context=context).fit(*line)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert caught.value.status_name == "MLC_ERROR_CALLBACK"


def test_wrong_shape_of_a_gradient_is_told(line):
    context = mlcore.Context()
    context.add_objective("acme.short", lambda t, r, w: (t[:5], w))
    with pytest.raises(mlcore.CallbackError, match=r"gradient has the shape \(5,\)"):
        mlcore.GradientBoostingRegressor(loss="acme.short", context=context).fit(*line)


def test_metric_of_the_program_measures(points):
    X, y = points
    context = mlcore.Context()
    context.add_metric("acme.hits", lambda target, prediction, probability, weight:
                       float((weight * (target == prediction)).sum()))
    model = mlcore.GradientBoostingClassifier(n_estimators=5, context=context).fit(X, y)
    report = model.evaluate(X, y, metrics="acme.hits")
    assert report["value"][0] == (model.predict(X) == y).sum()


def test_metric_gets_probabilities_as_a_matrix(points):
    X, y = points
    shapes = []

    def metric(target, prediction, probability, weight):
        shapes.append(probability.shape)
        return 0.0

    context = mlcore.Context()
    context.add_metric("acme.shape", metric)
    mlcore.GradientBoostingClassifier(n_estimators=2, context=context).fit(X, y).evaluate(
        X, y, metrics="acme.shape")
    assert shapes == [(500, 2)]


def test_transform_of_the_program_fits_applies_and_saves(line):
    X, y = line
    context = mlcore.Context()
    context.add_transform("acme.centre", lambda values, state: values - state[0],
                          fit=lambda values, weight: [np.average(values, weights=weight)],
                          n_state=1)
    model = mlcore.Model("pipeline(on(x0, acme.centre), gradient_boosting_regressor"
                         "(n_estimators=5))", context=context).fit(X + 100, y)
    plain = mlcore.GradientBoostingRegressor(n_estimators=5).fit(X, y)
    assert np.allclose(model.predict(X + 100), plain.predict(X), atol=0.2)
    loaded = mlcore.loads(model.dumps(), context=context)
    assert np.array_equal(loaded.predict(X + 100), model.predict(X + 100))
    with pytest.raises(mlcore.ComponentError, match="acme.centre"):
        mlcore.loads(model.dumps())


def test_exception_of_a_transform_is_the_cause(line):
    X, y = line

    def apply(values, state):
        raise LookupError("no such place")

    context = mlcore.Context()
    context.add_transform("acme.broken", apply)
    with pytest.raises(mlcore.CallbackError, match="no such place") as caught:
        mlcore.Model("pipeline(on(x0, acme.broken), gradient_boosting_regressor)",
                     context=context).fit(X, y)
    assert isinstance(caught.value.__cause__, LookupError)


def test_functions_live_as_long_as_the_context_and_what_it_made():
    def objective(target, raw, weight):
        return squared(target, raw, weight)

    context = mlcore.Context()
    context.add_objective("acme.gone", objective)
    gone = weakref.ref(objective)
    model = mlcore.GradientBoostingRegressor(loss="acme.gone", context=context)
    del objective, context
    gc.collect()
    assert gone() is not None
    del model
    gc.collect()
    assert gone() is None


def test_registering_is_refused_after_use_and_under_bad_names(nothing_kept):
    context = mlcore.Context()
    with pytest.raises(mlcore.ArgumentError, match="dot"):
        context.add_objective("nodot", squared)
    with pytest.raises(mlcore.ArgumentError, match="link"):
        context.add_objective("acme.a", squared, link="probit")
    mlcore.Dataset.parse_csv("a\n1\n", context=context)
    with pytest.raises(mlcore.ArgumentError, match="before the context is first used"):
        context.add_metric("acme.b", lambda *_: 0.0)
    del context
