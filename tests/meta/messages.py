"""No message names a function of C: people read messages in Python, Java and at the terminal too.

    messages.py SOURCE
"""
import pathlib
import re
import sys

LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"')
source = pathlib.Path(sys.argv[1])
failures, n = [], 0
for path in sorted((source / "lib").rglob("*.c")):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    # Literals that follow each other are one text; a name may be cut between them.
    joined = re.sub(r'"\s*\n\s*"', "", text)
    for literal in LITERAL.findall(joined):
        n += 1
        for name in re.findall(r"mlc_\w+\(\)", literal):
            failures.append(f"{path.relative_to(source)}: a text names {name}: {literal}")
print("\n".join(failures) or f"{n} texts: none names a function of C")
sys.exit(bool(failures) or n < 1000)
