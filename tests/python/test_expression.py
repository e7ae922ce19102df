"""Expressions beside Python itself, row by row, and beside DuckDB: random ones, of every type."""
import datetime
import math
import operator
import random

import duckdb
import pytest

import mlcore

N = 60
BIG = 2 ** 63


def rows_of(seed):
    draw = random.Random(seed)
    words = ["", "a", "Ab", "abc", "Zürich", "ß x", " b ", "aXa", "12", "-3.5"]
    some = lambda value: None if draw.random() < 0.15 else value
    start = datetime.datetime(1960, 1, 1)
    return {
        "i": [some(draw.choice([0, 1, -1, 7, draw.randrange(-50, 50)])) for _ in range(N)],
        "j": [some(draw.choice([2, -3, 0, draw.randrange(-9, 9)])) for _ in range(N)],
        "big": [some(draw.choice([BIG - 1, -BIG, 3, 2 ** 62])) for _ in range(N)],
        "x": [some(draw.choice([0.0, 0.5, -2.5, draw.gauss(0, 10)])) for _ in range(N)],
        "y": [some(draw.choice([1.0, -0.25, 3e200, draw.random()])) for _ in range(N)],
        "b": [some(draw.random() < 0.5) for _ in range(N)],
        "t": [some(draw.choice(words)) for _ in range(N)],
        "c": [some(draw.choice(words)) for _ in range(N)],
        "when": [some(start + datetime.timedelta(seconds=draw.randrange(3 * 10 ** 9)))
                 for _ in range(N)],
    }


def dataset_of(rows):
    # repr of a float and ISO times read back exactly
    def cell(value):
        if value is None:
            return "NA"
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, str):
            return '"' + value + '"'
        return value.isoformat() if isinstance(value, datetime.datetime) else repr(value)

    lines = [",".join(rows)]
    lines += [",".join(cell(rows[name][k]) for name in rows) for k in range(N)]
    return mlcore.Dataset.parse_csv("\n".join(lines) + "\n", types={
        "i": "int64", "j": "int64", "big": "int64", "x": "float64", "y": "float64", "b": "bool",
        "t": "text", "c": "category", "when": "timestamp"})


# ---- what each operator means, by Python's own ------------------------------------------------

def integer(value):
    return value if value is not None and -BIG <= value < BIG else None


def real(value):
    return None if value is None or math.isnan(value) else value


def divide(a, b):
    if b == 0:
        return math.copysign(math.inf, a) * math.copysign(1, b) if a != 0 else None
    return a / b


def real_or_none(value):
    return None if value is None else float(value)


def guarded(function):
    """None where an argument is None."""
    return lambda *args: None if None in args else function(*args)


def of_integers(function):
    return guarded(lambda *args: integer(function(*map(int, args))))


def of_reals(function):
    def run(*args):
        try:
            return real(function(*map(float, args)))
        except ValueError:
            return None
        except OverflowError:
            return math.inf
    return guarded(run)


def three_and(a, b):
    return False if a is False or b is False else None if a is None or b is None else True


def three_or(a, b):
    return True if a is True or b is True else None if a is None or b is None else False


def substring(t, start, count):
    start = start - 1 if start > 0 else max(len(t) + start, 0) if start < 0 else 0
    return t[start:start + max(count, 0)]


def changed(t, change):
    """Letter by letter, as the library does: those that would become several stay."""
    return "".join(change(c) if len(change(c)) == 1 else c for c in t)


COMPARE = {"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
           ">": operator.gt, ">=": operator.ge}


class Maker:
    """Random expressions: pairs of a text and a function of a row."""

    def __init__(self, seed):
        self.draw = random.Random(seed)

    def make(self, kind, depth):
        if kind == "w" or depth == 0 or self.draw.random() < 0.1:
            return self.leaf(kind)
        text, function, kinds = self.draw.choice(RULES[kind])
        parts = [self.make(k, depth - 1) for k in kinds]
        return (text.format(*(part[0] for part in parts)),
                lambda row: function(*(part[1](row) for part in parts)))

    def leaf(self, kind):
        names = {"i": ["i", "j", "big"], "r": ["x", "y"], "b": ["b"], "t": ["t", "c"],
                 "w": ["when"]}[kind]
        if kind == "w" or self.draw.random() < 0.7:
            name = self.draw.choice(names)
            return name, lambda row: row[name]
        value = {"i": lambda: self.draw.randrange(0, 20), "r": lambda: self.draw.random() * 4,
                 "b": lambda: self.draw.random() < 0.5,
                 "t": lambda: self.draw.choice(["a", "Ab", "", "x"])}[kind]()
        text = str(value).lower() if kind == "b" else repr(value)
        return text, lambda row: value


RULES = {
    "i": [("({} + {})", of_integers(operator.add), "ii"), ("({} - {})", of_integers(operator.sub), "ii"),
          ("({} * {})", of_integers(operator.mul), "ii"),
          ("({} // {})", of_integers(lambda a, b: None if b == 0 else a // b), "ii"),
          ("({} % {})", of_integers(lambda a, b: None if b == 0 else a % b), "ii"),
          ("-{}", of_integers(operator.neg), "i"), ("abs({})", of_integers(abs), "i"),
          ("min({}, {}, {})", of_integers(min), "iii"), ("max({}, {})", of_integers(max), "ii"),
          ("length({})", guarded(len), "t"),
          ("int({})", guarded(lambda x: int(x) if -BIG <= x < BIG else None), "r"),
          ("if({}, {}, {})", lambda c, a, b: a if c else b, "bii"),
          ("coalesce({}, {})", lambda a, b: b if a is None else a, "ii"),
          ("year({})", guarded(lambda t: t.year), "w"), ("month({})", guarded(lambda t: t.month), "w"),
          ("day({})", guarded(lambda t: t.day), "w"), ("hour({})", guarded(lambda t: t.hour), "w"),
          ("minute({})", guarded(lambda t: t.minute), "w"),
          ("second({})", guarded(lambda t: t.second), "w"),
          ("weekday({})", guarded(lambda t: t.weekday()), "w"),
          ("day_of_year({})", guarded(lambda t: t.timetuple().tm_yday), "w")],
    "r": [("({} + {})", of_reals(operator.add), "rr"), ("({} - {})", of_reals(operator.sub), "rr"),
          ("({} * {})", of_reals(operator.mul), "ri"), ("({} / {})", of_reals(divide), "ri"),
          ("({} / {})", of_reals(divide), "ii"), ("sqrt({})", of_reals(math.sqrt), "r"),
          ("floor({})", of_reals(lambda x: x if math.isinf(x) else math.floor(x)), "r"),
          ("ceil({})", of_reals(lambda x: x if math.isinf(x) else math.ceil(x)), "r"),
          ("round({})", of_reals(lambda x: x if math.isinf(x) else round(x)), "r"),
          ("if({}, {}, {})", lambda c, a, b: real_or_none(a if c else b), "bri"),
          ("days_between({}, {})",
           guarded(lambda a, b: (b - a) / datetime.timedelta(days=1)), "ww"),
          ("real({})", of_reals(float), "i")],
    "b": [("not {}", guarded(operator.not_), "b"), ("({} and {})", three_and, "bb"),
          ("({} or {})", three_or, "bb"), ("({} is missing)", lambda a: a is None, "i"),
          ("({} is not missing)", lambda a: a is not None, "t"),
          ("({} between {} and {})", guarded(lambda a, b, c: b <= a <= c), "iii"),
          ("({} in (0, 1, -3, 7))", guarded(lambda a: a in (0, 1, -3, 7)), "i"),
          ("({} not in ('a', '', 'aXa'))", guarded(lambda a: a not in ("a", "", "aXa")), "t"),
          ("contains({}, {})", guarded(lambda a, b: b in a), "tt"),
          ("starts_with({}, {})", guarded(str.startswith), "tt"),
          ("ends_with({}, {})", guarded(str.endswith), "tt"),
          ("({} >= '1990-05-17')", guarded(lambda a: a >= datetime.datetime(1990, 5, 17)), "w")] +
         [(f"({{}} {mark} {{}})", guarded(function), kinds) for mark, function in COMPARE.items()
          for kinds in ("ii", "rr", "tt", "ww")],
    "t": [("lower({})", guarded(lambda t: changed(t, str.lower)), "t"),
          ("upper({})", guarded(lambda t: changed(t, str.upper)), "t"),
          ("trim({})", guarded(str.strip), "t"), ("({} + {})", guarded(operator.add), "tt"),
          ("concat({}, '-', {})", guarded(lambda a, b: a + "-" + b), "tt"),
          ("replace({}, 'a', {})", guarded(lambda a, b: a.replace("a", b)), "tt"),
          ("substring({}, {}, {})", guarded(substring), "tii"),
          ("if({}, {}, {})", lambda c, a, b: a if c else b, "btt"),
          ("coalesce({}, {}, 'none')", lambda a, b: a if a is not None else b if b is not None
           else "none", "tt"),
          ("text({})", guarded(lambda b: str(b).lower()), "b"), ("text({})", guarded(str), "i")],
}


@pytest.mark.parametrize("kind", "irbt")
@pytest.mark.parametrize("seed", range(100))
def test_random_expressions_give_what_python_gives(kind, seed):
    rows = rows_of(seed % 7)
    data = dataset_of(rows)
    text, function = Maker(f"{kind}{seed}").make(kind, 1 + seed % 4)
    got = data.with_column("result", text).items("result")
    expected = [function({name: rows[name][k] for name in rows}) for k in range(N)]
    assert got == expected, text


LIKE_SQL = [  # what DuckDB writes in the same words
    "b and i > 2 or t is null", "not b or x < y", "i between -2 and 9 and j in (2, -3)",
    "coalesce(i, j, 4) * 2 + 1", "x + y - i", "i / j", "abs(i) * 3 - j",
    "length(t) + i", "lower(c) = 'ab' or upper(t) <> 'ABC'", "contains(t, 'a') and not contains(c, 'X')",
    "replace(t, 'a', 'zz')", "concat(t, '|') = 'a|'", "year(\"when\") * 100 + month(\"when\")",
    "hour(\"when\") = 3 or minute(\"when\") > 30", "\"when\" > TIMESTAMP '1999-01-01 00:00:00'",
    "floor(x) + ceil(y)", "sqrt(abs(x))", "substring(t, 2, 2)", "trim(t)", "i % 5 = 0 and i >= 0",
]


@pytest.mark.parametrize("sql", LIKE_SQL)
def test_expressions_that_are_sql_too_give_what_duckdb_gives(sql):
    rows = rows_of(11)
    ours = sql.replace('"when"', "`when`")
    ours = ours.replace("TIMESTAMP '1999-01-01 00:00:00'", "'1999-01-01'")
    got = dataset_of(rows).with_column("result", ours).items("result")
    db = duckdb.connect()
    db.execute("create table d (i bigint, j bigint, big bigint, x double, y double, b boolean, "
               "t varchar, c varchar, \"when\" timestamp)")
    db.executemany("insert into d values (?, ?, ?, ?, ?, ?, ?, ?, ?)", list(zip(*rows.values())))
    expected = [value for value, in db.execute(f"select {sql} from d").fetchall()]
    if "concat(" in sql:  # there a missing part counts as empty
        expected = [None if t is None else v for t, v in zip(rows["t"], expected)]
    if sql == "i / j":  # 0 / 0 is missing here
        expected = [None if v is not None and math.isnan(v) else v for v in expected]
    assert got == expected


def test_exp_log_and_powers_are_near_those_of_python():
    rows = rows_of(3)
    data = dataset_of(rows)
    for text, function in [("exp(x)", math.exp), ("log(abs(x))", lambda v: math.log(abs(v))),
                           ("abs(x) ** 1.7", lambda v: abs(v) ** 1.7), ("x ** 3", lambda v: v ** 3),
                           ("pow(2, x)", lambda v: 2 ** v)]:
        got = data.with_column("result", text).items("result")
        for value, result in zip(rows["x"], got):
            if value is None or (value == 0 and "log" in text):
                continue
            expected = function(value)
            assert abs(result - expected) <= 3e-16 * abs(expected), (text, value)


def test_mistakes_have_their_place():
    data = dataset_of(rows_of(0))
    with pytest.raises(mlcore.ColumnError) as failure:
        data.filter("i > 1 and\n  weight > 2")
    assert (failure.value.line, failure.value.column) == (2, 3)
    with pytest.raises(mlcore.SettingError, match="no function 'lenght': did you mean 'length'"):
        data.filter("lenght(t) > 1")
