"""The public headers, the version script, the shared library and the symbols file name the same
functions, with the same version nodes; nothing but functions is exported.

    exports.py check SOURCE LIBRARY
    exports.py update SOURCE LIBRARY     adds new functions to tests/abi/libmlcore.symbols

The symbols file is as Debian's dpkg-gensymbols reads it: each symbol with its node and the release
it first appeared in. A line of a release that is out never changes; nor does its node.
"""
import pathlib
import re
import subprocess
import sys

from declarations import read_headers, read_map, read_symbols

EXPERIMENTAL = "MLC_EXPERIMENTAL"


class Interface:
    def __init__(self, source, library):
        headers = read_headers(source / "include/mlcore")
        self.numbers = {name: int(value) for header in headers
                        for name, value in header.numbers.items() if name.startswith("MLC_VERSION_")}
        self.declared = {name: f for header in headers for name, f in header.functions.items()}
        self.nodes = read_map(source / "lib/libmlcore.map")
        self.released_nodes = read_map(source / "tests/abi/previous/libmlcore.map")
        self.symbols_file = source / "tests/abi/libmlcore.symbols"
        self.symbols = read_symbols(self.symbols_file) if self.symbols_file.exists() else {}
        self.node_of = {name: node for node, (_, names) in self.nodes.items() for name in names}
        self.docs = {path.name: path.read_text(encoding="utf-8")
                     for path in (source / "include/mlcore").glob("*.h")}
        table = subprocess.run(["nm", "-D", "--defined-only", library], check=True, text=True,
                               capture_output=True).stdout
        dynamic = subprocess.run(["readelf", "-dW", library], check=True, text=True,
                                 capture_output=True).stdout
        self.soname = re.search(r"\(SONAME\).*\[(.*)\]", dynamic)[1]
        self.exported = [line.split()[-2:] for line in table.splitlines()]  # kind, name@@node

    def version(self):
        return tuple(self.numbers[f"MLC_VERSION_{part}"] for part in ("MAJOR", "MINOR", "PATCH"))

    def release(self):
        return ".".join(map(str, self.version()))


def version_of(node):
    """(1, 2) of MLC_1.2, None of another name."""
    match = re.fullmatch(r"MLC_(\d+)\.(\d+)", node)
    return (int(match[1]), int(match[2])) if match else None


def same_names(i):
    exported = {name.split("@")[0] for kind, name in i.exported if kind != "A"}
    script, declared, listed = set(i.node_of), set(i.declared), set(i.symbols)
    for what, names in [("in the headers but not in libmlcore.map", declared - script),
                        ("in libmlcore.map but not in the headers", script - declared),
                        ("in libmlcore.map but not exported", script - exported),
                        ("exported but not in libmlcore.map", exported - script),
                        ("in libmlcore.map but not in libmlcore.symbols: ninja abi-baseline adds "
                         "it", {n for n in script - listed if i.node_of[n] != EXPERIMENTAL}),
                        ("in libmlcore.symbols but not in libmlcore.map", listed - script)]:
        for name in sorted(names):
            yield f"{name}: {what}"


def only_functions(i):
    for kind, name in i.exported:
        if kind not in "TA":
            yield f"{name} is exported, but is no function (nm calls it {kind})"
        if kind == "A" and name.split("@")[0] not in i.nodes:
            yield f"{name}: a node that libmlcore.map does not have"


def same_nodes(i):
    for kind, name in i.exported:
        if kind == "A":
            continue
        symbol, _, node = name.partition("@@")
        if node != i.node_of.get(symbol, node):
            yield f"{symbol} is exported as {node}, libmlcore.map says {i.node_of[symbol]}"
    for symbol, (node, release) in i.symbols.items():
        said = version_of(node)
        if node != i.node_of.get(symbol, node):
            yield f"{symbol}: libmlcore.symbols says {node}, libmlcore.map {i.node_of[symbol]}"
        if said is None or tuple(map(int, release.split(".")[:2])) != said:
            yield f"{symbol}: {release} is no release of node {node}"
    for symbol, f in i.declared.items():
        is_experimental = EXPERIMENTAL in f.marks
        if is_experimental != (i.node_of.get(symbol) == EXPERIMENTAL) and symbol in i.node_of:
            yield f"{symbol}: the mark {EXPERIMENTAL} and the node of that name go together"


def nodes_in_order(i):
    """A node a minor release, each inheriting the one before; the first hides all else."""
    before = ""
    for node, (parent, names) in i.nodes.items():
        if names != sorted(names):
            yield f"libmlcore.map: {node} is not in order"
        if len(set(names)) != len(names) or any(i.node_of.get(name) != node for name in names):
            yield f"libmlcore.map: a name of {node} is listed twice"
        if node == EXPERIMENTAL:
            continue
        if version_of(node) is None or (before and version_of(node) <= version_of(before)):
            yield f"libmlcore.map: {node} does not follow {before}"
            continue
        if parent != before:
            yield f"libmlcore.map: {node} must inherit {before or 'nothing'}"
        if version_of(node) > i.version()[:2]:
            yield f"libmlcore.map: {node} is of a later release than the headers, {i.release()}"
        before = node


def released_nodes_stay(i):
    for node, (_, names) in i.released_nodes.items():
        now = i.nodes.get(node, ("", []))[1]
        if node == EXPERIMENTAL:
            continue
        if version_of(node) < i.version()[:2] and now != names:
            yield f"libmlcore.map: {node} was released and never changes"
        for name in sorted(set(names) - set(now)):
            yield f"{name} was in {node}, and programs look for it there"


def since_is_true(i):
    """Where a function's text says since when, the symbols file says the same."""
    for name, f in i.declared.items():
        text = i.docs[f.header]
        code = re.sub(r"/\*.*?\*/", lambda m: " " * len(m[0]), text, flags=re.S)
        place = re.search(rf"\b{name}\(", code)
        if place is None:
            continue
        block = text[text.rindex("/**", 0, place.start()):place.start()]
        said = re.findall(r"Since\s+(?:\*\s+)?(\d+\.\d+)", block)
        first = i.symbols.get(name, ("", i.release()))[1]
        if said and not first.startswith(said[-1] + "."):
            yield f"{f.header}: {name} says 'Since {said[-1]}', libmlcore.symbols {first}"


CHECKS = [same_names, only_functions, same_nodes, nodes_in_order, released_nodes_stay,
          since_is_true]


def updated(i):
    """The text of the symbols file as it should be; what a release has fixed stays."""
    lines = [f"{i.soname} libmlcore{i.soname.removeprefix('libmlcore.so.')} #MINVER#"]
    for node in i.nodes:
        if node != EXPERIMENTAL:
            lines.append(f" {node}@{node} {node[4:]}.0")
    for name in sorted(i.node_of):
        node = i.node_of[name]
        if node != EXPERIMENTAL:
            release = i.symbols.get(name, ("", i.release()))[1]
            lines.append(f" {name}@{node} {release}")
    return "\n".join(lines) + "\n"


def main():
    action, source, library = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    i = Interface(source, library)
    if action == "update":
        for name, (_, release) in i.symbols.items():
            if name not in i.node_of and release != i.release():
                print(f"{name} was released in {release}: it cannot go")
                return True
        i.symbols_file.write_text(updated(i), encoding="utf-8")
        return False
    failures = [failure for check in CHECKS for failure in check(i)]
    if not failures and i.symbols_file.read_text(encoding="utf-8") != updated(i):
        failures.append("libmlcore.symbols is not as 'ninja abi-baseline' writes it")
    print("\n".join(failures) or f"{len(i.node_of)} functions: headers, version script, library "
          "and symbols file agree")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
