"""The generator of bindings finds classes of components that are gone, and nothing else.

    leftovers.py SOURCE
"""
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(sys.argv[1]) / "bindings/gen"))
import generate  # noqa: E402
import java  # noqa: E402
import python  # noqa: E402

with tempfile.TemporaryDirectory() as folder:
    generate.ROOT = pathlib.Path(folder)
    classes = generate.ROOT / java.FOLDER
    classes.mkdir(parents=True)
    (generate.ROOT / python.PACKAGE).mkdir(parents=True)
    for name, text in (("Gone", java.HEADER), ("Ridge", java.HEADER), ("Settings", "package x;")):
        (classes / f"{name}.java").write_text(text)
    (generate.ROOT / python.PACKAGE / "old.py").write_text(python.MADE)
    found = generate.left_over({classes / "Ridge.java": java.HEADER})
expected = [generate.ROOT / python.PACKAGE / "old.py", classes / "Gone.java"]
if found != expected:
    sys.exit(f"found {found}, expected {expected}")
print("a class without a component is found")
