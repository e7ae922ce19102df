"""The README's programs are the files of docs/examples, word for word.

    readme.py SOURCE
"""
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])
readme = (source / "README.md").read_text()
blocks = re.findall(r"<!-- (\S+) -->\n```\w+\n(.*?)```", readme, flags=re.S)
failures = [f"README.md: {name} differs from the file" for name, text in blocks
            if (source / name).read_text() != text]
if len(blocks) < 4:
    failures.append(f"README.md shows {len(blocks)} programs; it should show four")
print("\n".join(failures) or f"{len(blocks)} programs agree")
sys.exit(bool(failures))
