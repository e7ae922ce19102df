"""Contexts: limits, progress, cancelling, logs."""
import signal
import threading
import time

import numpy as np
import pytest

import mlcore


def long_model():
    return mlcore.GradientBoostingClassifier(n_estimators=100_000, max_leaf_nodes=255)


def test_progress_is_told_on_the_calling_thread(points):
    seen = []

    def progress(stage, done, total, name, value):
        seen.append((stage, done, total, name, threading.get_ident()))

    context = mlcore.Context(progress=progress)
    mlcore.GradientBoostingClassifier(n_estimators=3000).fit(*points, context=context)
    assert seen
    assert {entry[4] for entry in seen} == {threading.get_ident()}
    stages = [entry for entry in seen if entry[0] == "boost"]
    assert stages and stages[-1][2] == 3000 and "log_loss" in stages[-1][3]


def test_true_result_of_progress_cancels(points):
    context = mlcore.Context(progress=lambda *_: True)
    with pytest.raises(mlcore.CancelledError) as caught:
        long_model().fit(*points, context=context)
    assert caught.value.__cause__ is None


def test_exception_of_progress_is_the_cause(points):
    def progress(*_):
        raise RuntimeError("enough")

    with pytest.raises(mlcore.CancelledError) as caught:
        long_model().fit(*points, context=mlcore.Context(progress=progress))
    assert isinstance(caught.value.__cause__, RuntimeError)
    # A later cancel has another reason.
    with pytest.raises(mlcore.CancelledError) as caught:
        long_model().fit(*points, context=mlcore.Context(progress=lambda *_: True))
    assert caught.value.__cause__ is None


def test_control_c_ends_a_fit(points):
    timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        long_model().fit(*points)
    timer.join()


def test_deadline_ends_a_call(points):
    started = time.monotonic()
    with pytest.raises(mlcore.DeadlineError) as caught:
        long_model().fit(*points, context=mlcore.Context(deadline_ms=100))
    assert isinstance(caught.value, TimeoutError)
    assert time.monotonic() - started < 5


def test_cancel_from_another_thread_ends_running_calls_only(points):
    context = mlcore.Context()
    timer = threading.Timer(0.2, context.cancel)
    timer.start()
    with pytest.raises(mlcore.CancelledError):
        long_model().fit(*points, context=context)
    timer.join()
    mlcore.GradientBoostingClassifier(n_estimators=2).fit(*points, context=context)


def test_other_threads_run_while_the_library_works(points):
    """ctypes gives up the GIL: a thread of Python counts on during a fit."""
    count, stop = [0], threading.Event()

    def work():
        while not stop.is_set():
            count[0] += 1

    thread = threading.Thread(target=work)
    thread.start()
    before = count[0]
    with pytest.raises(mlcore.DeadlineError):
        long_model().fit(*points, context=mlcore.Context(deadline_ms=300, threads=1))
    during = count[0] - before
    stop.set()
    thread.join()
    assert during > 1000


def test_log_takes_messages_of_its_level():
    lines = []
    data = mlcore.Dataset.from_arrays({"t": [f"text {i}" for i in range(40)],
                                       "x": np.arange(40.0), "y": np.arange(40.0)}, target="y")
    context = mlcore.Context(log=lambda level, message: lines.append((level, message)))
    recipe = "pipeline(automatic, gradient_boosting_regressor(n_estimators=2))"
    mlcore.Model(recipe, context=context).fit(data)
    assert ("warning" in {level for level, _ in lines}) and any("'t'" in m for _, m in lines)


def test_log_that_fails_does_not_stop_what_it_tells_of():
    data = mlcore.Dataset.from_arrays({"t": [f"text {i}" for i in range(40)],
                                       "x": np.arange(40.0), "y": np.arange(40.0)}, target="y")
    context = mlcore.Context(log=lambda *_: 1 / 0)
    recipe = "pipeline(automatic, gradient_boosting_regressor(n_estimators=2))"
    assert mlcore.Model(recipe, context=context).fit(data).is_fitted


def test_memory_of_a_context_is_counted_and_given_back():
    context = mlcore.Context()
    empty = context.memory_bytes
    data = mlcore.Dataset.parse_csv("a\n" + "1.5\n" * 10000, context=context)
    assert context.memory_bytes >= empty + 80000
    del data
    assert context.memory_bytes < empty + 80000


def test_derived_context_has_limits_of_its_own(points):
    base = mlcore.Context(threads=2)
    with pytest.raises(mlcore.DeadlineError):
        long_model().fit(*points, context=base.derive(deadline_ms=50))
    mlcore.GradientBoostingClassifier(n_estimators=2).fit(*points, context=base)


def test_closed_context_is_refused_and_what_it_made_stays(points):
    with mlcore.Context() as context:
        model = mlcore.GradientBoostingClassifier(n_estimators=2).fit(*points, context=context)
    context.close()
    assert model.predict(points[0]).shape == (500,)
    with pytest.raises(mlcore.ArgumentError, match="closed"):
        model.predict(points[0], context=context)


def test_wrong_arguments_are_refused():
    with pytest.raises(mlcore.ArgumentError, match="isa"):
        mlcore.Context(isa="mmx")
    with pytest.raises(mlcore.ArgumentError, match="log_level"):
        mlcore.Context(log_level="loud")


def test_instruction_sets_give_the_same_bits(points):
    X, y = points
    artifacts = {mlcore.GradientBoostingClassifier(n_estimators=5).fit(
        X, y, context=mlcore.Context(isa=isa)).dumps() for isa in ("reference", None)}
    assert len(artifacts) == 1
