"""Arrow in and out: every type, slices, chunks, nulls at odd offsets, and who releases what.

What is expected comes from pyarrow, polars, DuckDB and pandas, which made the tables."""
import datetime
import decimal
import gc

import numpy as np
import pytest

import mlcore

pa = pytest.importorskip("pyarrow")

UTC = datetime.timezone.utc


def items(table, name="x", **options):
    return mlcore.Dataset.from_arrow(table, **options).items(name)


def column_of(values, kind):
    return pa.table({"x": pa.array(values, kind)})


# ---- types in ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(),
                                  pa.uint16(), pa.uint32(), pa.uint64()])
def test_integers_of_any_width_are_int64(kind):
    signed = str(kind).startswith("int")
    bits = kind.bit_width
    values = [-2 ** (bits - 1) if signed else 0, None, 7,
              min(2 ** 63, 2 ** (bits - 1 if signed else bits)) - 1]
    data = mlcore.Dataset.from_arrow(column_of(values, kind))
    assert data.types == {"x": "int64"} and data.items("x") == values


@pytest.mark.parametrize("kind", ["i1", "u2", "i4", "u4"])
def test_integers_of_many_rows_are_widened_by_any_number_of_threads(kind):
    values = np.random.default_rng(3).integers(0, 2 ** 32, 200001).astype(kind)
    table = pa.table({"x": values}).slice(7)
    for threads in (1, 2, 3):
        got = mlcore.Dataset.from_arrow(table, context=mlcore.Context(threads=threads))["x"]
        assert got.dtype == np.int64 and (got == values[7:]).all()


@pytest.mark.parametrize("kind, name", [(pa.float16(), "float32"), (pa.float32(), "float32"),
                                        (pa.float64(), "float64")])
def test_reals_keep_their_values(kind, name):
    values = [0.5, None, -65504.0, 6.103515625e-05, 5.960464477539063e-08, float("inf"), -0.0]
    data = mlcore.Dataset.from_arrow(column_of(values, kind))
    assert data.types == {"x": name}
    assert [repr(v) for v in data.items("x")] == [repr(v) for v in values]


def test_every_half_is_its_float():
    halves = np.arange(65536, dtype=np.uint16).view(np.float16)
    data = mlcore.Dataset.from_arrow(pa.table({"x": halves}))
    assert data["x"].tobytes() == halves.astype(np.float32).tobytes() or np.array_equal(
        data["x"], halves.astype(np.float32), equal_nan=True)


def test_bools_nulls_and_texts_are_read():
    table = pa.table({"b": pa.array([True, None, False]), "n": pa.nulls(3),
                      "s": pa.array(["é", None, ""], pa.string()),
                      "l": pa.array(["a", "", None], pa.large_string()),
                      "v": pa.array(["a text of more than twelve bytes", None, "short"],
                                    pa.string_view())})
    data = mlcore.Dataset.from_arrow(table, text="text")
    assert list(data.types.values()) == ["bool", "float64", "text", "text", "text"]
    assert {name: data.items(name) for name in data.columns} == table.to_pydict()


@pytest.mark.parametrize("bits", [32, 64, 128, 256])
def test_decimals_are_the_nearest_float64(bits):
    digits = {32: 9, 64: 18, 128: 38, 256: 76}[bits]
    rng = np.random.default_rng(bits)
    make = getattr(pa, f"decimal{bits}", pa.decimal128)
    for scale in (0, 3, digits // 2, digits):
        texts = ["".join(map(str, rng.integers(0, 10, rng.integers(1, digits + 1))))
                 for _ in range(300)] + ["9" * digits, "0"]
        values = [decimal.Decimal(sign + text).scaleb(-scale, decimal.Context(prec=90))
                  for text in texts for sign in ("", "-")]
        found = items(column_of(values, make(digits, scale)))
        assert found == [float(value) for value in values]


def test_decimals_of_negative_scale_and_missing_ones_are_read():
    values = [decimal.Decimal("12300"), None, decimal.Decimal("-4500")]
    assert items(column_of(values, pa.decimal128(5, -2))) == [12300.0, None, -4500.0]


def test_times_of_each_unit_and_zone_are_instants():
    when = datetime.datetime(2024, 2, 29, 13, 45, 30)
    expected = np.datetime64("2024-02-29T13:45:30", "us")
    for unit in ("s", "ms", "us", "ns"):
        for zone in (None, "UTC", "Asia/Tokyo"):
            table = column_of([when, None], pa.timestamp(unit, zone))
            found = mlcore.Dataset.from_arrow(table)["x"]
            assert found[0] == expected and np.isnat(found[1])
    for kind in (pa.date32(), pa.date64()):
        table = column_of([datetime.date(1969, 12, 31), None], kind)
        assert mlcore.Dataset.from_arrow(table)["x"][0] == np.datetime64("1969-12-31", "us")


def test_parts_of_a_microsecond_are_an_error_or_rounded_down():
    table = column_of([1000, None, -1, 1999], pa.int64()).cast(
        pa.schema([("x", pa.timestamp("ns"))]))
    with pytest.raises(mlcore.DataError, match=r"column 'x': -1 nanoseconds in row 3 .*floor"):
        mlcore.Dataset.from_arrow(table)
    found = mlcore.Dataset.from_arrow(table, nanoseconds="floor")["x"]
    assert found.astype("int64")[[0, 2, 3]].tolist() == [1, -1, 1]


def test_times_beyond_64_bits_of_microseconds_name_the_row():
    table = pa.table({"x": pa.array([0, 2 ** 62]).cast(pa.timestamp("s"))})
    with pytest.raises(mlcore.DataError, match="column 'x': the time in row 2 is beyond"):
        mlcore.Dataset.from_arrow(table)


@pytest.mark.parametrize("kind", [pa.time32("s"), pa.time32("ms"), pa.time64("us"),
                                  pa.time64("ns"), pa.duration("s"), pa.duration("ms"),
                                  pa.duration("us"), pa.duration("ns")])
def test_times_of_day_and_durations_are_counts_of_their_unit(kind):
    plain = pa.int32() if kind.bit_width == 32 else pa.int64()
    table = pa.table({"x": pa.array([5, None, 86399], plain).cast(kind)})
    data = mlcore.Dataset.from_arrow(table)
    assert data.types == {"x": "int64"} and data.items("x") == [5, None, 86399]


@pytest.mark.parametrize("kind", [pa.float64(), pa.float32(), pa.int8(), pa.uint64(), pa.bool_()])
def test_fixed_size_lists_are_vectors(kind):
    rows = [[1, 0, 1], [0, 1, 1], None, [1, None, 0]]
    as_kind = bool if kind == pa.bool_() else int
    typed = [row and [v if v is None else as_kind(v) for v in row] for row in rows]
    table = pa.table({"x": pa.array(typed, pa.list_(kind, 3))})
    data = mlcore.Dataset.from_arrow(table)
    assert data.types == {"x": "vector"} and data.components("x") == ["x0", "x1", "x2"]
    expected = [[1, 0, 1], [0, 1, 1], [np.nan] * 3, [1, np.nan, 0]]
    assert np.array_equal(data["x"], expected, equal_nan=True)
    assert np.array_equal(mlcore.Dataset.from_arrow(table.slice(1))["x"], expected[1:],
                          equal_nan=True)


def test_dictionaries_are_categories_whatever_their_order():
    values = pa.DictionaryArray.from_arrays(pa.array([3, None, 0, 1, 2, 3], pa.int8()),
                                            pa.array(["b", "a", None, "b", "unused"]))
    data = mlcore.Dataset.from_arrow(pa.table({"x": values}))
    assert data.types == {"x": "category"} and data.categories("x") == ["a", "b"]
    assert data.items("x") == ["b", None, "b", "a", None, "b"]


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(),
                                  pa.uint32(), pa.int64(), pa.uint64()])
def test_codes_of_any_width_are_read(kind):
    codes = pa.array([1, None, 0, 1], kind)
    for text in (pa.string(), pa.large_string()):
        values = pa.DictionaryArray.from_arrays(codes, pa.array(["no", "yes"], text))
        assert items(pa.table({"x": values})) == ["yes", None, "no", "yes"]


def test_chunks_have_dictionaries_of_their_own():
    chunks = [pa.array(texts, pa.string()).dictionary_encode() for texts in
              (["b", "a", None], ["c", "a"], [], ["a", "b", "b"])]
    table = pa.table({"x": pa.chunked_array(chunks)})
    data = mlcore.Dataset.from_arrow(table)
    assert data.categories("x") == ["a", "b", "c"]
    assert data.items("x") == ["b", "a", None, "c", "a", "a", "b", "b"]


def dictionary_chunks(rng):
    """Chunks of a column whose dictionaries are the same, in another order, with more texts, or
    without some; rows missing, or pointing at a null of the dictionary."""
    words = [f"w{i}" for i in rng.permutation(12)]
    chunks = []
    for _ in range(rng.integers(1, 8)):
        way = rng.integers(4)
        if way == 1:
            words = list(rng.permutation(words))
        texts = words[:rng.integers(1, 12)] if way == 2 else list(words)
        if way == 3:
            texts.insert(rng.integers(len(texts)), None)
        codes = rng.integers(0, len(texts), rng.integers(0, 30)).astype("int8")
        gone = rng.random(len(codes)) < 0.1
        chunk = pa.DictionaryArray.from_arrays(pa.array(codes, mask=gone),
                                               pa.array(texts, pa.string()))
        first = int(rng.integers(0, len(chunk) + 1))
        chunks.append(chunk.slice(first) if rng.integers(2) else chunk)
    return chunks


@pytest.mark.parametrize("seed", range(60))
def test_any_dictionaries_of_chunks_give_one_of_what_is_used(seed):
    rng = np.random.default_rng(seed)
    chunks = dictionary_chunks(rng)
    table = pa.table({"x": pa.chunked_array(chunks, pa.dictionary(pa.int8(), pa.string()))})
    values = [value for chunk in chunks for value in chunk.to_pylist()]
    data = mlcore.Dataset.from_arrow(table)
    assert data.items("x") == values
    assert data.categories("x") == sorted({value for value in values if value is not None})


def test_extension_types_count_as_their_storage():
    json = pa.ExtensionArray.from_storage(pa.json_(pa.string()), pa.array(["{}", "[]"]))
    assert items(pa.table({"x": json}), text="text") == ["{}", "[]"]


# ---- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize("values, kind, words", [
    ([b"a"], pa.binary(), "column 'x' is binary"),
    ([b"a"], pa.large_binary(), "column 'x' is large binary"),
    ([b"a"], pa.binary_view(), "column 'x' is a view of binary"),
    ([b"ab"], pa.binary(2), "column 'x' is fixed-size binary"),
    ([[1]], pa.list_(pa.int64()), "column 'x' is a list"),
    ([[1]], pa.large_list(pa.int64()), "column 'x' is a large list"),
    ([[("k", 1)]], pa.map_(pa.string(), pa.int64()), "column 'x' is a map"),
    ([{"a": 1}], pa.struct([("a", pa.int64())]), "column 'x' is a struct"),
    ([["a"]], pa.list_(pa.string(), 1), "column 'x' is a fixed-size list of 'u'"),
    ([None], pa.month_day_nano_interval(), "column 'x' is an interval"),
])
def test_other_types_are_refused_by_name(values, kind, words):
    with pytest.raises(mlcore.UnsupportedError, match=words) as caught:
        mlcore.Dataset.from_arrow(pa.table({"ok": [1], "x": pa.array(values, kind)}))
    assert caught.value.name == "x"


def test_run_ends_and_dictionaries_of_numbers_are_refused():
    runs = pa.RunEndEncodedArray.from_arrays(pa.array([2], pa.int32()), pa.array([1]))
    with pytest.raises(mlcore.UnsupportedError, match="column 'x' is run-end-encoded"):
        mlcore.Dataset.from_arrow(pa.table({"x": runs}))
    numbers = pa.array([30, 10]).dictionary_encode()
    with pytest.raises(mlcore.UnsupportedError, match="column 'x' is a dictionary of 'l' values"):
        mlcore.Dataset.from_arrow(pa.table({"x": numbers}))


def test_what_does_not_fit_names_its_row_among_all_chunks():
    chunks = pa.chunked_array([pa.array([1, 2], pa.uint64()),
                               pa.array([None, 2 ** 63], pa.uint64())])
    with pytest.raises(mlcore.DataError, match="9223372036854775808 in row 4 does not fit"):
        mlcore.Dataset.from_arrow(pa.table({"x": chunks}))
    with pytest.raises(mlcore.DataError, match="the text of row 2 holds a NUL byte"):
        mlcore.Dataset.from_arrow(pa.table({"x": ["a", "b\0c"]}))
    broken = pa.Array.from_buffers(pa.string(), 2, [None, pa.py_buffer(
        np.array([0, 1, 2], np.int32)), pa.py_buffer(b"a\xff")])
    with pytest.raises(mlcore.DataError, match="the text of row 2 is not valid UTF-8"):
        mlcore.Dataset.from_arrow(pa.table({"x": broken}))


def test_characters_cut_by_an_offset_are_refused():
    cut = pa.Array.from_buffers(pa.string(), 2, [None, pa.py_buffer(
        np.array([0, 1, 2], np.int32)), pa.py_buffer("é".encode())])
    with pytest.raises(mlcore.DataError, match="the text of row 1 is not valid UTF-8"):
        mlcore.Dataset.from_arrow(pa.table({"x": cut}))


def test_things_that_are_no_tables_say_so():
    with pytest.raises(mlcore.ArgumentError, match=r"the Arrow format is 'l': must be '\+s'"):
        mlcore.Dataset.from_arrow(pa.array([1]))
    with pytest.raises(mlcore.ArgumentError, match="it is no Arrow table"):
        mlcore.Dataset.from_arrow([1])
    with pytest.raises(mlcore.ColumnError, match="both named 'a'"):
        mlcore.Dataset.from_arrow(pa.table([[1], [2]], names=["a", "a"]))
    with pytest.raises(mlcore.SettingError, match="nanoseconds"):
        mlcore.Dataset.from_arrow(pa.table({"a": [1]}), nanoseconds="ceil")


def test_errors_of_the_stream_are_told():
    def batches():
        yield pa.record_batch({"x": [1]})
        raise ValueError("the wire broke")

    reader = pa.RecordBatchReader.from_batches(pa.schema([("x", pa.int64())]), batches())
    with pytest.raises(mlcore.CallbackError, match="the wire broke"):
        mlcore.Dataset.from_arrow(reader)


# ---- slices, chunks, sizes -----------------------------------------------------------------------


def wide_table(n, seed=0):
    rng = np.random.default_rng(seed)
    gone = lambda: rng.random(n) < 0.3  # noqa: E731
    texts = np.array(["", "a", "é", "a longer text than twelve"])[rng.integers(0, 4, n)]
    number = rng.integers(-9, 9, n)
    return pa.table({
        "bool": pa.array(number > 0, mask=gone()),
        "int8": pa.array(number.astype("i1"), mask=gone()),
        "int64": pa.array(number, mask=gone()),
        "float32": pa.array(number.astype("f4"), mask=gone()),
        "float64": pa.array(number / 7, mask=gone()), "null": pa.nulls(n),
        "utf8": pa.array(texts, pa.string(), mask=gone()),
        "large": pa.array(texts, pa.large_string(), mask=gone()),
        "view": pa.array(texts, pa.string_view(), mask=gone()),
        "kind": pa.array(texts, mask=gone()).dictionary_encode(),
        "date": pa.array(number.astype("i4"), pa.int32(), mask=gone()).cast(pa.date32()),
        "time": pa.array(number, mask=gone()).cast(pa.timestamp("us", "UTC")),
        "vector": pa.FixedSizeListArray.from_arrays(pa.array(rng.random(3 * n)), 3,
                                                    mask=pa.array(gone()) if n else None),
        "full": pa.array(number)})


def plain(table):
    """What a dataset of the table is to hold."""
    found = table.to_pydict()
    for name, values in found.items():
        if name in ("date", "time"):
            found[name] = [None if v is None else np.datetime64(
                v.replace(tzinfo=None) if name == "time" else v, "us") for v in values]
    return found


def same(data, table):
    expected = plain(table)
    assert data.columns == table.column_names and len(data) == len(table)
    for name in data.columns:
        found = data.items(name)
        if name in ("date", "time"):
            found = [None if np.isnat(v) else v for v in data[name]]
        if name == "vector":
            found = [None if v[0] != v[0] else v for v in found]
        assert found == expected[name], name


@pytest.mark.parametrize("first", [0, 1, 7, 8, 9, 63])
@pytest.mark.parametrize("n", [0, 1, 7, 8, 9, 100])
def test_slices_hold_their_rows(first, n):
    table = wide_table(200)
    same(mlcore.Dataset.from_arrow(table.slice(first, n), text="text"), table.slice(first, n))
    batch = table.combine_chunks().to_batches()[0].slice(first, n)
    same(mlcore.Dataset.from_arrow(batch, text="text"), table.slice(first, n))


class AsArray:
    """Something with __arrow_c_array__ alone, of a struct array with an offset of its own."""

    def __init__(self, struct):
        self.struct = struct

    def __arrow_c_array__(self, requested_schema=None):
        return self.struct.__arrow_c_array__(requested_schema)


@pytest.mark.parametrize("first", [1, 8, 13])
def test_offsets_of_the_struct_add_to_those_of_its_columns(first):
    table = wide_table(100)
    children = [column.combine_chunks().slice(3, 90) for column in table.columns]
    struct = pa.StructArray.from_arrays(children, names=table.column_names).slice(first, 40)
    same(mlcore.Dataset.from_arrow(AsArray(struct), text="text"), table.slice(3 + first, 40))


def test_null_rows_of_the_struct_are_missing_everywhere():
    struct = pa.StructArray.from_arrays(
        [pa.array([1, 2, None, 4]), pa.array(["a", "b", "c", "d"]),
         pa.array(["a", "b", "c", "d"]).dictionary_encode(), pa.array([True] * 4)],
        names=list("abcd"), mask=pa.array([False, True, False, False])).slice(1, 3)
    assert mlcore.Dataset.from_arrow(AsArray(struct)).to_dict() == {
        "a": [None, None, 4], "b": [None, "c", "d"], "c": [None, "c", "d"],
        "d": [None, True, True]}


@pytest.mark.parametrize("sizes", [[50, 50], [1] * 100, [99, 0, 1], [33, 33, 34], [0, 100, 0]])
def test_chunks_are_joined(sizes):
    table = wide_table(100)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    chunked = pa.concat_tables([table.slice(int(start), n) for start, n in zip(starts, sizes)])
    same(mlcore.Dataset.from_arrow(chunked, text="text"), table)


def test_texts_are_judged_over_all_chunks():
    texts = [f"t{i % 40}" for i in range(100)]
    chunked = pa.chunked_array([pa.array(texts[i:i + 10]) for i in range(0, 100, 10)])
    table = pa.table({"x": chunked, "y": [f"u{i}" for i in range(100)]})
    assert mlcore.Dataset.from_arrow(table).types == {"x": "category", "y": "text"}
    assert mlcore.Dataset.from_arrow(table, target="y").types == {"x": "category", "y": "category"}
    assert mlcore.Dataset.from_arrow(table, text="category").types["y"] == "category"
    assert mlcore.Dataset.from_arrow(table, text="text").types["x"] == "text"


def test_tables_without_rows_or_batches_keep_their_columns():
    for table in (wide_table(0), pa.Table.from_batches([], schema=wide_table(1).schema)):
        data = mlcore.Dataset.from_arrow(table)
        assert len(data) == 0 and data.columns == table.column_names
        assert data.types["vector"] == "vector" and data.types["kind"] == "category"
    assert mlcore.Dataset.from_arrow(pa.table({})).shape == (0, 0)


def test_columns_without_names_are_numbered():
    struct = pa.StructArray.from_arrays([pa.array([1]), pa.array([2])], names=["", "b"])
    assert mlcore.Dataset.from_arrow(AsArray(struct)).columns == ["column_1", "b"]


# ---- memory --------------------------------------------------------------------------------------


def test_columns_are_lent_and_keep_the_table_alive():
    gc.collect()
    before = pa.total_allocated_bytes()
    table = pa.table({"a": pa.array(range(100_000)), "b": pa.array(np.arange(100_000) / 3)})
    addresses = [table[name].chunk(0).buffers()[1].address for name in ("a", "b")]
    data = mlcore.Dataset.from_arrow(table.slice(10))
    assert [data[name].__array_interface__["data"][0] - 80 for name in ("a", "b")] == addresses
    last = data["b"]
    del table, data
    gc.collect()
    assert last[0] == 10 / 3 and pa.total_allocated_bytes() > before
    del last
    gc.collect()
    assert pa.total_allocated_bytes() == before


def test_failures_leave_nothing_behind():
    gc.collect()
    before = pa.total_allocated_bytes()
    table = pa.table({"a": pa.array(range(1000)), "x": pa.array([b"z"] * 1000)})
    for _ in range(3):
        with pytest.raises(mlcore.UnsupportedError):
            mlcore.Dataset.from_arrow(table)
    del table
    gc.collect()
    assert pa.total_allocated_bytes() == before


def test_capsules_that_nobody_uses_free_what_they_hold():
    data = mlcore.Dataset({"a": [1, 2], "b": ["x", "y"]})
    for _ in range(100):
        data.__arrow_c_schema__(), data.__arrow_c_array__(), data.__arrow_c_stream__()


def test_a_column_of_an_export_outlives_dataset_and_batch():
    batch = pa.record_batch(mlcore.Dataset({"a": np.arange(1000.0), "b": ["x", "y"] * 500}))
    column = batch.column(1)
    del batch
    gc.collect()
    assert column.to_pylist() == ["x", "y"] * 500


# ---- out -----------------------------------------------------------------------------------------


def every_type():
    return mlcore.Dataset.from_arrays({
        "b": [True, None, False] * 10, "i": [2 ** 53 + 1, None, -5] * 10,
        "f": np.arange(30, dtype="float32"), "d": [0.5, None, -1.5] * 10,
        "c": ["y", None, "x"] * 10, "t": [None if i == 7 else f"é{i}" for i in range(30)],
        "w": [datetime.datetime(2024, 2, 29, 1, 2, 3, 4, UTC), None,
              datetime.datetime(1931, 1, 1, tzinfo=UTC)] * 10,
        "v": np.arange(60.0).reshape(30, 2)}, target="c", weight="f", id=["i"],
        classes=["y", "x"], positive="x")


def expected_of(data):
    found = {name: data.items(name) for name in data.columns}
    found["w"] = [None if np.isnat(v) else v.item().replace(tzinfo=UTC) for v in data["w"]]
    return found


def test_export_gives_each_type():
    data = every_type()
    table = pa.table(data)
    table.validate(full=True)
    assert [str(kind) for kind in table.schema.types] == [
        "bool", "int64", "float", "double",
        "dictionary<values=string, indices=int16, ordered=0>", "large_string",
        "timestamp[us, tz=UTC]", "fixed_size_list<item: double>[2]"]
    assert all(field.nullable for field in table.schema)
    assert table.to_pydict() == expected_of(data)


@pytest.mark.parametrize("first, n", [(0, 30), (1, 29), (3, 8), (8, 9), (29, 1), (5, 0)])
def test_export_of_views_gives_their_rows(first, n):
    data = every_type()
    for view in (data[first:first + n], data[list(range(first, first + n))[::-1]]):
        table = pa.table(view)
        table.validate(full=True)
        assert table.to_pydict() == expected_of(view)
        batch = pa.record_batch(view)
        batch.validate(full=True)
        assert batch.to_pydict() == expected_of(view)


def test_round_trip_keeps_roles_classes_and_names_of_components():
    data = every_type()
    for table in (data, pa.table(data), pa.record_batch(data)):
        again = mlcore.Dataset.from_arrow(table, text="text")
        assert again.types == data.types and again.roles == data.roles
        assert again.components("v") == ["v0", "v1"]
        assert {n: again.items(n) for n in again.columns} == {
            n: data.items(n) for n in data.columns}
    model = mlcore.LogisticRegression()
    found = [model.fit(rows.select("d", "c", "v")[[0, 2] * 12]).classes_.tolist()
             for rows in (data, mlcore.Dataset.from_arrow(pa.table(data)))]
    assert found == [["y", "x"]] * 2


def test_export_does_not_copy():
    values = np.arange(1000.0)
    table = pa.table(mlcore.Dataset({"x": values})[5:])
    assert table["x"].chunk(0).buffers()[1].address == values.ctypes.data
    assert table["x"].to_pylist() == values[5:].tolist()


# ---- other libraries -----------------------------------------------------------------------------


def test_polars_frames_come_and_go():
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame({
        "a": [1, 2, None], "b": ["x", None, "y"], "c": [0.5, None, 1.5],
        "u8": pl.Series([1, None, 255], dtype=pl.UInt8), "bool": [True, None, False],
        "cat": pl.Series(["q", None, "p"], dtype=pl.Categorical),
        "enum": pl.Series(["q", None, "p"], dtype=pl.Enum(["p", "q"])),
        "day": [datetime.date(2020, 1, 1), None, datetime.date(1960, 1, 1)],
        "vec": pl.Series([[1.0, 2], [3, 4], [5, 6]], dtype=pl.Array(pl.Float64, 2)),
        "dec": pl.Series([decimal.Decimal("1.10"), None, decimal.Decimal("-2.25")]),
        "none": [None] * 3, "long": ["a text longer than twelve bytes", None, ""]})
    data = mlcore.Dataset(frame, target="b")
    assert data.types == {"a": "int64", "b": "category", "c": "float64", "u8": "int64",
                          "bool": "bool", "cat": "category", "enum": "category",
                          "day": "timestamp", "vec": "vector", "dec": "float64",
                          "none": "float64", "long": "category"}
    assert data.roles["b"] == "target"
    for name in ("a", "b", "c", "u8", "bool", "cat", "enum", "none", "long"):
        assert data.items(name) == frame[name].to_list(), name
    assert data.items("dec") == [1.1, None, -2.25]
    again = pl.DataFrame(data)
    assert again["b"].to_list() == ["x", None, "y"] and again["vec"].to_list() == [
        [1, 2], [3, 4], [5, 6]]
    for first in (1, 2):
        assert mlcore.Dataset(frame[first:]).items("b") == frame["b"].to_list()[first:]
    with pytest.raises(mlcore.UnsupportedError, match="column 'l' is a large list"):
        mlcore.Dataset(pl.DataFrame({"l": [[1], [2, 3]]}))


def test_duckdb_relations_come_and_go():
    duckdb = pytest.importorskip("duckdb")
    relation = duckdb.sql("""
        select i, i / 4 as x, case when i % 5 = 0 then null else 'k' || (i % 3) end as k,
               sum(i) over (order by i) as hugeint, (i % 2 = 0) as even,
               timestamp '2024-01-01' + interval (i) hour as at,
               (case when i % 2 = 0 then 'a' else 'b' end)::enum('b', 'a') as e,
               cast(i as decimal(18, 3)) as dec
        from range(5000) t(i)""")
    data = mlcore.Dataset(relation)
    rows = relation.fetchall()
    assert list(data.types.values()) == ["int64", "float64", "category", "float64", "bool",
                                         "timestamp", "category", "float64"]
    for j, name in enumerate(data.columns):
        if name == "at":
            assert [v.item() for v in data[name]] == [row[j] for row in rows]
        else:
            assert data.items(name) == [None if row[j] is None else row[j] for row in rows], name
    assert duckdb.sql("select k, count(*) n, sum(x) s from data group by k order by k").fetchall() \
        == duckdb.sql("select k, count(*) n, sum(x) s from relation group by k order by k"
                      ).fetchall()


def test_pandas_frames_keep_their_own_way_and_come_by_arrow_too():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": [1.5, 2.5], "s": ["x", None], "c": pd.Categorical([3, 4])})
    assert mlcore.Dataset(frame).types == {"a": "float64", "s": "category", "c": "category"}
    by_arrow = mlcore.Dataset.from_arrow(frame[["a", "s"]])
    assert by_arrow.to_dict() == {"a": [1.5, 2.5], "s": ["x", None]}
    back = pa.table(mlcore.Dataset(frame)).to_pandas()
    assert back["a"].tolist() == [1.5, 2.5] and back["c"].tolist() == ["3", "4"]


def test_models_take_tables_and_targets_by_themselves(points):
    pl = pytest.importorskip("polars")
    X, y = points
    names = list("abcd")
    by_array = mlcore.GradientBoostingClassifier(n_estimators=3).fit(X, y).predict_proba(X)
    columns = {name: X[:, k] for k, name in enumerate(names)}
    for table in (pa.table(columns), pl.DataFrame(columns), mlcore.Dataset(columns)):
        model = mlcore.GradientBoostingClassifier(n_estimators=3).fit(table, y)
        assert np.array_equal(model.predict_proba(table), by_array)
        assert model.feature_names_in_.tolist() == names


def test_roles_take_values_beside_the_table():
    table = pa.table({"a": [1, 2, None], "s": ["x", None, "z"], "b": [True, None, False],
                      "t": pa.array(["p", "q", "r"]).dictionary_encode()})
    data = mlcore.Dataset(table, target=["no", "yes", "no"], weight=np.ones(3))
    assert data.roles == {"a": "feature", "s": "feature", "b": "feature", "t": "feature",
                          "target": "target", "weight": "weight"}
    assert {name: data.items(name) for name in table.column_names} == table.to_pydict()


def test_large_table_of_numbers_takes_no_time_per_row():
    table = pa.table({f"x{k}": np.zeros(10_000_000) for k in range(3)})
    data = mlcore.Dataset.from_arrow(table)
    assert len(data) == 10_000_000
    for name in data.columns:
        address = table[name].chunk(0).buffers()[1].address
        assert data[name].__array_interface__["data"][0] == address
