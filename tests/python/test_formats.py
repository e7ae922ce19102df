"""Files of any format, against the readers and writers of pandas, scikit-learn and sqlite3."""
import gzip
import json
import math
import random
import sqlite3

import numpy
import pandas
import pytest
from sklearn.datasets import dump_svmlight_file, load_svmlight_file

import mlcore
from conftest import DATA
from mlcore import Dataset

try:
    Dataset.parse(b"x", format="sqlite")
except mlcore.MlcoreError as failure:
    HAS_SQLITE = "built without SQLite" not in str(failure)
needs_sqlite = pytest.mark.skipif(not HAS_SQLITE, reason="the library is built without SQLite")

ODD_TEXTS = ["", " ", "é", "日本", "a,b", 'q"q', "l\nl", "\t", "\\", "NA", "null", "1", "true",
             "\x01", "😀", "\u2028", "</script>", "'", "{}", "[1]"]
ODD_REALS = [0.0, -0.0, 1.0, -1.5, 0.1, 1e300, 5e-324, -2.2250738585072014e-308,
             1.7976931348623157e308, math.inf, -math.inf, 1 / 3, 1e16, 123456789012345680.0]
ODD_INTEGERS = [0, 1, -1, 2**53 + 1, -2**63, 2**63 - 1, 10**18]


def read_text(tmp_path, text, name="rows.jsonl", **options):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Dataset.read(path, **options)


def bits(data, column):
    return numpy.asarray(data[column], dtype=numpy.float64).view(numpy.uint64)


def same(a, b):
    """Names, types, missing values and the bits of all others."""
    assert a.columns == b.columns and a.types == b.types and len(a) == len(b)
    for column in a.columns:
        assert repr(list(a[column])) == repr(list(b[column])), column


# ---- JSON Lines -------------------------------------------------------------------------------


def frame_of_many_kinds(n=2000):
    draw = random.Random(1)
    return pandas.DataFrame({
        "i": [draw.randrange(-10**12, 10**12) for _ in range(n)],
        "f": [draw.gauss(0, 1) * 10 ** draw.randrange(-30, 30) for _ in range(n)],
        "b": [draw.random() < 0.5 for _ in range(n)],
        "t": [draw.choice(ODD_TEXTS) + str(draw.randrange(10**6)) for _ in range(n)],
        "c": [draw.choice(["red", "green", "blue"]) for _ in range(n)]})


def test_jsonl_has_the_values_that_pandas_reads(tmp_path):
    path = tmp_path / "rows.jsonl"
    frame_of_many_kinds().to_json(path, orient="records", lines=True, double_precision=15)
    ours, theirs = Dataset.read(path), pandas.read_json(path, lines=True, precise_float=True,
                                                       dtype={"t": str}, convert_dates=False)
    assert ours.types == {"i": "int64", "f": "float64", "b": "bool", "t": "text", "c": "category"}
    for column in ("i", "b", "t", "c"):
        assert list(ours[column]) == list(theirs[column])
    # pandas' own parser may be a unit off; json's is exact.
    exact = [json.loads(line)["f"] for line in path.read_text().rstrip("\n").split("\n")]
    assert numpy.array_equal(bits(ours, "f"), numpy.array(exact).view(numpy.uint64))


def test_jsonl_written_is_read_by_pandas_and_json(tmp_path):
    frame = frame_of_many_kinds()
    path = tmp_path / "rows.jsonl"
    Dataset.from_pandas(frame).write(path)
    back = pandas.read_json(path, lines=True, precise_float=True, dtype={"t": str},
                            convert_dates=False)
    assert list(back["t"]) == list(frame["t"]) and list(back["i"]) == list(frame["i"])
    lines = [json.loads(line) for line in path.read_text().rstrip("\n").split("\n")]
    assert [line["f"] for line in lines] == list(frame["f"])
    assert [line["t"] for line in lines] == list(frame["t"])


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz", "ndjson"])
def test_jsonl_write_then_read_is_identity_for_every_type(tmp_path, ending):
    n = len(ODD_TEXTS)
    reals = (ODD_REALS * 2)[:n]
    data = Dataset.from_arrays({
        "flag": [None if i == 3 else i % 3 == 0 for i in range(n)],
        "integer": numpy.array((ODD_INTEGERS * 3)[:n]),
        "real": numpy.array(reals),
        "narrow": numpy.array([0.1, 3, -0.0, 1e-45, 3.4028235e38] * 4, dtype=numpy.float32),
        "text": ODD_TEXTS,
        "time": numpy.array([i * 10**15 + i for i in range(n)], dtype="datetime64[us]"),
        "gaps": [None if i % 2 else float(i) for i in range(n)],
        "vector": numpy.array([[v, -v] for v in reals])}, text="text")
    path = tmp_path / ("rows." + ending)
    data.write(path)
    again = Dataset.read(path, types={"narrow": "float32", "time": "timestamp", "text": "text"})
    same(data, again)
    for column in ("real", "narrow"):
        assert numpy.array_equal(bits(data, column), bits(again, column))
    assert numpy.array_equal(numpy.asarray(data["vector"]).view(numpy.uint64),
                             numpy.asarray(again["vector"]).view(numpy.uint64))


def test_jsonl_keeps_nan_apart_from_missing_unless_told(tmp_path):
    data = Dataset.parse('{"a":NaN}\n{"a":null}\n{"a":-Infinity}\n', format="jsonl")
    assert data.describe()["missing"][0] == 2  # a profile counts NaN too
    path = tmp_path / "a.jsonl"
    data.write(path)
    assert path.read_text() == '{"a":NaN}\n{"a":null}\n{"a":-1e999}\n'
    data.write(path, nan="null")
    assert path.read_text() == '{"a":null}\n{"a":null}\n{"a":-1e999}\n'


def test_jsonl_random_tables_survive(tmp_path):
    draw = random.Random(7)
    path = tmp_path / "a.jsonl"
    for _ in range(60):
        n = draw.randrange(1, 30)
        makers = [lambda: draw.choice(ODD_REALS) * 1.5, lambda: draw.randrange(-2**63, 2**63),
                  lambda: draw.random() < 0.5,
                  lambda: "".join(draw.choice("aé\"\\\n日😀\x1f ") for _ in range(5)) + "x"]
        columns = {}
        for j in range(draw.randrange(1, 6)):
            make = draw.choice(makers)
            values = [None if draw.random() < 0.2 else make() for _ in range(n)]
            values[0] = make()
            columns[f"c{j}.{draw.choice(['é', 'a', ' '])}{j}"] = values
        data = Dataset.from_arrays(columns)
        data.write(path)
        same(data, Dataset.read(path))


def test_jsonl_paths(tmp_path):
    text = ('{"user":{"age":3,"a.b":"x","pets":[{"n":"cat"},{"n":"dog"}]},"s":[1,2]}\n'
            '{"s":[3,4],"user":{"age":null,"pets":[]}}\n{"user":null}\n')
    data = read_text(tmp_path, text)
    assert data.columns == ["user.age", "user.a.b", "user.pets", "s"]
    assert data["user.pets"][0] == '[{"n":"cat"},{"n":"dog"}]' and data["user.pets"][1] == "[]"
    data = read_text(tmp_path, text, columns={
        "second": "s[1]", "age": "user.age", "odd": '$.user["a.b"]', "dog": "user.pets[1].n"})
    assert data.columns == ["second", "age", "odd", "dog"]
    assert list(data["second"][:2]) == [2, 4] and data["dog"][0] == "dog"
    data = read_text(tmp_path, text, columns="user,$.s")
    assert data.columns == ["user", "$.s"] and data.types["$.s"] == "vector"
    assert data["user"][1] == '{"age":null,"pets":[]}'
    for both in ("a:user,b:user.age", "a:s,b:s[0]"):
        with pytest.raises(mlcore.SettingError, match="read whole and in parts: choose one"):
            read_text(tmp_path, text, columns=both)
    with pytest.raises(mlcore.ColumnError, match="no line of .* has the member 'user.agee'"):
        read_text(tmp_path, text, columns="user.agee")
    for bad in ("a:", "a..b", "a[x]", "a[-1]", "$", 'a["b', ":a", "a[0", "$a"):
        with pytest.raises(mlcore.SettingError, match="columns"):
            read_text(tmp_path, text, columns=[bad])


def test_jsonl_kinds(tmp_path):
    def types(*values, **options):
        lines = "".join('{"a":%s}\n' % value for value in values)
        return read_text(tmp_path, lines, **options).types["a"]

    assert types("1", "2") == "int64" and types("1", "2.0") == "float64"
    assert types("1", "9223372036854775808") == "float64"
    assert types("true", "null") == "bool" and types("null") == "float64"
    assert types('"x"', '""') == "category" and types("[1,2]", "null", "[3,null]") == "vector"
    assert types("1", '"2"', types={"a": "int64"}) == "int64"
    assert types("true", "3.0", types={"a": "int64"}) == "int64"
    assert types("1.50", "[1, 2]", '{"b": 1}', types={"a": "text"}) == "text"
    assert types('"NA"', "3", null="NA") == "int64"
    assert types('"2024-02-29"', '"2024-02-29T12:00:00+02:00"',
                 types={"a": "timestamp"}) == "timestamp"
    data = read_text(tmp_path, '{"a":1.50}\n{"a":[1, 2]}\n', types={"a": "text"})
    assert list(data["a"]) == ["1.50", "[1, 2]"]


ODD_LINES = [
    ('{"a":1}\n{"a":"x"}', 2, 6, "column 'a': a text, where rows before have a number"),
    ('{"a":"x"}\n{"b":0, "a":true}', 2, 13, "column 'a': true or false, where rows before have a t"),
    ('{"a":[1]}\n{"a":[1,2]}', 2, 6, "an array of 2 numbers, where rows before have 1"),
    ('{"a":1}\n\n {"a":1,"a":2}', 3, 9, "the object has this member twice"),
    ('{"a":1}\n[1]', 2, 1, "a line is one JSON object, and this is an array"),
    ('{"a":1}{}', 1, 8, "something follows"),
    ('{"a":tru}', 1, 6, "not a JSON value"),
    ('{"a":"\\u0000"}', 1, 6, "NUL"),
    ('{"a\\u0000":1}', 1, 2, "NUL"),
    (b'{"a":"\xff"}', 1, 7, "not valid UTF-8"),
    ('{"a":01}', 1, 6, "must not start with 0"),
    ('{"a":1', 1, 7, "ends too early"),
    ('{"a":' + "[" * 80, 1, 69, "nested deeper than 64"),
    ("\ufeff{'a':1}", 1, 2, "double quotes"),
    ("\xff\xfe{".encode("latin-1"), 1, 1, "UTF-16"),
]


@pytest.mark.parametrize("text,line,column,message", ODD_LINES)
def test_jsonl_errors_have_their_place(tmp_path, text, line, column, message):
    with pytest.raises(mlcore.FormatError) as failure:
        read_text(tmp_path, text)
    assert message in str(failure.value)
    assert f"rows.jsonl:{line}:{column}: " in str(failure.value)
    assert (failure.value.line, failure.value.column) == (line, column)


def test_jsonl_leaves_bad_lines_out_when_told(tmp_path):
    text = '{"a":1,"b":2}\n{"z":"q","a":"x",}\n{"a":2}\nnull\n{"b":3,"c":true}\n'
    data = read_text(tmp_path, text, on_error="skip")
    assert data.columns == ["a", "b", "c"] and data.types["a"] == "int64"
    problems = read_text(tmp_path, text, on_error="collect").problems()
    assert list(problems["line"]) == [2, 4] and list(problems["column"]) == [18, 1]


def test_jsonl_that_would_be_mostly_empty_is_refused(tmp_path):
    text = "".join('{"k%d":1}\n' % i for i in range(20000))
    with pytest.raises(mlcore.MlcoreError, match="name the columns to read with columns="):
        read_text(tmp_path, text)
    assert read_text(tmp_path, text, columns="k7").shape == (20000, 1)


def test_jsonl_is_the_same_for_any_number_of_threads(tmp_path):
    path = tmp_path / "rows.jsonl"
    with open(path, "w") as out:
        for i in range(120000):
            out.write(json.dumps({"i": i, "x": i / 7, "t": "é%d" % (i % 5000), "n": {"b": i % 2 == 0}}
                                 if i % 11 else {"late%d" % (i % 3): [i, 2]}) + "\n")
    first = None
    for threads in (1, 2, 5):
        data = Dataset.read(path, context=mlcore.Context(threads=threads))
        text = data.format(format="csv")
        first = first or (text, data.types)
        assert (text, data.types) == first


def test_jsonl_damage_never_crashes(tmp_path):
    good = b'{"a":1.5,"b":"t\\u00e9","c":[1,2],"d":{"e":true,"f":null}}\n{"a":2,"c":[3,4]}\n'
    draw = random.Random(3)
    for end in range(len(good)):
        try:
            Dataset.parse(good[:end], format="jsonl")
        except mlcore.MlcoreError as error:
            assert "jsonl:" in str(error)
    for _ in range(3000):
        bad = bytearray(good)
        for _ in range(draw.randrange(1, 4)):
            bad[draw.randrange(len(bad))] = draw.randrange(256)
        try:
            Dataset.parse(bytes(bad), format="jsonl", on_error=draw.choice(["fail", "collect"]))
        except mlcore.MlcoreError as error:
            assert str(error)


# ---- libsvm -----------------------------------------------------------------------------------


def dense(data, column="x"):
    return numpy.asarray(data[column], dtype=numpy.float64)


def test_libsvm_has_the_values_that_sklearn_loads():
    for name in ("rank.train.gz", "rank.test.gz"):
        x, y = load_svmlight_file(str(DATA / name))
        data = Dataset.read(DATA / name, format="libsvm")
        assert data.types == {"target": "int64", "x": "vector"}
        assert data.roles == {"target": "target", "x": "feature"}
        assert numpy.array_equal(dense(data).view(numpy.uint64), x.toarray().view(numpy.uint64))
        assert numpy.array_equal(data["target"], y)


@pytest.mark.parametrize("zero_based", [False, True])
@pytest.mark.parametrize("has_groups", [False, True])
def test_libsvm_from_sklearn_and_to_it(tmp_path, zero_based, has_groups):
    generator = numpy.random.default_rng(5)
    x = generator.normal(size=(300, 20)) * (generator.random((300, 20)) < 0.3)
    x[0, 0] = 1.25
    y = generator.normal(size=300)
    groups = numpy.sort(generator.integers(0, 9, 300)) if has_groups else None
    path = tmp_path / "a.svm"
    dump_svmlight_file(x, y, str(path), zero_based=zero_based, query_id=groups,
                       comment="made by a test")
    data = Dataset.read(path, width=20)
    assert data.types["target"] == "float64"
    loaded = load_svmlight_file(str(path), n_features=20, zero_based=zero_based, query_id=True)
    assert numpy.array_equal(dense(data).view(numpy.uint64), loaded[0].toarray().view(numpy.uint64))
    assert numpy.array_equal(data["target"], loaded[1])
    if has_groups:
        assert numpy.array_equal(data["qid"], groups) and data.roles["qid"] == "group"
    data.write(tmp_path / "b.svm", index_base=int(zero_based))
    again = load_svmlight_file(str(tmp_path / "b.svm"), n_features=20, zero_based=not zero_based,
                               query_id=True)
    assert numpy.array_equal(again[0].toarray(), loaded[0].toarray())
    assert numpy.array_equal(again[1], loaded[1]) and numpy.array_equal(again[2], loaded[2])
    back = Dataset.read(tmp_path / "b.svm", width=20)
    same(data, back)


def test_libsvm_writes_columns_side_by_side(tmp_path):
    data = Dataset.from_arrays({"y": [1, 0], "a": [0.5, 0.0], "v": numpy.array([[0.0, 2], [3, -0.0]]),
                                "b": [True, False], "n": [None, 2**53 + 1], "skip": ["p", "q"]},
                               target="y", ignore="skip")
    path = tmp_path / "a.libsvm"
    data.write(path)
    assert path.read_text() == "1 1:0.5 3:2 4:1 5:nan\n0 2:3 3:-0 5:9007199254740993\n"
    with pytest.raises(mlcore.ColumnError, match="column 'skip' is a category|column 'skip' is text"):
        data.with_roles(feature="skip").write(path)
    with pytest.raises(mlcore.MlcoreError, match="target="):
        data.with_roles(feature="y").write(path)


LIBSVM_ERRORS = [
    ("1 1:0.5\nx 1:1\n", 2, 1, "'x' is no label"),
    ("1,2 1:1\n", 1, 1, "several labels"),
    ("1 2:1 2:3\n", 1, 7, "'2:3' does not ascend"),
    ("1 3:1 2:1\n", 1, 7, "does not ascend"),
    ("1 a:1\n", 1, 3, "not of the form index:value"),
    ("1 2\n", 1, 3, "not of the form index:value"),
    ("# c\n\n1 2:\n", 3, 5, "value that is no number"),
    ("1 2:1x\n", 1, 5, "value that is no number"),
    ("1 -1:1\n", 1, 3, "not from 0"),
    ("1 2147483647:1\n", 1, 3, "not from 0"),
    ("1 qid:x 1:1\n", 1, 3, "no group"),
    ("1 1:1 qid:3\n", 1, 7, "not of the form index:value"),
    ("1 qid:1 1:1\n2 1:1\n", 2, 1, "no qid:, those before have"),
    ("1 1:1\n2 qid:1 1:1\n", 2, 1, "has qid:, those before have none"),
]


@pytest.mark.parametrize("text,line,column,message", LIBSVM_ERRORS)
def test_libsvm_errors_have_their_place(tmp_path, text, line, column, message):
    with pytest.raises(mlcore.FormatError) as failure:
        read_text(tmp_path, text, "rows.svm")
    assert message in str(failure.value) and f"rows.svm:{line}:{column}: " in str(failure.value)


def test_libsvm_bases_and_widths(tmp_path):
    assert dense(read_text(tmp_path, "1 0:1 2:3\n", "a.svm")).tolist() == [[1, 0, 3]]
    assert dense(read_text(tmp_path, "1 1:1 2:3\n", "a.svm")).tolist() == [[1, 3]]
    assert dense(read_text(tmp_path, "1 1:1\n", "a.svm", index_base=0, width=3)).tolist() == [
        [0, 1, 0]]
    with pytest.raises(mlcore.FormatError, match="a.svm:2:1: index 0: .*index_base=0 takes"):
        read_text(tmp_path, "1 1:1\n1 0:1\n", "a.svm", index_base=1)
    with pytest.raises(mlcore.FormatError, match="index 4 is beyond the vector of 3 components"):
        read_text(tmp_path, "1 1:1\n1 4:1\n", "a.svm", width=3)
    wide = read_text(tmp_path, "1 1:1 9:1\n", "a.svm")
    narrow = read_text(tmp_path, "1 1:1\n", "b.svm", like=wide)
    assert dense(narrow).shape == (1, 9)
    with pytest.raises(mlcore.FormatError, match="is empty"):
        read_text(tmp_path, "# nothing\n", "a.svm")


# ---- SQLite -----------------------------------------------------------------------------------


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, city TEXT, amount REAL, "
                   "paid BOOLEAN, day DATE, note)")
        draw = random.Random(2)
        db.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)", [
            (i, draw.choice(["Bern", "Rome", None]), draw.gauss(0, 9), draw.choice([0, 1, None]),
             f"2024-01-{i % 28 + 1:02d}", draw.choice([1, 2.5, None])) for i in range(500)])
    db.close()
    return path


@needs_sqlite
def test_sqlite_has_the_values_that_sqlite3_selects(shop):
    data = Dataset.read(shop)
    assert data.types == {"id": "int64", "city": "category", "amount": "float64", "paid": "bool",
                          "day": "category", "note": "float64"}
    db = sqlite3.connect(shop)
    for column in data.columns:
        theirs = [row[0] for row in db.execute(f"SELECT {column} FROM orders")]
        ours = [None if v is None or v != v else v for v in list(data[column])]
        assert ours == theirs, column
    query = "SELECT city, count(*) AS n, sum(amount) AS s FROM orders GROUP BY city ORDER BY city"
    data = Dataset.read(shop, query=query)
    assert [list(row.values()) for row in data] == [list(row) for row in db.execute(query)]
    assert Dataset.read(shop, types={"day": "timestamp"}).types["day"] == "timestamp"
    db.close()


@needs_sqlite
def test_sqlite_bytes_are_read_too(shop):
    same(Dataset.parse(shop.read_bytes()), Dataset.read(shop))


@needs_sqlite
def test_sqlite_write_then_read_is_identity_for_every_type(tmp_path):
    n = len(ODD_TEXTS)
    texts = ODD_TEXTS
    data = Dataset.from_arrays({
        "flag": [None if i == 3 else i % 3 == 0 for i in range(n)],
        "integer": numpy.array((ODD_INTEGERS * 3)[:n]),
        # SQLite keeps whole reals as integers, which have no -0.
        "real": numpy.array((ODD_REALS * 2)[:n]) + 0.0,
        "narrow": numpy.array([0.1, 3, 0.0, 1e-45, 3.4028235e38] * 4, dtype=numpy.float32),
        'od"d; name': texts,
        "time": numpy.array([i * 10**15 + i for i in range(n)], dtype="datetime64[us]"),
        "gaps": [None if i % 2 else float(i) for i in range(n)]}, text="text")
    path = tmp_path / "rows.db"
    data.write(path, table='a "table"; DROP')
    again = Dataset.read(path, types={"narrow": "float32", "time": "timestamp"}, text="text")
    same(data, again)
    assert numpy.array_equal(bits(data, "real"), bits(again, "real"))
    db = sqlite3.connect(path)
    assert [row[0] for row in db.execute('SELECT "od""d; name" FROM "a ""table""; DROP"')] == texts
    db.close()


@needs_sqlite
def test_sqlite_if_exists(tmp_path):
    path = tmp_path / "a.sqlite"
    data = Dataset.from_arrays({"a": [1, 2], "v": numpy.array([[1.0, 2], [3, 4]])})
    data.write(path)
    with pytest.raises(mlcore.SettingError, match="table 'data' is there already"):
        data.write(path)
    data.write(path, if_exists="append")
    assert Dataset.read(path).shape == (4, 3)
    data.write(path, if_exists="replace")
    assert Dataset.read(path).columns == ["a", "v[v0]", "v[v1]"] and len(Dataset.read(path)) == 2
    before = path.read_bytes()
    with pytest.raises(mlcore.MlcoreError, match="no column named b"):
        Dataset.from_arrays({"b": [1]}).write(path, if_exists="append")
    assert path.read_bytes() == before
    with pytest.raises(mlcore.MlcoreError, match="duplicate column name"):
        Dataset.from_arrays({"a": [1], "A": [2]}).write(tmp_path / "new.db")
    assert not (tmp_path / "new.db").exists()


@needs_sqlite
@pytest.mark.parametrize("query", [
    "DELETE FROM orders", "DROP TABLE orders", "PRAGMA user_version = 3", "PRAGMA table_info(orders)",
    "ATTACH 'x.db' AS x", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE orders", "", "-- nothing",
    "EXPLAIN SELECT 1", "SELECT ?", "SELECT :a", "BEGIN", "VACUUM INTO 'x.db'", "SELEC 1",
    "SELECT nope FROM orders", "SELECT load_extension('x')", "CREATE TABLE x (y)",
    "INSERT INTO orders (id) VALUES (9999) RETURNING id", "SELECT * FROM pragma_table_info('orders')",
    "UPDATE orders SET id = 3", "REINDEX", "SELECT 1 UNION"])
def test_sqlite_runs_one_select_and_nothing_else(shop, query):
    before = shop.read_bytes()
    with pytest.raises(mlcore.SettingError, match="query"):
        Dataset.read(shop, query=query)
    assert shop.read_bytes() == before


@needs_sqlite
def test_sqlite_says_what_it_cannot_read(tmp_path, shop):
    with pytest.raises(mlcore.SettingError, match="did you mean 'orders'"):
        Dataset.read(shop, table="order")
    with pytest.raises(mlcore.SettingError, match="say one of them"):
        Dataset.read(shop, table="orders", query="SELECT 1")
    with pytest.raises(mlcore.MlcoreError, match="no such file"):
        Dataset.read(tmp_path / "none.db")
    with pytest.raises(mlcore.FormatError, match="is not an SQLite file"):
        read_text(tmp_path, "a,b\n1,2\n", "a.db")
    with pytest.raises(mlcore.FormatError, match="has no table"):
        read_text(tmp_path, "", "b.db")
    for value, message in (("x'00'", "a blob"), ("'t'", "a text, where rows before have a number"),
                           ("CAST(x'ff' AS TEXT)", "not valid UTF-8"),
                           ("'a' || char(0)", "NUL")):
        with pytest.raises(mlcore.FormatError, match=f"column 'x', row 2: .*{message}"):
            Dataset.read(shop, query=f"SELECT 1 AS x UNION ALL SELECT {value}")


@needs_sqlite
def test_sqlite_paths_are_file_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = Dataset.from_arrays({"a": [1, 2]})
    for name in ("file:x.db", ":memory:.db", "a?mode=ro&b.db", "é#%41.db"):
        data.write(name)
        assert (tmp_path / name).exists()
        same(data, Dataset.read(name))


@needs_sqlite
def test_sqlite_stops_when_cancelled(shop):
    endless = "WITH RECURSIVE r(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM r) SELECT count(*) FROM r"
    with pytest.raises(mlcore.MlcoreError, match="deadline"):
        Dataset.read(shop, query=endless, context=mlcore.Context(deadline_ms=300))


@needs_sqlite
def test_sqlite_damage_never_crashes(shop):
    good = shop.read_bytes()
    draw = random.Random(4)
    for cut in (0, 10, 99, 100, 1000, 4096, len(good) - 1):
        try:
            Dataset.parse(good[:cut], format="sqlite")
        except mlcore.MlcoreError as error:
            assert str(error)
    for _ in range(400):
        bad = bytearray(good)
        for _ in range(draw.randrange(1, 40)):
            at = draw.randrange(len(bad)) if draw.random() < 0.5 else draw.randrange(200)
            bad[at] = draw.randrange(256)
        try:
            Dataset.parse(bytes(bad), format="sqlite")
        except mlcore.MlcoreError as error:
            assert str(error)


# ---- the door ---------------------------------------------------------------------------------


def test_formats_are_told_by_ending_setting_and_bytes(tmp_path):
    data = Dataset.from_arrays({"a": [1, 2], "b": ["x", "y"]})
    files = ("db", "sqlite") if HAS_SQLITE else ()
    for ending in ("csv", "tsv", "TSV", "jsonl", "jsonl.gz", "ndjson", "txt", *files):
        data.write(tmp_path / ("rows." + ending))
        same(data, Dataset.read(tmp_path / ("rows." + ending)))
    assert (tmp_path / "rows.tsv").read_text() == "a\tb\n1\tx\n2\ty\n"
    assert gzip.decompress((tmp_path / "rows.jsonl.gz").read_bytes()).startswith(b'{"a":1')
    data.write(tmp_path / "odd", format="jsonl")
    same(data, Dataset.read(tmp_path / "odd", format="jsonl"))
    for ending in ("csv", "tsv", "jsonl", "jsonl.gz", *files):
        same(data, Dataset.parse((tmp_path / ("rows." + ending)).read_bytes()))
    with pytest.raises(mlcore.FormatError, match="the ending does not tell the format.*jsonl"):
        Dataset.read(tmp_path / "odd")
    with pytest.raises(mlcore.FormatError, match="the ending does not tell the format"):
        data.write(tmp_path / "rows.parquet")
    with pytest.raises(mlcore.SettingError, match="did you mean 'jsonl'"):
        Dataset.read(tmp_path / "odd", format="json")
    with pytest.raises(mlcore.SettingError, match="did you mean 'on_error'"):
        Dataset.read(tmp_path / "rows.jsonl", on_eror="skip")


def test_like_gives_types_in_every_format(tmp_path):
    train = Dataset.parse("zip,n,t\nA1,1,2024-01-01\nB2,2,2024-01-02\n", types={"t": "timestamp"},
                          format="csv")
    lines = '{"zip":123,"n":7,"t":"2024-02-02"}\n'
    assert Dataset.parse(lines, like=train).types == {"zip": "category", "n": "int64",
                                                      "t": "timestamp"}
    with pytest.raises(mlcore.FormatError, match="jsonl:1:6: column 'n': 'x' is no float64"):
        Dataset.parse('{"n":"x"}\n', like=train)
    if not HAS_SQLITE:
        return
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE a (zip INTEGER, n INTEGER, t TEXT)")
        db.execute("INSERT INTO a VALUES (123, 7, '2024-02-02')")
    db.close()
    assert Dataset.read(path, like=train).types == {"zip": "category", "n": "int64",
                                                    "t": "timestamp"}


def test_roles_go_with_every_format(tmp_path):
    data = read_text(tmp_path, '{"y":1,"w":2,"a":3}\n', target="y", weight="w")
    assert data.roles == {"y": "target", "w": "weight", "a": "feature"}
