"""Writes the code that is made from docs/catalog.json, or checks that it is fresh.

    generate.py                     writes the generated files of each language
    generate.py --check             fails when a generated file is stale
    generate.py --dump DUMP         writes docs/catalog.json by the program dump_catalog first
    generate.py --check --dump DUMP fails when docs/catalog.json is stale as well

A language is a module beside this one with a function generate(catalog) that returns
{path from the root of the project: text}, and with FOLDER, where its files are. A file there that
says it was made here but is not any more is left over: it is deleted, and --check complains. JSON
writes infinity as 1e999, which Python reads as such.
"""
import argparse
import importlib
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CATALOG = ROOT / "docs" / "catalog.json"
LANGUAGES = ("python", "java")


def dump(program: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "catalog.json"
        subprocess.run([program, str(path)], check=True)
        return path.read_text(encoding="utf-8")


MADE_HERE = "Made by bindings/gen/generate.py"


def generated(catalog_text: str) -> dict:
    catalog = json.loads(catalog_text)
    files = {}
    for language in LANGUAGES:
        files.update(importlib.import_module(language).generate(catalog))
    return {ROOT / path: text for path, text in files.items()}


def left_over(files: dict) -> list:
    """Generated files of components that are gone."""
    found = []
    for language in LANGUAGES:
        for path in sorted((ROOT / importlib.import_module(language).FOLDER).rglob("*")):
            if path.is_file() and path not in files and MADE_HERE in path.read_text(
                    encoding="utf-8", errors="replace")[:200]:
                found.append(path)
    return found


def current(path: pathlib.Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--dump", metavar="PROGRAM")
    options = parser.parse_args()
    sys.path.insert(0, str(HERE))
    sys.dont_write_bytecode = True
    files = {}
    text = current(CATALOG)
    if options.dump:
        text = dump(options.dump)
        files[CATALOG] = text
    files.update(generated(text))
    stale = [path for path, wanted in files.items() if current(path) != wanted]
    gone = left_over(files)
    if options.check:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is stale: run `ninja -C build catalog` and commit it")
        for path in gone:
            print(f"{path.relative_to(ROOT)} is left over: run `ninja -C build catalog` and commit")
        return 1 if stale or gone else 0
    for path in gone:
        path.unlink()
        print(f"deleted {path.relative_to(ROOT)}")
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
