"""What programs hand over by mistake: an exception of Python each time, and never a crash."""
import array
import ctypes
import gc
import threading

import numpy as np
import pytest

import mlcore
from mlcore import _abi


def fitted():
    X = np.arange(40.0).reshape(20, 2)
    return mlcore.Ridge().fit(X, X[:, 0]), X


# ---- arrays -----------------------------------------------------------------------------------

REFUSED = {
    "complex": np.zeros(3, dtype=complex),
    "structured": np.zeros(3, dtype=[("a", "f8")]),
    "bytes": b"abc",
    "text": "abc",
    "scalar": np.float64(3),
    "number": 3.0,
    "cube": np.zeros((2, 2, 2)),
    "dict": {"a": 1},
    "objects": [object(), object(), object()],
    "mixed": [1, "a", 2.5],
    "huge integers": [2 ** 70, 1, 2],
    "huge unsigned": np.array([2 ** 64 - 1], dtype=np.uint64),
    "no width": np.zeros((3, 0)),
    "timedelta": np.zeros(3, dtype="m8[s]"),
    "void": np.zeros(3, dtype="V8"),
    "ragged": [[1, 2], [3]],
    "None": None,
    "function": len,
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_no_column_is_refused_by_name(name):
    with pytest.raises((mlcore.MlcoreError, TypeError, ValueError)):
        mlcore.Dataset.from_arrays({"x": REFUSED[name]})


def read_only(values):
    values.flags.writeable = False
    return values


WHOLE = np.arange(24.0)
TAKEN = {
    "negative stride": (WHOLE[::-1], WHOLE[::-1].tolist()),
    "every third": (WHOLE[::3], WHOLE[::3].tolist()),
    "read-only": (read_only(np.arange(4.0)), [0, 1, 2, 3]),
    "big-endian": (np.arange(4.0).astype(">f8"), [0, 1, 2, 3]),
    "big-endian integers": (np.arange(4).astype(">i8"), [0, 1, 2, 3]),
    "half": (np.array([1, 2.5], dtype=np.float16), [1, 2.5]),
    "long double": (np.array([1, 2.5], dtype=np.longdouble), [1, 2.5]),
    "bytes as integers": (np.arange(3, dtype=np.int8), [0, 1, 2]),
    "broadcast": (np.broadcast_to(7.0, 5), [7] * 5),
    "overlapping": (np.lib.stride_tricks.as_strided(WHOLE, (5,), (0,)), [0] * 5),
    "unaligned": (np.frombuffer(b"x" + np.arange(4.0).tobytes(), dtype="f8", count=4, offset=1),
                  [0, 1, 2, 3]),
    "column of a matrix": (WHOLE.reshape(6, 4)[:, 2], [2, 6, 10, 14, 18, 22]),
    "masked": (np.ma.masked_array([1.0, 2, 3], [False, True, False]), [1, None, 3]),
    "empty": (np.zeros(0), []),
    "empty list": ([], []),
    "empty slice": (WHOLE[5:5], []),
    "memoryview": (memoryview(array.array("d", [1, 2])), [1, 2]),
    "array of floats": (array.array("f", [1, 2]), [1, 2]),
    "big range": (range(10 ** 5), list(range(10 ** 5))),
}


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_odd_layouts_are_read_right(name, nothing_kept):
    values, expected = TAKEN[name]
    data = mlcore.Dataset.from_arrays({"x": values})
    assert data.items("x") == expected
    del data


@pytest.mark.parametrize("layout", ["C", "F"])
@pytest.mark.parametrize("step", [(1, 1), (-1, 1), (1, -1), (-2, 3)])
def test_matrices_of_any_stride_are_read_right(layout, step):
    matrix = np.asarray(np.arange(120.0).reshape(12, 10), order=layout)[::step[0], ::step[1]]
    data = mlcore.Dataset.from_arrays({"m": matrix})
    assert np.array_equal(data["m"], matrix)
    model, X = fitted()
    wide = np.asarray(np.repeat(X, 2, axis=1), order=layout)[::-1, ::-2]
    assert np.array_equal(model.predict(wide), model.predict(wide.copy()))


def test_memory_of_the_program_that_goes_away_is_not_missed():
    values = np.arange(100_000.0)
    data = mlcore.Dataset.from_arrays({"x": values, "y": values[::-1]})
    views = [data["x"], data[5:]["x"], data[[1, 2]]["x"]]
    del values, data
    gc.collect()
    np.full(300_000, -1.0)  # takes the place of what was freed
    assert views[0][-1] == 99_999 and views[1][0] == 5 and views[2].tolist() == [1, 2]


def test_results_outlive_what_they_were_made_of():
    model, X = fitted()
    predictions = model.predict_table(X)
    values = predictions["prediction"]
    expected = values.copy()
    del predictions, model
    gc.collect()
    np.full(1000, -1.0)
    assert np.array_equal(values, expected)
    with pytest.raises(ValueError):
        values[0] = 1
    with pytest.raises(ValueError):
        values.flags.writeable = True


def test_lengths_that_differ_are_refused():
    with pytest.raises(mlcore.MlcoreError, match="a 3, b 4"):
        mlcore.Dataset.from_arrays({"a": np.zeros(3), "b": np.zeros(4)})
    with pytest.raises(mlcore.MlcoreError):
        mlcore.Ridge().fit(np.zeros((3, 2)), np.zeros(4))
    with pytest.raises(mlcore.MlcoreError):
        mlcore.Ridge().fit(np.zeros((0, 2)), np.zeros(0))
    model, X = fitted()
    with pytest.raises(mlcore.MlcoreError):
        model.predict(np.zeros((3, 1)))
    assert len(model.predict(np.zeros((0, 2)))) == 0


@pytest.mark.parametrize("rows", [[-21], [20], [2 ** 62], [2 ** 70], [0.5], ["a"], [None],
                                  [True, False], np.array([[0, 1]])])
def test_rows_that_are_not_there_are_refused(rows):
    data = mlcore.Dataset.from_arrays({"x": np.arange(20.0)})
    with pytest.raises((mlcore.MlcoreError, IndexError, TypeError, ValueError, OverflowError)):
        data[rows]


@pytest.mark.parametrize("options", [{"threads": 2 ** 40}, {"threads": 1.5}, {"threads": "2"},
                                     {"memory_limit": 2 ** 70}, {"memory_limit": -1},
                                     {"deadline_ms": 1e30}, {"threads": -1}, {"isa": "mmx"},
                                     {"isa": 7}, {"log_level": "loud"}])
def test_options_that_do_not_fit_are_refused(options):
    with pytest.raises(mlcore.ArgumentError):
        mlcore.Context(**options)


# ---- handles ----------------------------------------------------------------------------------


def handles():
    model, X = fitted()
    return {"dataset": mlcore.Dataset.from_arrays({"x": [1.0]})._handle, "model": model._handle,
            "transform": mlcore.StandardScaler()._handle,
            "metric": mlcore.Metric("mae")._handle, "predictor": model.predictor()._handle,
            "context": mlcore.Context()._open_root()}


def test_each_function_refuses_handles_of_another_kind():
    given, tried = handles(), 0
    for name, (_, arguments) in _abi.FUNCTIONS.items():
        for i, kind in enumerate(arguments):
            if kind not in _abi.HANDLES.values():
                continue
            for other, handle in given.items():
                if _abi.HANDLES[other] is kind:
                    continue
                values = [None] * len(arguments)
                values = [0 if a in (ctypes.c_int32, ctypes.c_int64, ctypes.c_double) else v
                          for a, v in zip(arguments, values)]
                values[i] = handle
                with pytest.raises(ctypes.ArgumentError, match="wrong type"):
                    getattr(_abi.library, name)(*values)
                tried += 1
    assert tried > 400


def test_objects_of_another_kind_are_refused():
    model, X = fitted()
    table = mlcore.Dataset.from_arrays({"prediction": [1.0], "y": [1.0]}, target="y")
    for wrong in (mlcore.StandardScaler(), mlcore.Metric("mae"), model.predictor(),
                  mlcore.Context(), object(), 7):
        for attempt in (lambda: model.predict(wrong), lambda: model.evaluate(wrong),
                        lambda: mlcore.Ridge().fit(wrong), lambda: mlcore.Model(wrong),
                        lambda: mlcore.evaluate("mae", wrong, table),
                        lambda: mlcore.evaluate("mae", table, wrong),
                        lambda: mlcore.evaluate([wrong], table, table)
                        if not isinstance(wrong, mlcore.Metric) else model.predict(wrong),
                        lambda: mlcore.Dataset.parse_csv("a\n1\n", like=wrong),
                        lambda: mlcore.pipeline(wrong, wrong)):
            with pytest.raises(Exception):
                attempt()


def test_what_was_closed_is_refused():
    model, X = fitted()
    predictor, context = model.predictor(), mlcore.Context()
    predictor.close()
    context.close()
    for attempt in (lambda: predictor([0, 0]), lambda: predictor.run([0, 0]),
                    lambda: predictor.labels, lambda: context.memory_bytes, context.derive,
                    lambda: mlcore.Ridge(context=context),
                    lambda: mlcore.read_csv("x", context=context),
                    lambda: model.predict(X, context=context)):
        with pytest.raises(mlcore.ArgumentError, match="closed"):
            attempt()
    predictor.close()
    context.close()
    context.cancel()


# ---- callbacks --------------------------------------------------------------------------------


def with_transform(function):
    context = mlcore.Context()
    context.add_transform("acme.f", function)
    return mlcore.Model("pipeline(on(x0, acme.f), ridge)", context=context)


def test_what_a_callback_was_given_may_be_kept():
    kept = []

    def keep(values, state):
        kept.append(values)
        return values

    X = np.arange(2000.0).reshape(1000, 2)
    with_transform(keep).fit(X, X[:, 1])
    gc.collect()
    np.full(100_000, -1.0)
    assert np.array_equal(kept[0], X[:, 0])
    with pytest.raises(ValueError):
        kept[0][0] = 1


def test_objects_may_go_in_the_callback_that_works_with_them():
    box = {}

    def drop(values, state):
        box.clear()
        gc.collect()
        return values

    X = np.arange(40.0).reshape(20, 2)
    box["model"] = with_transform(drop)
    box["rows"] = mlcore.Dataset.from_arrays({"x0": X[:, 0], "x1": X[:, 1], "y": X[:, 1]},
                                             target="y")
    box["model"].fit(box["rows"])
    assert not box
    model = with_transform(drop).fit(X, X[:, 0])
    box["predictor"] = predictor = model.predictor()
    expected = model.predict(X)[3]
    predictor.close()
    box["predictor"] = model.predictor()
    assert box["predictor"](X[3].tolist()) == [expected]


def test_predictor_may_be_used_again_in_its_own_callback():
    depth = []

    def again(values, state):
        if len(values) == 1 and len(depth) < 3:
            depth.append(values[0])
            predictor([values[0] + 1, 5.0])
            predictor({"x0": 1.0, "x1": 7.0})
        return values * 2

    X = np.random.default_rng(1).normal(size=(50, 2))
    model = with_transform(again).fit(X, X[:, 0] + X[:, 1])
    expected = model.predict(X)
    predictor = model.predictor()
    for row, wanted in zip(X.tolist(), expected):
        depth.clear()
        assert predictor(row) == [wanted]


def test_library_may_be_used_in_any_callback():
    X = np.arange(40.0).reshape(20, 2)

    def fit_inside(*_):
        assert mlcore.Ridge().fit(X, X[:, 0]).is_fitted

    def gradient(target, raw, weight):
        fit_inside()
        return weight * (raw - target), weight

    context = mlcore.Context(progress=fit_inside, log=fit_inside, log_level="debug")
    context.add_objective("acme.loss", gradient)
    context.add_metric("acme.metric", lambda *_: fit_inside() or 1.0)
    model = mlcore.GradientBoostingRegressor(n_estimators=3, loss="acme.loss", context=context)
    model.fit(X, X[:, 1])
    assert model.evaluate(X, X[:, 1], metrics="acme.metric").items("value") == [1.0]


@pytest.mark.parametrize("failure", [KeyboardInterrupt, SystemExit, MemoryError, StopIteration,
                                     GeneratorExit, RecursionError])
def test_whatever_a_callback_raises_comes_out_and_nothing_breaks(failure):
    def broken(values, state):
        raise failure("out")

    X = np.arange(40.0).reshape(20, 2)
    with pytest.raises((failure, mlcore.CallbackError)):
        with_transform(broken).fit(X, X[:, 0])
    assert mlcore.Ridge().fit(X, X[:, 0]).is_fitted


@pytest.mark.parametrize("result", [None, "abc", [1.0], np.zeros((2, 20)), np.zeros(21), 7,
                                    np.array(["a"] * 20), object()])
def test_wrong_results_of_a_callback_are_refused(result):
    X = np.arange(40.0).reshape(20, 2)
    with pytest.raises(mlcore.CallbackError):
        with_transform(lambda values, state: result).fit(X, X[:, 0])


def test_contexts_closed_while_others_work_with_them():
    X = np.random.default_rng(0).normal(size=(200, 4))
    failures = []
    for _ in range(10):
        context = mlcore.Context(threads=2)

        def run():
            try:
                while True:
                    mlcore.Ridge().fit(X, X[:, 0], context=context)
            except mlcore.ArgumentError:
                pass
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        context.close()
        for thread in threads:
            thread.join()
    assert not failures
