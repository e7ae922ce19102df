"""Each check of exports.py finds what it is there for.

    exports_test.py SOURCE LIBRARY
"""
import copy
import pathlib
import sys

import exports


def gone_from_the_map(i):
    i.node_of.pop("mlc_version")
    i.nodes["MLC_0.1"][1].remove("mlc_version")


def new_in_the_map(i):
    i.node_of["mlc_more"] = "MLC_0.1"
    i.nodes["MLC_0.1"][1].append("mlc_more")


def new_in_the_headers(i):
    i.declared["mlc_more"] = i.declared["mlc_version"]


def new_in_the_library(i):
    i.exported.append(["T", "mlc_more@@MLC_0.1"])


def internal_in_the_library(i):
    i.exported.append(["T", "mlci_free@@MLC_0.1"])


def data_in_the_library(i):
    i.exported.append(["B", "mlc_data@@MLC_0.1"])


def weak_in_the_library(i):
    i.exported.append(["W", "mlc_version@@MLC_0.1"])


def gone_from_the_symbols_file(i):
    i.symbols.pop(("mlc_version", "MLC_0.1"))


def left_in_the_symbols_file(i):
    i.symbols["mlc_less", "MLC_0.1"] = "0.1.0"


def another_node(i):
    i.symbols["mlc_version", "MLC_0.2"] = i.symbols.pop(("mlc_version", "MLC_0.1"))


def another_node_in_the_library(i):
    i.exported.append(["T", "mlc_version@@MLC_0.2"])


def another_release(i):
    i.symbols["mlc_version", "MLC_0.1"] = "0.3.0"


def experimental_without_its_node(i):
    f = i.declared["mlc_version"]
    i.declared["mlc_version"] = f._replace(marks=f.marks + ["MLC_EXPERIMENTAL"])


def node_without_a_parent(i):
    i.nodes["MLC_0.2"] = ("", [])
    i.numbers["MLC_VERSION_MINOR"] = 2


def node_of_the_future(i):
    i.nodes["MLC_0.2"] = ("MLC_0.1", [])


def node_out_of_order(i):
    i.nodes["MLC_0.1"] = ("", list(reversed(i.nodes["MLC_0.1"][1])))


def released_node_grown(i):
    i.numbers["MLC_VERSION_MINOR"] = 2
    parent, names = i.nodes["MLC_0.1"]
    i.nodes["MLC_0.1"] = (parent, names + ["mlc_zebra"])


def released_function_gone(i):
    parent, names = i.nodes["MLC_0.1"]
    i.nodes["MLC_0.1"] = (parent, [name for name in names if name != "mlc_version"])


def later_than_it_says(i):
    i.symbols["mlc_version", "MLC_0.1"] = "0.2.0"


def two_meanings(i):
    """A second meaning in a newer node, the old one still there: allowed, and nothing to say."""
    i.numbers["MLC_VERSION_MINOR"] = 2
    i.released_nodes = {"MLC_0.1": i.nodes["MLC_0.1"]}
    i.nodes["MLC_0.2"] = ("MLC_0.1", ["mlc_model_fit"])
    i.node_of["mlc_model_fit"] = "MLC_0.2"
    i.exported.remove(["T", "mlc_model_fit@@MLC_0.1"])
    i.exported += [["T", "mlc_model_fit@MLC_0.1"], ["T", "mlc_model_fit@@MLC_0.2"]]
    i.symbols["mlc_model_fit", "MLC_0.2"] = "0.2.0"


def two_meanings_the_wrong_way_round(i):
    two_meanings(i)
    i.exported[-2:] = [["T", "mlc_model_fit@@MLC_0.1"], ["T", "mlc_model_fit@MLC_0.2"]]


CASES = [
    (gone_from_the_map, "mlc_version: exported but not in libmlcore.map"),
    (gone_from_the_map, "mlc_version: in the headers but not in libmlcore.map"),
    (new_in_the_map, "mlc_more: in libmlcore.map but not in the headers"),
    (new_in_the_map, "mlc_more: in libmlcore.map but not exported"),
    (new_in_the_headers, "mlc_more: in the headers but not in libmlcore.map"),
    (new_in_the_library, "mlc_more: exported but not in libmlcore.map"),
    (internal_in_the_library, "mlci_free: exported but not in libmlcore.map"),
    (data_in_the_library, "mlc_data@@MLC_0.1 is exported, but is no function"),
    (weak_in_the_library, "mlc_version@@MLC_0.1 is exported, but is no function"),
    (gone_from_the_symbols_file, "mlc_version@MLC_0.1: in libmlcore.map but not in libmlcore"),
    (left_in_the_symbols_file, "mlc_less@MLC_0.1: in libmlcore.symbols but not in libmlcore.map"),
    (another_node, "mlc_version@MLC_0.2: in libmlcore.symbols but not in libmlcore.map"),
    (another_node_in_the_library, "mlc_version@@MLC_0.2 is exported, but libmlcore.map has"),
    (another_release, "mlc_version: 0.3.0 is no release of node MLC_0.1"),
    (experimental_without_its_node, "mlc_version: the mark MLC_EXPERIMENTAL and the node"),
    (node_without_a_parent, "MLC_0.2 must inherit MLC_0.1"),
    (node_of_the_future, "MLC_0.2 is of a later release than the headers"),
    (node_out_of_order, "MLC_0.1 is not in order"),
    (released_node_grown, "MLC_0.1 was released and never changes"),
    (released_function_gone, "mlc_version was in MLC_0.1, and programs look for it there"),
    (two_meanings_the_wrong_way_round, "the default must be that of MLC_0.2"),
    (later_than_it_says, "mlc_version says 'Since 0.1', libmlcore.symbols 0.2.0"),
]


def main():
    failures = []
    whole = exports.Interface(pathlib.Path(sys.argv[1]), sys.argv[2])
    for change, says in CASES:
        i = copy.deepcopy(whole)
        change(i)
        said = [line for check in exports.CHECKS for line in check(i)]
        if not any(says in line for line in said):
            failures.append(f"{change.__name__}: wanted '{says}', got {said}")
    i = copy.deepcopy(whole)
    two_meanings(i)
    failures += [f"two_meanings is allowed, but: {line}" for check in exports.CHECKS
                 for line in check(i)]
    print("\n".join(failures) or f"{len(CASES)} disagreements are found")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
