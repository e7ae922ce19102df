"""SECURITY.md names tests that exist, and is linked from where readers start.

    security.py SOURCE
"""
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])
page = (source / "SECURITY.md").read_text(encoding="utf-8")
named = re.findall(r"`((?:tests|lib|docs|\.ci)/[\w./-]+)`", page)
failures = [f"SECURITY.md names {name}, which is not there" for name in sorted(set(named))
            if not (source / name).exists()]
if len(set(named)) < 10:
    failures.append(f"SECURITY.md names {len(set(named))} files; every part needs its test")
for link in re.findall(r"\]\(([\w./-]+)\)", page):
    if not (source / link).exists():
        failures.append(f"SECURITY.md links to {link}, which is not there")
for place, link in (("README.md", "SECURITY.md"), ("docs/architecture.md", "../SECURITY.md")):
    if f"]({link})" not in (source / place).read_text(encoding="utf-8"):
        failures.append(f"{place} does not link to SECURITY.md")
print("\n".join(failures) or f"SECURITY.md: {len(set(named))} files are there")
sys.exit(bool(failures))
