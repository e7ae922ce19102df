"""Predictors: records in, numbers out, from any thread."""
import datetime
import gc
import threading

import numpy as np
import pytest

import mlcore


@pytest.fixture(scope="module")
def model():
    rng = np.random.default_rng(3)
    x, kind = rng.normal(size=400), rng.choice(["ä", "b"], size=400)
    return mlcore.GradientBoostingClassifier(n_estimators=10).fit(
        {"x": x, "n": np.arange(400), "kind": kind}, np.where(x + (kind == "b") > 0, "in", "out"))


def rows(model, n=50):
    rng = np.random.default_rng(4)
    return [{"x": float(rng.normal()), "n": int(rng.integers(400)), "kind": "äb"[i % 2]}
            for i in range(n)]


def test_dict_gives_a_dict_and_list_a_list(model):
    predictor = model.predictor()
    assert predictor.inputs == ["x", "n", "kind"]
    assert predictor.outputs == ["probability[in]", "probability[out]"]
    assert predictor.labels == ["in", "out"]
    found = predictor({"x": 0.5, "kind": "b"})
    assert list(found) == predictor.outputs
    assert predictor([0.5, None, "b"]) == list(found.values())
    assert predictor((0.5, None, "b")) == list(found.values())
    assert sum(found.values()) == pytest.approx(1)


def test_every_bit_is_that_of_the_model(model):
    records = rows(model)
    predictor = model.predictor()
    found = np.array([list(predictor(record).values()) for record in records])
    assert np.array_equal(found, model.predict_proba(records))


def test_outputs_may_be_chosen(model):
    assert model.predictor(output="class").outputs == ["prediction"]
    raw = model.predictor(output="raw")({"x": 1.0})
    assert list(raw) == ["raw"]
    with pytest.raises(mlcore.SettingError):
        model.predictor(output="class,raw")


def test_flags_tell_what_was_odd(model):
    predictor = model.predictor()
    assert predictor.run({"x": 0.1, "n": 3, "kind": "b"})[1] == set()
    assert predictor.run({"x": 0.1, "kind": "b"})[1] == {"missing"}
    assert predictor.run({"x": 99.0, "n": 3, "kind": "z"})[1] == {"out_of_range", "unseen"}
    assert "wrong_kind" in predictor.run({"x": "text", "n": 3, "kind": "b"})[1]
    with pytest.raises(mlcore.DataError):
        model.predictor(on_invalid="fail")({"x": "text", "n": 3, "kind": "b"})


def test_reals_have_the_bits_of_single_records(points):
    X, y = points
    predictor = mlcore.GradientBoostingClassifier(n_estimators=3).fit(X, y).predictor(rows=16)
    X = np.where(X > 2, np.nan, X)
    found = predictor.run_reals(X)
    assert found.shape == (len(X), 2)
    assert np.array_equal(found, [predictor(row.tolist()) for row in X])
    assert np.array_equal(predictor.run_reals(X[:, ::-1][:, ::-1]), found)
    assert predictor.run_reals(X[:0]).shape == (0, 2)
    with pytest.raises(mlcore.ColumnError, match=r"of shape \(5,\): must be \(any number, "):
        predictor.run_reals(np.zeros(5))
    with pytest.raises(mlcore.SettingError, match="rows = 0"):
        mlcore.GradientBoostingClassifier(n_estimators=3).fit(X, y).predictor(rows=0)


def test_values_of_numpy_and_of_time_are_taken(model):
    predictor = model.predictor()
    assert predictor([np.float64(0.5), np.int32(7), np.str_("b")]) == predictor([0.5, 7, "b"])
    assert predictor([np.nan, None, None]) == predictor([None, None, None])
    assert predictor([True, 7, "b"]) == predictor([1.0, 7, "b"])
    moment = datetime.datetime(1970, 1, 1, 0, 0, 0, 7)
    assert predictor([0.5, moment, "b"]) == predictor([0.5, 7, "b"])


def test_wrong_inputs_are_refused_by_name(model):
    predictor = model.predictor()
    with pytest.raises(mlcore.ColumnError, match="kind"):
        predictor({"kin": "b"})
    with pytest.raises(mlcore.ColumnError, match="2 values for 3 inputs"):
        predictor([1.0, 2])
    with pytest.raises(mlcore.ArgumentError, match="x = "):
        predictor({"x": [1.0]})
    with pytest.raises(mlcore.ArgumentError, match="64-bit"):
        predictor({"n": 2 ** 63})


def test_error_leaves_the_predictor_usable(model):
    predictor = model.predictor()
    expected = predictor([0.5, 7, "b"])
    with pytest.raises(mlcore.MlcoreError):
        predictor({"nothing": 1})
    assert predictor([0.5, 7, "b"]) == expected


def test_predictor_outlives_its_model_and_closes_twice(points):
    X, y = points
    predictor = mlcore.GradientBoostingClassifier(n_estimators=3).fit(X, y).predictor()
    gc.collect()
    assert sum(predictor(X[0].tolist())) == pytest.approx(1)
    with predictor:
        pass
    predictor.close()
    with pytest.raises(mlcore.ArgumentError, match="closed"):
        predictor(X[0].tolist())


def test_threads_share_a_predictor(model):
    predictor, records = model.predictor(), rows(model, 40)
    expected = [predictor(record) for record in records]
    failures = []

    def run():
        for _ in range(30):
            for record, wanted in zip(records, expected):
                if predictor(record) != wanted:
                    failures.append(record)

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_closing_while_other_threads_predict_is_safe(model):
    for _ in range(10):
        predictor, started = model.predictor(), threading.Event()

        def run():
            try:
                while True:
                    predictor([0.5, 7, "b"])
                    started.set()
            except mlcore.ArgumentError:
                pass

        threads = [threading.Thread(target=run) for _ in range(3)]
        for thread in threads:
            thread.start()
        started.wait()
        predictor.close()
        for thread in threads:
            thread.join()
