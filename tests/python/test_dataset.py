"""Datasets: reading, roles, rows, columns, splits, printing."""
import pytest

import mlcore
from conftest import DATA

CSV = "id,age,name,income\n1,39,Ann,low\n2,50,Bob,high\n3,28,Cy,low\n4,61,Di,high\n"


@pytest.fixture
def people():
    return mlcore.Dataset.parse_csv(CSV, target="income", ignore=["id", "name"],
                                    positive="high")


def test_read_csv_takes_roles_and_types(tmp_path):
    path = tmp_path / "people é.csv"
    path.write_text(CSV)
    data = mlcore.read_csv(path, target="income", ignore="id,name", types={"age": "float64"})
    assert data.shape == (4, 4) and len(data) == 4
    assert data.columns == ["id", "age", "name", "income"]
    assert data.roles == {"id": "ignore", "age": "feature", "name": "ignore", "income": "target"}
    assert data.types["age"] == "float64"


def test_names_with_commas_are_given_as_lists():
    data = mlcore.Dataset.parse_csv('"a, b",c\n1,2\n', ignore=["a, b"], types={"a, b": "text"})
    assert data.roles == {"a, b": "ignore", "c": "feature"}
    assert data.types["a, b"] == "text"
    assert data.select(["a, b"]).columns == ["a, b"]


def test_compressed_file_of_the_census_is_read():
    data = mlcore.read_csv(DATA / "adult.csv.gz", target="income")
    assert data.shape == (48842, 15)
    assert data.categories("income") == ["<=50K", ">50K"]


def test_with_roles_shares_columns_and_changes_roles(people):
    other = people.with_roles(weight="age", feature="name")
    assert other.roles == {"id": "ignore", "age": "weight", "name": "feature",
                           "income": "target"}
    assert people.roles["age"] == "feature"
    with pytest.raises(mlcore.ColumnError, match="did you mean 'age'"):
        people.with_roles(weight="agee")


def test_select_takes_names_types_roles_and_patterns(people):
    assert people.select("type:number").columns == ["id", "age"]
    assert people.select("age", "role:target").columns == ["age", "income"]
    assert people.select(["income", "n*"]).columns == ["income", "name"]


def test_rows_are_chosen_like_those_of_a_list(people):
    assert people[1:3].items("id") == [2, 3]
    assert people[-2:].items("id") == [3, 4]
    assert people[::-2].items("id") == [4, 2]
    assert people[[3, -4]].items("id") == [4, 1]
    assert people[people["age"] > 40].items("id") == [2, 4]
    assert people[3:1].items("id") == []
    assert people[2] == {"id": 3, "age": 28, "name": "Cy", "income": "low"}
    assert people[-1]["name"] == "Di"


def test_rows_that_are_not_there_are_refused(people):
    with pytest.raises(IndexError):
        people[4]
    with pytest.raises(mlcore.ArgumentError):
        people[[4]]
    with pytest.raises(mlcore.ArgumentError, match="mask has 2 values for 4 rows"):
        people[[True, False]]
    with pytest.raises(mlcore.ArgumentError, match="select"):
        people[["age"]]


def test_iteration_gives_rows_as_dicts(people):
    assert [row["name"] for row in people] == ["Ann", "Bob", "Cy", "Di"]
    assert next(iter(people)) == people[0]


def test_to_dict_gives_lists(people):
    assert people.to_dict()["age"] == [39, 50, 28, 61]
    assert dict(people[:1].to_dict(), extra=1)["income"] == ["low"]


def test_hold_out_split_is_one_pair(iris):
    (train, test), = iris.split("hold_out", test_size=0.2, stratify=True)
    assert (len(train), len(test)) == (120, 30)
    assert sorted(test["species"].tolist()) == ["setosa"] * 10 + ["versicolor"] * 10 + \
        ["virginica"] * 10


def test_k_fold_split_covers_each_row_once(iris):
    data = mlcore.Dataset.from_arrays({"i": list(range(10))})
    pairs = data.split("k_fold", n_splits=5, shuffle=True, random_state=3)
    assert len(pairs) == 5
    assert sorted(i for _, test in pairs for i in test.items("i")) == list(range(10))
    for train, test in pairs:
        assert not set(train.items("i")) & set(test.items("i"))


def test_unknown_splitter_is_refused(iris):
    with pytest.raises(mlcore.ComponentError, match="k_fold"):
        iris.split("k_folds")


def test_describe_has_a_row_a_column(people):
    profile = people.describe()
    assert profile.items("column") == people.columns
    assert profile.items("mean")[1] == pytest.approx(44.5)


def test_repr_is_the_printed_table(people):
    text = repr(people)
    assert text.splitlines()[0].split() == ["id", "age", "name", "income"]
    assert "Bob" in text


def test_format_writes_csv_and_json(people):
    assert people.format(format="csv") == CSV
    assert '"rows"' in people.format(format="json")


def test_write_csv_reads_back(people, tmp_path):
    people.write_csv(tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == CSV


def test_problems_lists_rows_left_out():
    data = mlcore.Dataset.parse_csv("a,b\n1,2\n3\n4,5\n", on_error="collect")
    assert data.items("a") == [1, 4]
    assert data.problems().items("line") == [3]


def test_contains_and_keys_are_about_columns(people):
    assert "age" in people and "Ann" not in people
    assert people.keys() == people.columns


def test_file_is_read_with_the_types_of_other_rows_or_of_a_model(tmp_path):
    train = mlcore.Dataset.parse_csv("code,n,y\n01,1,1\n02,2,2\nx,3,3\n01,4,1\n", target="y")
    model = mlcore.pipeline("automatic", mlcore.Ridge()).fit(train)
    path = tmp_path / "digits.csv"
    path.write_text("code,n\n01,5\n02,6\n")
    assert mlcore.read_csv(path).types["code"] == "int64"
    with pytest.raises(mlcore.ColumnError, match="code"):
        model.predict(mlcore.read_csv(path))
    for rows in (mlcore.read_csv(path, like=train), mlcore.read_csv(path, like=model),
                 mlcore.read_csv(path, like=mlcore.loads(model.dumps())),
                 mlcore.Dataset.parse_csv(path.read_bytes(), like=model, ignore="n")):
        assert rows.items("code") == ["01", "02"] and rows.types["code"] == "category"
    assert rows.roles["n"] == "ignore"
    assert len(model.predict(mlcore.read_csv(path, like=model))) == 2
    with pytest.raises(mlcore.FormatError, match="'many' in column 'n' is not a float64") as e:
        mlcore.Dataset.parse_csv("code,n\n01,many\n", like=model)
    assert (e.value.name, e.value.line) == ("n", 2)
    with pytest.raises(mlcore.NotFittedError):
        mlcore.read_csv(path, like=mlcore.Ridge())
    schema = model.table("schema")
    assert len(schema) == 0 and schema.types == {"code": "category", "n": "int64"}


def test_integers_of_a_view_are_exact():
    large = 2 ** 53 + 1
    data = mlcore.Dataset.from_arrays({"i": [5, large, -3], "some": [large, None, 3]})
    view = data[[1, 0]]
    assert view["i"].tolist() == [large, 5] and view["i"].dtype == "int64"
    assert view.items("some") == [None, large]
    assert data[[0, 2]].items("some") == [large, 3]
    stamps = mlcore.Dataset.parse_csv("t\n9999-12-31T23:59:59.999999Z\nNA\n",
                                      types={"t": "timestamp"})
    assert str(stamps[[0]]["t"][0]) == "9999-12-31T23:59:59.999999"


def test_concat_is_that_of_pandas(tmp_path):
    pandas = pytest.importorskip("pandas")
    flowers = mlcore.read_csv(DATA / "iris.csv", target="species")
    birds = mlcore.read_csv(DATA / "penguins.csv", target="species")
    parts = [flowers[10:70], birds[::7], flowers, birds[0:0]]
    ours = mlcore.concat(parts, columns="union").to_pandas()
    wanted = pandas.concat([part.to_pandas().astype({"species": str}) for part in parts],
                           ignore_index=True)
    assert list(ours.columns) == list(wanted.columns)
    for name in ours.columns:
        mine, other = ours[name].tolist(), wanted[name].tolist()
        assert [None if pandas.isna(value) else value for value in mine] == \
            [None if pandas.isna(value) else value for value in other]


def test_concat_refuses_what_does_not_go_together(people):
    other = mlcore.Dataset.parse_csv("id,age,name,income\n1,old,Eve,low\n")
    with pytest.raises(mlcore.ColumnError, match="column 'age' is a category in part 2"):
        mlcore.concat([people, other])
    with pytest.raises(mlcore.ColumnError, match="'name' is in part 1 and not in part 2"):
        mlcore.concat([people, people.select("id,age,income")])
    with pytest.raises(mlcore.ArgumentError, match="n_parts = 0"):
        mlcore.concat([])
    both = mlcore.concat(iter([people, people]))
    assert len(both) == 8 and both.roles == people.roles
