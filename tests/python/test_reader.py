"""Readers: batches out of anything that can be iterated."""
import gc
import itertools
import os
import threading
import weakref

import numpy as np
import pandas as pd
import polars as pl
import pytest

import mlcore
from mlcore import _hooks


def frames():
    rng = np.random.default_rng(0)
    return [pd.DataFrame({"x": rng.normal(size=n), "k": rng.integers(0, 9, n),
                          "c": rng.choice(list("abcdef"), n)}) for n in (5, 1, 300)]


def test_batches_come_as_they_are_yielded(nothing_kept):
    parts = frames()
    reader = mlcore.Reader(iter(parts), target="k")
    found = []
    for batch in reader:
        found.append(batch.to_pandas().astype({"c": str}))
        assert batch.roles["k"] == "target"
        assert reader.n_rows == sum(map(len, found))
    for ours, theirs in zip(found, parts, strict=True):
        pd.testing.assert_frame_equal(ours, theirs.astype({"c": str}))
    with pytest.raises(StopIteration):
        next(reader)


def test_all_of_it_is_what_pandas_concat_gives(nothing_kept):
    parts = frames()
    with mlcore.Reader(parts) as reader:
        found = reader.collect().to_pandas()
    whole = pd.concat(parts, ignore_index=True)
    pd.testing.assert_frame_equal(found.astype({"c": str}), whole.astype({"c": str}))


def test_what_is_left_is_collected():
    with mlcore.Reader({"x": [i]} for i in range(5)) as reader:
        assert next(reader).items("x") == [0]
        assert next(reader).items("x") == [1]
        assert reader.collect().items("x") == [2, 3, 4]
        assert reader.n_rows == 5
        with pytest.raises(mlcore.DataError, match="no batch to collect"):
            reader.collect()


@pytest.mark.parametrize("sampler, params", [
    ("reservoir", {"n": 500, "random_state": 5}), ("reservoir", {"n": 10**6}),
    ("uniform", {"share": 0.01}), ("uniform", {"n": 300, "shuffle": True}), ("weighted", {"n": 400}),
    ("bottom_k", {"n": 50}), ("stratified", {"n": 1000, "by": "c"})])
def test_a_sample_is_that_of_all_rows_at_once(tmp_path, sampler, params):
    rows = mlcore.Dataset({"n": np.arange(60_000), "w": np.arange(60_000) % 7,
                           "k": np.arange(60_000) % 311,
                           "c": np.array(["a", "b", "bb", "c"])[np.arange(60_000) ** 2 % 4]})
    roles = {"weight": "w", "key": "k"}
    wanted = rows.with_roles(**roles).sample(sampler, **params)
    for name in ("rows.csv", "rows.jsonl.gz", "rows.db"):
        rows.write(tmp_path / name)
        with mlcore.Reader.open(tmp_path / name, **roles) as reader:
            found = reader.sample(sampler, **params)
        assert found.fingerprint()["content"] == wanted.fingerprint()["content"], name
        assert found.items("n") == wanted.items("n")
    with mlcore.Reader((rows[i:i + 997] for i in range(0, 60_000, 997)), **roles) as reader:
        found = reader.sample(sampler, **params)
    assert found.items("n") == wanted.items("n")


def test_a_weighted_sample_has_the_chances_of_numpy():
    weight = np.array([1.0, 2, 3, 4, 10])
    draws = 4000
    ours, theirs = np.zeros(5), np.zeros(5)
    random = np.random.default_rng(0)
    for seed in range(draws):
        with mlcore.Reader(({"i": [i], "w": [weight[i]]} for i in range(5))) as reader:
            sample = reader.sample("weighted", n=2, weight="w", random_state=seed)
        ours[sample.items("i")] += 1
        theirs[random.choice(5, 2, replace=False, p=weight / weight.sum())] += 1
    # Counts of two samples of the same size differ by sqrt(2 n p (1 - p)); 5 of those is 1 in 10^6.
    chance = (ours + theirs) / 2 / draws
    assert (abs(ours - theirs) < 5 * np.sqrt(2 * draws * chance * (1 - chance))).all()


def test_samples_that_need_all_rows_are_refused_before_anything_is_read():
    with mlcore.Reader({"x": [i]} for i in range(5)) as reader:
        with pytest.raises(mlcore.SettingError, match="replacement need all rows at once"):
            reader.sample("uniform", n=2, replace=True)
        assert reader.n_rows == 0
        assert reader.sample().items("x") == [0, 1, 2, 3, 4]
        with pytest.raises(mlcore.DataError, match="no batch to sample"):
            reader.sample()


def test_batches_of_all_kinds_are_taken():
    data = mlcore.Dataset({"x": [1], "c": ["a"]})
    kinds = [data, {"x": [2], "c": ["b"]}, [{"x": 3, "c": "c"}, {"x": 4, "c": None}],
             pd.DataFrame({"x": [5], "c": ["d"]})]
    with mlcore.Reader(kinds) as reader:
        assert reader.collect().to_dict() == {"x": [1, 2, 3, 4, 5], "c": ["a", "b", "c", None, "d"]}


@pytest.mark.parametrize("first, kind", [(["a"] * 50, "category"),
                                         ([f"t{i}" for i in range(50)], "text")])
def test_columns_of_texts_stay_what_the_first_batch_made_of_them(first, kind):
    batches = [{"c": first}, {"c": [f"u{i}" for i in range(50)]}, {"c": ["v"]}]
    with mlcore.Reader(batches) as reader:
        assert [batch.types["c"] for batch in reader] == [kind] * 3


def test_nothing_is_read_before_it_is_wanted():
    numbers = itertools.count()
    reader = mlcore.Reader({"x": [next(numbers)]} for _ in range(100))
    assert next(numbers) == 0
    next(reader)
    assert next(numbers) == 2


def test_model_is_trained_on_what_a_generator_yields(iris):
    parts = (iris[i:i + 20] for i in range(0, 150, 20))
    with mlcore.Reader(parts) as reader:
        whole = reader.collect()
    assert whole.roles == iris.roles
    model = mlcore.Model("pipeline(automatic, logistic_regression)")
    assert model.fit(whole).dumps() == model.fit(iris).dumps()


# ---- failures ---------------------------------------------------------------------------------


def failing():
    yield {"x": [1]}
    raise ZeroDivisionError("the queue is gone")


def test_exception_of_the_iterable_is_the_cause(nothing_kept):
    reader = mlcore.Reader(failing())
    next(reader)
    with pytest.raises(mlcore.CallbackError, match="ZeroDivisionError: the queue is gone") as caught:
        next(reader)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    with pytest.raises(mlcore.CallbackError, match="the queue is gone"):  # it can only be closed
        next(reader)
    with pytest.raises(mlcore.CallbackError, match="the queue is gone"):
        reader.collect()
    assert reader.n_rows == 1
    del caught, reader


def test_interrupt_in_the_iterable_comes_through():
    def interrupted():
        yield {"x": [1]}
        raise KeyboardInterrupt

    with mlcore.Reader(interrupted()) as reader, pytest.raises(KeyboardInterrupt):
        reader.collect()


def test_ctrl_c_reaches_a_generator_that_waits():
    import signal
    import time

    def waiting():
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        time.sleep(60)
        yield {"x": [1]}

    previous = signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        with mlcore.Reader(waiting()) as reader, pytest.raises(KeyboardInterrupt):
            next(reader)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


@pytest.mark.parametrize("batches, message", [
    ([{"x": [1]}, {"y": [1]}], "column 1 is 'y', and 'x' in the first batch"),
    ([{"x": [1]}, {"x": [0.5]}], "column 'x' is float64"),
    ([{"x": [1]}, {"x": [1], "y": [2]}], "batch 2 has 2 columns, and the first batch 1"),
])
def test_batches_with_other_columns_are_refused(batches, message):
    with mlcore.Reader(batches) as reader, pytest.raises(mlcore.ColumnError, match=message):
        reader.collect()


@pytest.mark.parametrize("batch", [None, 3, object(), {}, {"x": 1}, [[1, 2], [3]]])
def test_what_is_no_batch_is_refused(batch, nothing_kept):
    with mlcore.Reader([batch]) as reader, pytest.raises(mlcore.CallbackError) as caught:
        next(reader)
    assert caught.value.__cause__ is not None
    del caught


@pytest.mark.parametrize("thing", [3, None, "abc", {"x": [1]}, mlcore.Dataset({"x": [1]}),
                                   pd.DataFrame({"x": [1]})])
def test_what_yields_no_batches_is_refused(thing, nothing_kept):
    with pytest.raises(mlcore.ArgumentError, match="iterable"):
        mlcore.Reader(thing)


@pytest.mark.parametrize("roles, error", [({"target": "nope"}, mlcore.ColumnError),
                                          ({"tarjet": "x"}, mlcore.SettingError)])
def test_roles_that_do_not_fit_are_told(roles, error):
    with mlcore.Reader([{"x": [1]}], **roles) as reader, pytest.raises(error):
        next(reader)


def test_closed_reader_refuses_everything_but_closing():
    reader = mlcore.Reader([{"x": [1]}])
    batch = next(reader)
    reader.close()
    reader.close()
    for use in (lambda: next(reader), reader.collect):
        with pytest.raises(mlcore.ArgumentError, match="the reader is closed"):
            use()
    assert batch.items("x") == [1] and repr(reader) == "<Reader (closed)>"


def test_reader_does_not_read_itself():
    def itself():
        yield next(reader)

    reader = mlcore.Reader(itself())
    with pytest.raises(mlcore.CallbackError, match="one thread at a time"):
        next(reader)


def test_second_thread_is_refused_while_a_batch_is_on_its_way():
    waits, goes_on = threading.Event(), threading.Event()

    def slow():
        waits.set()
        goes_on.wait(30)
        yield {"x": [1]}

    found = []
    reader = mlcore.Reader(slow())
    thread = threading.Thread(target=lambda: found.append(next(reader)))
    thread.start()
    assert waits.wait(30)
    with pytest.raises(mlcore.ArgumentError, match="one thread at a time"):
        next(reader)
    reader.close()  # the call that runs keeps what it needs
    goes_on.set()
    thread.join()
    assert found[0].items("x") == [1]


# ---- lifetimes --------------------------------------------------------------------------------


class Batches:
    """An iterable that can be watched."""

    def __iter__(self):
        return self

    def __next__(self):
        return {"x": [1, 2]}


@pytest.mark.parametrize("how", ["close", "delete", "after a batch", "in a loop that ends early"])
def test_iterable_is_let_go_of_once_the_reader_is(how, nothing_kept):
    batches = Batches()
    watched = weakref.ref(batches)
    before = _hooks.n_kept()
    reader = mlcore.Reader(batches)
    del batches
    gc.collect()
    assert watched() is not None and _hooks.n_kept() == before + 1
    if how == "after a batch":
        next(reader)
    elif how == "in a loop that ends early":
        for _ in reader:
            break
        del _
    if how == "close":
        reader.close()
    else:
        del reader
    gc.collect()
    assert watched() is None and _hooks.n_kept() == before


def test_generator_is_closed_with_the_reader():
    closed = []

    def batches():
        try:
            while True:
                yield {"x": [1]}
        finally:
            closed.append(True)

    with mlcore.Reader(batches()) as reader:
        next(reader)
        assert not closed
    gc.collect()
    assert closed == [True]


def test_release_is_called_once_for_each_reader(monkeypatch):
    released = []
    original = _hooks._kept

    class Watching(dict):
        def pop(self, key, *default):
            released.append(key)
            return super().pop(key, *default)

    monkeypatch.setattr(_hooks, "_kept", Watching(original))
    for _ in range(3):
        with mlcore.Reader([{"x": ["a"]}]) as reader:  # texts are copied, nothing else is kept
            reader.collect()
        del reader
        gc.collect()
    assert len(released) == len(set(released)) == 3


def test_failure_to_open_keeps_nothing(nothing_kept):
    context = mlcore.Context()
    context.close()
    with pytest.raises(mlcore.ArgumentError, match="the context is closed"):
        mlcore.Reader([{"x": [1]}], context=context)


def test_cancelled_reader_says_so():
    context = mlcore.Context(progress=lambda *_: None)

    def batches():
        context.cancel()
        while True:
            yield {"x": [1]}

    with mlcore.Reader(batches(), context=context) as reader, \
            pytest.raises(mlcore.CancelledError):
        reader.collect()


@pytest.mark.parametrize("name", ["rows.csv", "rows.csv.gz", "rows.tsv", "rows.jsonl", "rows.db"])
def test_files_are_read_in_batches(tmp_path, name):
    rows = mlcore.Dataset({"n": list(range(600_000)), "x": [i / 8 for i in range(600_000)]})
    path = tmp_path / name
    rows.write(path, **({"table": "rows"} if name == "rows.db" else {}))
    options = {"table": "rows"} if name == "rows.db" else {}
    with mlcore.Reader.open(path, target="n", **options) as reader:
        first = next(reader)
        assert 0 < len(first) < 600_000 or path.stat().st_size < 8 << 20
        rest = reader.collect() if reader.n_rows < 600_000 else first[0:0]
    both = mlcore.concat([first, rest])
    assert both.fingerprint()["content"] == rows.fingerprint()["content"]
    assert both.roles["n"] == "target"


def test_files_that_cannot_be_read_in_batches_say_why(tmp_path):
    with pytest.raises(mlcore.FormatError, match="known are csv"):
        mlcore.Reader.open(tmp_path / "rows.xyz")
    with pytest.raises(mlcore.FileError, match="no such file"):
        mlcore.Reader.open(tmp_path / "rows.csv")
    with pytest.raises(mlcore.SettingError, match="did you mean 'delimiter'"):
        mlcore.Reader.open(tmp_path / "rows.csv", delimeter=";")
    late = tmp_path / "late.csv"
    late.write_text("n\n" + "1\n" * 6_000_000 + "x\n")
    with mlcore.Reader.open(late) as reader:
        with pytest.raises(mlcore.FormatError, match="types="):
            reader.collect()


def test_streams_of_arrow_are_read_in_batches():
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({"n": list(range(1000)), "t": [str(i % 3) for i in range(1000)]})
    stream = pyarrow.RecordBatchReader.from_batches(table.schema, table.to_batches(128))
    reader = mlcore.Reader.from_arrow(stream, text="category", target="t")
    sizes = [len(batch) for batch in reader]
    assert sizes == [128] * 7 + [104] and reader.n_rows == 1000
    stream = pyarrow.RecordBatchReader.from_batches(table.schema, table.to_batches(128))
    assert mlcore.Reader.from_arrow(stream).collect()["t"].tolist() == [str(i % 3)
                                                                        for i in range(1000)]
    with pytest.raises(mlcore.ArgumentError, match="no __arrow_c_stream__"):
        mlcore.Reader.from_arrow([1, 2])


# ---- into files -------------------------------------------------------------------------------


def mixed(first, n):
    """Batches with categories of their own, missing values, odd texts."""
    numbers = range(first, first + n)
    return {"i": [k * 10**12 for k in numbers], "x": [k / 7 if k % 5 else None for k in numbers],
            "b": [k % 3 == 0 for k in numbers],
            "t": [None if k % 11 == 0 else ["a,b", 'q"', "é", "NA", " "][k % 5] + str(k % 23)
                  for k in numbers]}


@pytest.mark.parametrize("name", ["rows.csv", "rows.csv.gz", "rows.tsv", "rows.jsonl",
                                  "rows.jsonl.gz"])
@pytest.mark.parametrize("n", [1, 7, 200])
def test_batches_are_written_as_the_whole_is(tmp_path, nothing_kept, name, n):
    rows = mlcore.Dataset.from_arrays(mixed(0, 200), text="text")
    rows.write(tmp_path / name)
    whole = (tmp_path / name).read_bytes()
    batches = [rows[first:first + n] for first in range(0, 200, n)]
    for threads in (1, 2, 3):
        with mlcore.Context(threads=threads) as context:
            mlcore.Reader(batches, context=context).write(tmp_path / name)
        assert (tmp_path / name).read_bytes() == whole
    assert os.listdir(tmp_path) == [name]


def test_what_is_written_in_batches_is_read_by_others(tmp_path):
    frame = pd.concat([pd.DataFrame(mixed(first, 50)) for first in range(0, 500, 50)],
                      ignore_index=True)
    for name in ("rows.csv.gz", "rows.jsonl.gz"):
        mlcore.Reader(mixed(first, 50) for first in range(0, 500, 50)).write(tmp_path / name)
    by_csv = pd.read_csv(tmp_path / "rows.csv.gz", keep_default_na=False,
                         na_values={"x": "", "t": ""})
    pd.testing.assert_frame_equal(by_csv, frame, check_dtype=False)
    by_json = pl.read_ndjson(tmp_path / "rows.jsonl.gz").to_pandas()
    pd.testing.assert_frame_equal(by_json, frame, check_dtype=False)


def test_a_file_is_converted_in_little_memory(tmp_path):
    rows = mlcore.Dataset({"n": np.arange(400_000), "m": np.arange(400_000) * 10**9})
    rows.write(tmp_path / "rows.csv")
    with mlcore.Context(memory_limit=48 << 20) as context:
        with pytest.raises(MemoryError):
            for _ in range(9):
                rows = mlcore.concat([rows, rows], context=context)
        with mlcore.Reader.open(tmp_path / "rows.csv", context=context) as reader:
            reader.write(tmp_path / "rows.jsonl")
            assert reader.n_rows == 400_000
    assert (tmp_path / "rows.jsonl").read_bytes().endswith(b'{"n":399999,"m":399999000000000}\n')


def test_what_cannot_be_written_leaves_the_file_as_it_was(tmp_path, nothing_kept):
    target = tmp_path / "rows.csv"
    target.write_text("old")

    def broken():
        yield mixed(0, 5)
        raise OSError("the cable is loose")

    with pytest.raises(mlcore.CallbackError) as caught:
        mlcore.Reader(broken()).write(target)
    assert isinstance(caught.value.__cause__, OSError)
    reader = mlcore.Reader([mixed(0, 5)])
    with pytest.raises(mlcore.SettingError, match="did you mean 'delimiter'"):
        reader.write(target, delimeter=";")
    with pytest.raises(mlcore.FormatError, match="the ending does not tell the format"):
        reader.write(tmp_path / "rows.parquet")
    assert target.read_text() == "old" and os.listdir(tmp_path) == ["rows.csv"]
    reader.write(target, delimiter=";")
    assert target.read_text().startswith("i;x;b;t\n")
    with pytest.raises(mlcore.DataError, match="no batch to write"):
        reader.write(target)
    reader.close()
    with pytest.raises(mlcore.ArgumentError, match="closed"):
        reader.write(target)
