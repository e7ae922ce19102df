"""Writes the code that is made from docs/catalog.json, or checks that it is fresh.

    generate.py                     writes the generated files of each language
    generate.py --check             fails when a generated file is stale
    generate.py --dump DUMP         writes docs/catalog.json by the program dump_catalog first
    generate.py --check --dump DUMP fails when docs/catalog.json is stale as well

A language is a module beside this one with a function generate(catalog) that returns
{path from the root of the project: text}. JSON writes infinity as 1e999, which Python reads as
such.
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


def generated(catalog_text: str) -> dict:
    catalog = json.loads(catalog_text)
    files = {}
    for language in LANGUAGES:
        if (HERE / f"{language}.py").exists():
            files.update(importlib.import_module(language).generate(catalog))
    return {ROOT / path: text for path, text in files.items()}


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
    if options.check:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is stale: run `ninja -C build catalog` and commit it")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
