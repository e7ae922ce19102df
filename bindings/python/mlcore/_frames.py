"""Datasets as pandas DataFrames, without Arrow."""
from typing import Any


def to_pandas(dataset: Any) -> Any:
    import pandas

    columns = {}
    for name, kind in dataset.types.items():
        if kind == "category":
            columns[name] = pandas.Categorical.from_codes(dataset.codes(name),
                                                          dataset.categories(name))
        elif kind == "vector":
            values = dataset.column(name)
            for k, component in enumerate(dataset.components(name)):
                columns[f"{name}[{component}]"] = values[:, k]
        elif kind in ("int64", "bool"):
            values = dataset.items(name)
            nullable = "Int64" if kind == "int64" else "boolean"
            columns[name] = pandas.array(values, dtype=nullable) if None in values else \
                dataset.column(name)
        else:
            columns[name] = dataset.column(name)
    return pandas.DataFrame(columns)
