"""Writes sample sets as C arrays of gzip-compressed CSV.

    sample_set.py OUT NAME=FILE ...
"""
import gzip
import pathlib
import sys


def array(name: str, path: str) -> str:
    # The time stamp would make each build another library.
    data = gzip.compress(pathlib.Path(path).read_bytes(), compresslevel=9, mtime=0)
    lines = [", ".join(str(byte) for byte in data[i:i + 20]) for i in range(0, len(data), 20)]
    body = ",\n    ".join(lines)
    return (f"static const unsigned char {name}_bytes[] = {{\n    {body}}};\n"
            f"const mlci_sample_set mlci_sample_{name} = {{{name}_bytes, sizeof {name}_bytes}};\n")


def main() -> None:
    sets = [item.split("=", 1) for item in sys.argv[2:]]
    text = ("/* Made by sample_set.py when the library is built. */\n#include \"sample_set.h\"\n\n"
            + "\n".join(array(name, path) for name, path in sets))
    pathlib.Path(sys.argv[1]).write_text(text, encoding="utf-8")


main()
