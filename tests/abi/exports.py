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
        # A name in two nodes has an older meaning in the first; the last is the default.
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


def listed_in_map(i):
    return {(name, node) for node, (_, names) in i.nodes.items() for name in names}


def same_names(i):
    exported = {name.split("@")[0] for kind, name in i.exported if kind != "A"}
    script, declared = set(i.node_of), set(i.declared)
    for what, names in [("in the headers but not in libmlcore.map", declared - script),
                        ("in libmlcore.map but not in the headers", script - declared),
                        ("in libmlcore.map but not exported", script - exported),
                        ("exported but not in libmlcore.map", exported - script)]:
        for name in sorted(names):
            yield f"{name}: {what}"


def same_symbols(i):
    script = {(name, node) for name, node in listed_in_map(i) if node != EXPERIMENTAL}
    for name, node in sorted(script - set(i.symbols)):
        yield (f"{name}@{node}: in libmlcore.map but not in libmlcore.symbols: "
               "'ninja abi-baseline' adds it")
    for name, node in sorted(set(i.symbols) - script):
        yield f"{name}@{node}: in libmlcore.symbols but not in libmlcore.map"
    for (name, node), release in i.symbols.items():
        if tuple(map(int, release.split(".")[:2])) != version_of(node):
            yield f"{name}: {release} is no release of node {node}"


def only_functions(i):
    for kind, name in i.exported:
        if kind not in "TA":
            yield f"{name} is exported, but is no function (nm calls it {kind})"
        if kind == "A" and name.split("@")[0] not in i.nodes:
            yield f"{name}: a node that libmlcore.map does not have"


def same_nodes(i):
    """Each symbol in the node of the version script; the last node of a name is the default."""
    for kind, exported in i.exported:
        if kind == "A":
            continue
        name, _, node = exported.partition("@")
        if (name, node.lstrip("@")) not in listed_in_map(i):
            yield f"{exported} is exported, but libmlcore.map has {name} in {i.node_of.get(name)}"
        elif (node[0] == "@") != (i.node_of[name] == node.lstrip("@")):
            yield f"{exported}: the default must be that of {i.node_of[name]}"
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
        if len(set(names)) != len(names):
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
        releases = [r for (symbol, _), r in i.symbols.items() if symbol == name]
        first = min(releases, key=lambda r: tuple(map(int, r.split("."))), default=i.release())
        if said and not first.startswith(said[-1] + "."):
            yield f"{f.header}: {name} says 'Since {said[-1]}', libmlcore.symbols {first}"


CHECKS = [same_names, same_symbols, only_functions, same_nodes, nodes_in_order,
          released_nodes_stay, since_is_true]


def updated(i):
    """The text of the symbols file as it should be; what a release has fixed stays."""
    lines = [f"{i.soname} libmlcore{i.soname.removeprefix('libmlcore.so.')} #MINVER#"]
    for node in i.nodes:
        if node != EXPERIMENTAL:
            lines.append(f" {node}@{node} {node[4:]}.0")
    for name, node in sorted(listed_in_map(i)):
        if node != EXPERIMENTAL:
            lines.append(f" {name}@{node} {i.symbols.get((name, node), i.release())}")
    return "\n".join(lines) + "\n"


def main():
    action, source, library = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    i = Interface(source, library)
    if action == "update":
        for (name, node), release in i.symbols.items():
            if (name, node) not in listed_in_map(i) and release != i.release():
                print(f"{name}@{node} was released in {release}: it cannot go")
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
