"""Reads the public headers: what every test of the interface asks about them.

The headers are plain enough for patterns: one declaration ends in a semicolon, a struct holds one
member a line, comments and macros go first.
"""
import pathlib
import re
from typing import NamedTuple


class Function(NamedTuple):
    result: str
    arguments: list  # as C writes them
    marks: list  # MLC_CHECKED, MLC_EXPERIMENTAL
    header: str


class Header(NamedTuple):
    name: str
    text: str  # without comments
    functions: dict  # name: Function
    structs: dict  # name: [(type, member)]
    callbacks: dict  # name: (result, arguments); also members that are functions
    typedefs: dict  # name: what it stands for, structs and callbacks excepted
    handles: list
    numbers: dict  # name: text
    unread: list  # declarations of a kind that no header should have


MARKS = ("MLC_API", "MLC_CHECKED", "MLC_EXPERIMENTAL", "MLC_DEPRECATED")


def _split(arguments: str) -> list:
    """Arguments of a prototype; those that are functions themselves hold commas too."""
    parts, depth = [""], 0
    for c in arguments:
        depth += {"(": 1, ")": -1}.get(c, 0)
        if c == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += c
    words = [" ".join(part.split()) for part in parts]
    return [] if words == ["void"] else words


def _members(body: str, struct: str, callbacks: dict) -> list:
    found = []
    for line in body.split(";"):
        line = " ".join(line.split())
        if not line:
            continue
        function = re.fullmatch(r"(.+?)\(\*(\w+)\)\((.*)\)", line)
        if function:
            callbacks[f"{struct}.{function[2]}"] = (function[1].strip(), _split(function[3]))
            found.append(("function", function[2]))
            continue
        member = re.fullmatch(r"(.*?)(\w+)((?:\[\w*\])*|\s*:\s*\d+)", line)
        if member is None:
            raise ValueError(f"{struct}: cannot read '{line}'")
        found.append((member[1].strip() + member[3], member[2]))
    return found


# Structs of the Arrow specification, which is frozen: their layout and types are not ours to choose.
FOREIGN = {"ArrowSchema", "ArrowArray", "ArrowArrayStream"}


def read_header(path: pathlib.Path) -> Header:
    text = re.sub(r"#ifndef (ARROW_C_\w+)\n.*?#endif /\* \1 \*/", "",
                  path.read_text(encoding="utf-8"), flags=re.S)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    numbers = dict(re.findall(r"^#define (MLC_\w+) (\(?-?\d\w*\)?)\s*$", text, flags=re.M))
    plain = re.sub(r"^\s*#(?:.*\\\n)*.*$", "", text, flags=re.M)
    plain = re.sub(r'extern "C" \{', "", plain)
    plain = re.sub(r'MLC_DEPRECATED\("[^"]*"\)', "MLC_DEPRECATED", plain)
    functions, structs, callbacks, typedefs, handles, unread = {}, {}, {}, {}, [], []
    for name, body in re.findall(r"typedef struct \w+ \{(.*?)\} (\w+);", plain, flags=re.S):
        name, body = body, name
        structs[name] = _members(body, name, callbacks)
    plain = re.sub(r"typedef struct \w+ \{.*?\} \w+;", "", plain, flags=re.S)
    for declaration in plain.split(";"):
        declaration = " ".join(declaration.split()).strip("} ")
        if not declaration:
            continue
        handle = re.fullmatch(r"(?:typedef )?struct (\w+)(?: (\w+))?", declaration)
        callback = re.fullmatch(r"typedef (.+?)\(\*(\w+)\)\((.*)\)", declaration)
        typedef = re.fullmatch(r"typedef (.+?)(\w+)", declaration)
        function = re.fullmatch(r"(.+?)(\w+)\((.*)\)", declaration)
        if handle:
            handles.append(handle[2] or handle[1])
        elif callback:
            callbacks[callback[2]] = (callback[1].strip(), _split(callback[3]))
        elif typedef:
            typedefs[typedef[2]] = typedef[1].strip()
        elif function:
            words = function[1].replace("*", " * ").split()
            marks = [word for word in words if word in MARKS]
            result = " ".join(word for word in words if word not in marks).replace(" *", " *")
            functions[function[2]] = Function(result, _split(function[3]), marks, path.name)
        else:
            unread.append(declaration)
    return Header(path.name, text, functions, structs, callbacks, typedefs, handles, numbers,
                  unread)


def read_headers(folder: pathlib.Path) -> list:
    return [read_header(path) for path in sorted(pathlib.Path(folder).glob("*.h"))]


def read_map(path: pathlib.Path) -> dict:
    """Node of a version script: (what it inherits or "", its symbols in order)."""
    text = re.sub(r"#.*|/\*.*?\*/", "", path.read_text(encoding="utf-8"))
    nodes = {}
    for name, body, parent in re.findall(r"(\w[\w.]*) \{(.*?)\}\s*([\w.]*)\s*;", text, flags=re.S):
        nodes[name] = (parent, re.findall(r"^\s+(mlc_\w+);", body, flags=re.M))
    return nodes


def read_symbols(path: pathlib.Path) -> dict:
    """(symbol, version node) of a Debian symbols file: release it first appeared in."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        symbol, release = line.split()
        name, node = symbol.split("@")
        if name != node:  # a node stands for itself in a line of its own
            found[name, node] = release
    return found
