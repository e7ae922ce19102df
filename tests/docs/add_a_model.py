"""Follows docs/dev/add-a-model.md to the letter in a copy of the tree, and nothing else.

    add_a_model.py SOURCE

The page's files are written, its edits made, its commands run. Then the command must know the
new model, and the catalog of the copy must have it.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from blocks import Block, blocks_of
from copied_tree import copy_tree

MODEL = "dummy_regressor"


def write_file(tree: pathlib.Path, name: str, block: Block) -> None:
    path = tree / name
    if path.exists():
        sys.exit(f"{block.place}: {name} is there already")
    path.write_text(block.text, encoding="utf-8")


def edit_file(tree: pathlib.Path, name: str, block: Block) -> None:
    lines = block.text.splitlines()
    if len(lines) != 2 or lines[0][:1] != "-" or lines[1][:1] != "+":
        sys.exit(f"{block.place}: an edit is one line after - and one after +")
    text = (tree / name).read_text(encoding="utf-8")
    if text.count(lines[0][1:]) != 1:
        sys.exit(f"{block.place}: {lines[0][1:]!r} is not once in {name}")
    (tree / name).write_text(text.replace(lines[0][1:], lines[1][1:]), encoding="utf-8")


def run(tree: pathlib.Path, block: Block) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MESON_", "CK_"))}
    environment["MLC_COMPONENT"] = MODEL  # the others keep their promises in the tests' own build
    environment |= {"CCACHE_BASEDIR": str(tree), "CCACHE_NOHASHDIR": "1"}  # as tests/run.sh has it
    done = subprocess.run(["sh", "-e", "-c", block.text], cwd=tree, env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    print("\n".join(done.stdout.splitlines()[-40:]))
    if done.returncode != 0:
        sys.exit(f"{block.place}: status {done.returncode}")
    return done.stdout


def main() -> None:
    source = pathlib.Path(sys.argv[1])
    output = ""
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder)
        copy_tree(source, tree)
        for block in blocks_of(source, source / "docs/dev/add-a-model.md"):
            action, _, name = block.mark.partition(": ")
            if action == "file":
                write_file(tree, name, block)
            elif action == "edit":
                edit_file(tree, name, block)
            elif action == "run":
                output += run(tree, block)
            else:
                sys.exit(f"{block.place}: a block that the test would not follow")
        components = json.loads((tree / "docs/catalog.json").read_text(encoding="utf-8"))
        if f'"{MODEL}"' not in json.dumps(components):
            sys.exit(f"docs/catalog.json of the copy does not have {MODEL}")
    for wanted in (f"model_{MODEL}", "conformance odd inputs", f"{MODEL} (model)\nThe same number",
                   "strategy = mean"):
        if wanted not in output:
            sys.exit(f"the commands of the page did not print {wanted!r}")
    print("the page works as it stands")


if __name__ == "__main__":
    main()
