"""Forked and spawned workers: they fit and predict the same bits, and nobody hangs.

The work is done in a program of its own under a limit of time, because hanging is the failure.
"""
import os
import signal
import subprocess
import sys
import textwrap
import threading
from concurrent import futures

import numpy as np
import pytest

import mlcore

LIMIT_SECONDS = 120  # a hang takes for ever; starting interpreters on a busy machine takes long

WORKERS = """
import hashlib, multiprocessing, sys
import numpy as np
import mlcore

RECIPE = "pipeline(automatic, gradient_boosting_classifier(n_estimators=8))"

def rows(seed):
    X = np.random.default_rng(seed).normal(size=(400, 4))
    return X, (X[:, 0] + X[:, 1] > 0).astype(int)

def fit(seed):
    return mlcore.Model(RECIPE).fit(*rows(seed))

def digest(model, X):
    predictor = model.predictor()
    single = [predictor(row) for row in X[:5].tolist()]
    return hashlib.sha256(model.dumps() + model.predict_proba(X).tobytes()
                          + repr(single).encode()).hexdigest()

def work(task):
    seed, model, threads = task
    X, _ = rows(seed)
    with mlcore.Context(threads=threads) as context:
        own = mlcore.Model(RECIPE).fit(*rows(seed), context=context)
    return digest(own, X), digest(model, X), model

if __name__ == "__main__":
    # The parent has a pool of its own, with threads, before there are children.
    with mlcore.Context(threads=3) as context:
        models = [mlcore.Model(RECIPE).fit(*rows(seed), context=context) for seed in range(4)]
    expected = [digest(model, rows(seed)[0]) for seed, model in enumerate(models)]
    tasks = [(seed, models[seed], threads) for seed in range(4) for threads in (1, 3)]
    with multiprocessing.get_context(sys.argv[1]).Pool(3) as pool:
        done = pool.map(work, tasks, chunksize=1)
    for (seed, _, _), (own, given, back) in zip(tasks, done):
        assert own == given == expected[seed], seed
        assert digest(back, rows(seed)[0]) == expected[seed]
    assert digest(fit(2), rows(2)[0]) == expected[2]
    print("same bits")
"""


def run(program, *arguments, tmp_path):
    path = tmp_path / "program.py"  # spawned workers import it
    path.write_text(textwrap.dedent(program))
    process = subprocess.Popen([sys.executable, str(path), *arguments], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        out, err = process.communicate(timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # the workers too
        process.communicate()
        pytest.fail(f"hangs after {LIMIT_SECONDS} s")
    assert process.returncode == 0, err
    return out


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_pool_of_workers_fits_and_predicts_the_same_bits(method, tmp_path):
    assert run(WORKERS, method, tmp_path=tmp_path) == "same bits\n"


@pytest.mark.skipif("asan" in os.environ.get("LD_PRELOAD", ""),
                    reason="a lock of the sanitizer's own allocator stays held in the child")
def test_fork_while_other_threads_fit_leaves_a_child_that_works(tmp_path):
    out = run("""
        import os, threading, time
        import numpy as np
        import mlcore

        X = np.random.default_rng(0).normal(size=(3000, 4))
        y = (X[:, 0] > 0).astype(int)
        stop = threading.Event()
        context = mlcore.Context(threads=3, progress=lambda *_: None, log=print)

        def keep_fitting():
            while not stop.is_set():
                mlcore.GradientBoostingClassifier(n_estimators=3).fit(X, y, context=context)
                mlcore.Dataset.from_arrays({"x": X[:, 0].copy()})

        expected = mlcore.GradientBoostingClassifier(n_estimators=3).fit(X, y).dumps()
        threads = [threading.Thread(target=keep_fitting) for _ in range(4)]
        for thread in threads:
            thread.start()
        children = []
        for i in range(20):
            child = os.fork()
            if child == 0:
                code = 1
                try:
                    for own in (None, context, mlcore.Context(threads=2)):
                        model = mlcore.GradientBoostingClassifier(n_estimators=3)
                        assert model.fit(X, y, context=own).dumps() == expected
                        assert model.predictor()(X[0].tolist())
                    code = 0
                finally:
                    os._exit(code)
            children.append(child)
            time.sleep(0.01)
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        stop.set()
        for thread in threads:
            thread.join()
        assert codes == [0] * 20, codes
        print("all work")
    """, tmp_path=tmp_path)
    assert out == "all work\n"


def test_lent_memory_and_functions_are_let_go_in_the_child_too(tmp_path):
    out = run("""
        import gc, os
        import numpy as np
        import mlcore
        from mlcore import _hooks

        values = np.arange(10.0)
        data = mlcore.Dataset.from_arrays({"x": values})
        context = mlcore.Context()
        context.add_metric("acme.m", lambda *_: 0.0)
        child = os.fork()
        if child == 0:
            del data, context
            gc.collect()
            os._exit(_hooks.n_kept())
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(code, _hooks.n_kept(), data["x"][9])
    """, tmp_path=tmp_path)
    assert out == "0 2 9.0\n"


def test_threads_of_a_pool_share_one_model(points):
    X, y = points
    model = mlcore.pipeline("automatic", mlcore.GradientBoostingClassifier(n_estimators=5))
    model.fit(X, y)
    predictor = model.predictor()
    expected = model.predict_proba(X)
    parts = [slice(i, i + 50) for i in range(0, 500, 50)] * 10

    def work(part):
        single = [predictor(row) for row in X[part][:10].tolist()]
        return model.predict_proba(X[part]), single, threading.get_ident()

    with futures.ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, parts))
    for part, (batch, single, _) in zip(parts, found):
        assert np.array_equal(batch, expected[part])
        assert np.array_equal(single, expected[part][:10])
    assert len({thread for _, _, thread in found}) > 1


def test_refitting_while_others_predict_gives_the_old_or_the_new(points):
    X, y = points
    model = mlcore.Ridge().fit(X, y)
    old = model.predict(X).tobytes()
    new = mlcore.Ridge().fit(X, 1 - y).predict(X).tobytes()
    assert old != new

    def work(i):
        if i % 10 == 0:
            model.fit(X, 1 - y if i % 20 else y)
        return model.predict(X).tobytes()

    with futures.ThreadPoolExecutor(6) as pool:
        assert set(pool.map(work, range(300))) <= {old, new}
