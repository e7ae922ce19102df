"""_abi.py agrees with the headers and with what the C compiler lays out."""
import ctypes
import os
import re
import subprocess
import sys

import pytest

from conftest import SOURCE
from mlcore import _abi

HEADERS = sorted((SOURCE / "include" / "mlcore").glob("*.h"))
SCALARS = {"int32_t": ctypes.c_int32, "int64_t": ctypes.c_int64, "double": ctypes.c_double,
           "mlc_status": ctypes.c_int32, "void": None}


def prototypes():
    """name: (result, arguments) as C writes them."""
    found = {}
    for header in HEADERS:
        text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
        for match in re.finditer(r"MLC_API\s+(?:MLC_CHECKED\s+)?([^;(]+?)(mlc_\w+)\(([^;]*?)\);",
                                 text, flags=re.S):
            arguments = [" ".join(a.split()) for a in match[3].split(",")]
            found[match[2]] = (match[1].strip(), [a for a in arguments if a != "void"])
    return found


def test_every_exported_function_is_declared():
    assert set(_abi.FUNCTIONS) == set(prototypes())


def test_every_symbol_of_the_map_is_loaded_with_its_types():
    """Without restype ctypes would cut pointers to 32 bits; without argtypes it would guess."""
    script = (SOURCE / "lib" / "libmlcore.map").read_text()
    exported = re.findall(r"^\s+(mlc_\w+);", script, flags=re.M)
    assert len(exported) > 90 and len(set(exported)) == len(exported)
    for name in exported:
        function = getattr(_abi.library, name)
        result, arguments = _abi.FUNCTIONS[name]
        assert function.restype is result, name
        assert function.argtypes is not None and list(function.argtypes) == arguments, name


@pytest.mark.parametrize("name", sorted(_abi.FUNCTIONS))
def test_types_of_a_function_are_those_of_its_prototype(name):
    result, arguments = prototypes()[name]
    declared_result, declared = _abi.FUNCTIONS[name]
    assert len(declared) == len(arguments)
    if result in SCALARS:
        assert declared_result is SCALARS[result]
    else:
        assert declared_result in (ctypes.c_char_p, ctypes.c_void_p)
    for text, ours in zip(arguments, declared):
        base = re.fullmatch(r"(\w+) \w+", text)
        if base and base[1] in SCALARS:
            assert ours is SCALARS[base[1]], text
        elif text.startswith("const char *") and "**" not in text:
            assert ours is ctypes.c_char_p, text
        elif re.fullmatch(r"(const )?mlc_(\w+) \*\w+", text) and \
                re.split(r"mlc_| ", text.replace("const ", ""))[1] in _abi.HANDLES:
            assert ours is _abi.HANDLES[re.search(r"mlc_(\w+)", text)[1]], text
        elif text.startswith("mlc_error *"):
            assert ours is ctypes.POINTER(_abi.Error), text
        elif re.fullmatch(r"(const )?(double|int32_t|int64_t) \*\w+", text):
            scalar = SCALARS[text.replace("const ", "").split()[0]]
            assert ours is ctypes.POINTER(scalar), text
        elif "**" in text or "*const *" in text:
            assert issubclass(ours, ctypes._Pointer), text


def layout():
    out = subprocess.run([os.environ["MLC_LAYOUT"]], check=True, capture_output=True, text=True)
    return [line.split() for line in out.stdout.splitlines()]


@pytest.mark.skipif("MLC_LAYOUT" not in os.environ, reason="needs the program print_layout")
def test_structures_are_laid_out_as_in_c():
    seen = {name: [] for name in _abi.STRUCTURES}
    for structure, member, offset, size in layout():
        ours = _abi.STRUCTURES[structure]
        if member == "-":
            assert ctypes.sizeof(ours) == int(size), structure
            continue
        field = getattr(ours, member)
        assert (field.offset, field.size) == (int(offset), int(size)), f"{structure}.{member}"
        seen[structure].append(member)
    for name, structure in _abi.STRUCTURES.items():
        assert seen[name] == [field[0] for field in structure._fields_], name


def test_numbers_are_those_of_the_headers():
    text = "".join(header.read_text() for header in HEADERS)
    for name, value in re.findall(r"#define MLC_(TYPE_\w+|SPARSE_\w+|MISSING|REAL|INTEGER|TEXT) (\d+)", text):
        assert getattr(_abi, name) == int(value)
    for name, value in re.findall(r"#define MLC_(ERROR_\w+) +\((-\d+)\)", text):
        assert getattr(_abi, name, int(value)) == int(value)
    flags = re.findall(r"#define MLC_FLAG_(\w+) (\d+)", text)
    assert _abi.FLAGS == {int(value): name.lower() for name, value in flags}


def test_every_error_status_has_a_class():
    from mlcore import _errors

    text = (SOURCE / "include" / "mlcore" / "status.h").read_text()
    general = {"LIMIT", "THREAD", "INTERNAL"}
    for name, value in re.findall(r"#define MLC_ERROR_(\w+) +\((-\d+)\)", text):
        assert (int(value) in _errors._CLASSES) != (name in general), name


@pytest.mark.skipif("MLC_OLDER_LIBRARY" not in os.environ, reason="needs the older library")
def test_load_of_an_older_library_is_refused():
    with pytest.raises(ImportError, match=r"is libmlcore 0\.0\.9; this package needs 0\.1"):
        _abi.load(os.environ["MLC_OLDER_LIBRARY"])


def test_load_of_a_missing_library_says_what_to_do():
    with pytest.raises(ImportError, match="MLCORE_LIBRARY"):
        _abi.load("/nowhere/libmlcore.so")


def test_load_of_another_library_is_refused():
    with pytest.raises(ImportError, match="is not libmlcore"):
        _abi.load("libz.so.1" if sys.platform == "linux" else "libz.dylib")
