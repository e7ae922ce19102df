"""Reading and writing CSV, against pandas, pyarrow and polars on the same files."""
import gzip
import io
import math
import random
import struct

import numpy
import pandas
import polars
import pyarrow.csv
import pytest

import mlcore


def read(tmp_path, text, **options):
    path = tmp_path / "data.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return mlcore.read_csv(path, **options), path


def same_columns(ours, theirs):
    assert ours.columns == list(theirs.columns)
    for name in ours.columns:
        mine, other = list(ours[name]), theirs[name].tolist()
        assert len(mine) == len(other)
        for a, b in zip(mine, other):
            if pandas.isna(b):
                assert a is None or pandas.isna(a)
            else:
                assert a == b, (name, a, b)


EUROPE = "when;price;n;city\n1;1.234,5;10;Paris\n2;-0,25;1.000.000;Rome\n3;;7;\n"


def test_decimal_and_thousands_marks_are_those_of_pandas(tmp_path):
    ours, path = read(tmp_path, EUROPE, decimal=",", thousands=".")
    theirs = pandas.read_csv(path, sep=";", decimal=",", thousands=".")
    same_columns(ours, theirs)
    assert ours["n"].tolist() == [10, 1000000, 7]
    quoted = 'a,b\n"1,234","5,5"\n"12","x"\n'
    ours, path = read(tmp_path, quoted, thousands=",", delimiter=",")
    assert ours["a"].tolist() == [1234, 12]
    assert list(ours["b"]) == ["5,5", "x"]


def test_comment_lines_are_those_of_pandas_and_polars(tmp_path):
    text = '# made "today\n#\na,b\n1,x\n# in between, with a comma\n2,#y\n3,"#z"\n'
    ours, path = read(tmp_path, text, comment="#")
    theirs = polars.read_csv(path, comment_prefix="#").to_pandas()
    same_columns(ours, theirs)
    rows = "".join(f"{i},text {i % 5}\n" + ("# \"half a quote\n" if i % 1000 == 7 else "")
                   for i in range(200000))
    ours, path = read(tmp_path, "i,t\n" + rows, comment="#")
    assert ours["i"].tolist() == list(range(200000))


@pytest.mark.parametrize("skip, n", [(0, 3), (2, 0), (5, 100000), (70000, 5), (99999, 10), (200000, 1)])
def test_row_ranges_are_those_of_pandas(tmp_path, skip, n):
    rows = "".join(f'{i},{"" if i % 9 == 0 else i / 4},"t\n{i % 3}"\n' for i in range(100000))
    ours, path = read(tmp_path, "i,x,t\n" + rows, skip_rows=skip, n_rows=n)
    theirs = pandas.read_csv(path).iloc[skip:skip + n]
    assert len(ours) == len(theirs)
    if len(theirs):
        same_columns(ours, theirs)


def test_row_ranges_see_types_of_their_rows_only(tmp_path):
    ours, _ = read(tmp_path, "a,b\nx,1\n2,ragged,row\n3,4\n5,y\n", skip_rows=2, n_rows=1)
    assert ours["a"].tolist() == [3] and ours["b"].tolist() == [4]


def test_columns_are_those_of_pandas_in_the_order_of_the_file(tmp_path):
    text = "a,b,c,d\n1,2,bad,x\n3,4,worse,y\n"
    ours, path = read(tmp_path, text, columns=["d", "a"], target="d")
    same_columns(ours, pandas.read_csv(path, usecols=["d", "a"]))
    with pytest.raises(mlcore.ColumnError, match="columns: .* has no column 'prise'; did you mean 'price'"):
        read(tmp_path, "price,n\n1,2\n", columns=["prise"])
    with pytest.raises(mlcore.ColumnError, match="'b'"):
        read(tmp_path, text, columns="a", target="b")


@pytest.mark.parametrize("encoding, name", [("latin-1", "latin-1"), ("utf-16", "utf-16"),
                                            ("utf-16-le", "utf-16"), ("utf-16-le", "utf-16-le"),
                                            ("utf-16-be", "utf-16-be")])
def test_encodings_are_those_of_python(tmp_path, encoding, name):
    text = "stadt,größe\nKöln,1.5\n\"Zürich, \xdf\",2\n" + "".join(f"é{i % 40},{i}\n" for i in range(90000))
    if encoding != "latin-1":
        text += "\U0001f600 €,3\n"
    path = tmp_path / "data.csv"
    path.write_bytes(text.encode(encoding))
    ours = mlcore.read_csv(path, encoding=name)
    same_columns(ours, pandas.read_csv(path, encoding=encoding))
    packed = tmp_path / "data.csv.gz"
    packed.write_bytes(gzip.compress(text.encode(encoding)))
    same_columns(mlcore.read_csv(packed, encoding=name), pandas.read_csv(path, encoding=encoding))


def test_wrong_encoding_says_which_to_try(tmp_path):
    with pytest.raises(mlcore.FormatError, match=r":2:4: byte 0xE9 is not UTF-8: .*encoding=latin-1"):
        mlcore.Dataset.parse_csv(b"a\ncaf\xe9\n")
    with pytest.raises(mlcore.FormatError, match="encoding=utf-16"):
        mlcore.Dataset.parse_csv("a\nb\n".encode("utf-16"))


TIMES = """t,d,mixed,some,word
2024-02-29T12:00:00Z,2024-01-31,2024-01-31,2024-05-05,2024-02-30
2024-03-01 08:30:15.25,1999-12-31,x,,2024-01-01
2024-03-01T10:00:00+02:00,2000-02-29,2024-01-31,NA,2024-01-02
"""


def test_times_are_inferred_where_all_values_are(tmp_path):
    ours, path = read(tmp_path, TIMES)
    theirs = pandas.read_csv(path)
    for name in ("t", "d", "some"):
        expected = pandas.to_datetime(theirs[name], utc=True, format="ISO8601")
        mine = pandas.Series(ours[name])
        mine = mine.dt.tz_localize("UTC") if mine.dt.tz is None else mine
        for a, b in zip(mine, expected):
            assert (pandas.isna(a) and pandas.isna(b)) or a == b
    assert list(ours["mixed"]) == theirs["mixed"].tolist()
    assert list(ours["word"]) == theirs["word"].tolist()
    arrow = pyarrow.csv.read_csv(io.BytesIO(b"d\n2024-01-31\n1999-12-31\n"))
    assert str(arrow.schema.field("d").type) == "date32[day]"  # pyarrow infers them as well
    off, _ = read(tmp_path, TIMES, timestamps=False)
    assert list(off["d"]) == theirs["d"].tolist()


def test_settings_that_clash_are_named(tmp_path):
    for options, message in [({"thousands": "."}, "thousands and decimal are both '.'"),
                             ({"comment": '"'}, "comment and quote are both"),
                             ({"decimal": "x"}, "decimal = 'x': must be one ASCII byte"),
                             ({"comment": "##"}, "comment = '##': must be none or one ASCII byte"),
                             ({"skip_rows": -1}, "skip_rows"),
                             ({"encoding": "utf-9"}, "utf-8"),
                             ({"skip_row": 1}, "did you mean 'skip_rows'")]:
        with pytest.raises(mlcore.SettingError, match=message.replace("(", r"\(")):
            read(tmp_path, "a,b\n1,2\n", **options)


def test_numbers_are_those_of_python(tmp_path):
    draw = random.Random(3)
    values = []
    for _ in range(200000):
        bits = draw.getrandbits(64)
        value = struct.unpack("<d", struct.pack("<Q", bits))[0]
        values.append(value if math.isfinite(value) else draw.random())
    for digits in (15, 16, 17, 18, 19, 20, 23):
        values += [float(f"{draw.uniform(-1, 1) * 10 ** draw.randint(-3, 6):.{digits}f}") for _ in range(3000)]
    texts = [repr(v) for v in values]
    texts += [f"{draw.uniform(-1e6, 1e6):.{draw.randint(0, 22)}f}" for _ in range(100000)]
    # The published kind of hard case: at and beside the middle of two doubles, subnormals, the ends.
    texts += ["9007199254740993", "9007199254740992.9999999", "9007199254740993.0000001", "0.5e-323",
              "2.4703282292062327e-324", "2.4703282292062328e-324", "2.2250738585072011e-308",
              "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308",
              "8.442911973260991817129021e-309", "7.8459735791271921e65", "6929495644600919.5",
              "3.7455744005952583e15", "0.000000000000000000000001", "123456789012345678901234",
              "1" + "0" * 22, "1" + "0" * 23, "-0", "-0.0", "5e-324", "1e23", "18446744073709551616",
              "0.1000000000000000055511151231257827", "1090544144181609348671888949248"]
    (tmp_path / "n.csv").write_text("x\n" + "\n".join(texts) + "\n")
    ours = mlcore.read_csv(tmp_path / "n.csv", types={"x": "float64"})["x"]
    expected = numpy.array([float(t) for t in texts])
    assert ours.view("int64").tolist() == expected.view("int64").tolist()


@pytest.mark.parametrize("name", ["out.csv", "out.csv.gz"])
def test_what_is_written_is_read_by_the_others(tmp_path, name):
    frame = pandas.DataFrame({
        "i": range(50000), "x": numpy.random.default_rng(5).standard_normal(50000),
        "t": ['say "hi", ' + str(i) if i % 3 else "l\nl" for i in range(50000)],
        "c": ["red" if i % 2 else "dark blue" for i in range(50000)]})
    path = tmp_path / name
    mlcore.Dataset.from_pandas(frame).write_csv(path)
    pandas.testing.assert_frame_equal(pandas.read_csv(path), frame, check_dtype=False, rtol=0)
    data = gzip.open(path).read() if name.endswith("gz") else path.read_bytes()
    same_columns(mlcore.read_csv(path), polars.read_csv(io.BytesIO(data)).to_pandas())


def test_many_columns_and_none(tmp_path):
    n = 100000
    ours, path = read(tmp_path, ",".join(f"c{i}" for i in range(n)) + "\n" +
                      (",".join(str(i % 10) for i in range(n)) + "\n") * 3)
    assert ours.shape == (3, n) and ours[f"c{n - 1}"].tolist() == [9, 9, 9]
    few = mlcore.read_csv(path, columns=["c7", "c99998"])
    assert few.columns == ["c7", "c99998"] and few["c99998"].tolist() == [8, 8, 8]
