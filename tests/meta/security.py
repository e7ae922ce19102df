"""docs/security.md names tests that exist, and is linked from where readers start.

    security.py SOURCE
"""
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])
page = (source / "docs/security.md").read_text(encoding="utf-8")
named = re.findall(r"`((?:tests|lib|docs|\.ci)/[\w./-]+)`", page)
failures = [f"docs/security.md names {name}, which is not there" for name in sorted(set(named))
            if not (source / name).exists()]
if len(set(named)) < 10:
    failures.append(f"docs/security.md names {len(set(named))} files; every part needs its test")
for link in re.findall(r"\]\(([\w./-]+)\)", page):
    if not (source / "docs" / link).exists():
        failures.append(f"docs/security.md links to {link}, which is not there")
for place, link in (("README.md", "docs/security.md"), ("docs/architecture.md", "security.md")):
    if f"]({link})" not in (source / place).read_text(encoding="utf-8"):
        failures.append(f"{place} does not link to docs/security.md")
print("\n".join(failures) or f"docs/security.md: {len(set(named))} files are there")
sys.exit(bool(failures))
