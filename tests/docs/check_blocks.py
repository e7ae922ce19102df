"""Every fenced block of README and docs that is code is held by something: it is an example file
word for word, occurs in a source file, or is run by a test.

    check_blocks.py SOURCE
"""
import pathlib
import re
import sys

from blocks import Block, blocks_of, pages

CODE = {"c", "cpp", "python", "java", "sh", "console", "diff"}
# Marks that a test of this folder acts on, and the pages that it reads.
RUN = {"run": {"docs/dev/add-a-model.md"}, "console": None}


def without_blanks(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def fault_of(source: pathlib.Path, block: Block) -> str:
    """What is wrong with a block, or ""."""
    action, _, name = block.mark.partition(": ")
    if action in RUN:
        read = RUN[action]
        return "" if read is None or block.page in read else f"no test runs {block.page}"
    if action in ("file", "edit"):
        return "" if block.page == "docs/dev/add-a-model.md" else "no test makes this file"
    path = source / (name if action == "from" else block.mark)
    if not block.mark or not path.is_file():
        return f"code, but {block.mark or 'no comment above it'} says where it is tested"
    text = path.read_text(encoding="utf-8")
    if action == "from":
        found = without_blanks(block.text) in without_blanks(text)
        return "" if found else f"does not occur in {name}"
    return "" if block.text == text else f"differs from {block.mark}"


def main() -> None:
    source = pathlib.Path(sys.argv[1])
    blocks = [block for page in pages(source) for block in blocks_of(source, page)
              if block.language in CODE]
    failures = [f"{block.place}: {fault}" for block in blocks
                if (fault := fault_of(source, block))]
    for page in pages(source):
        fences = re.findall(r"^```", page.read_text(encoding="utf-8"), flags=re.M)
        if len(fences) != 2 * len(blocks_of(source, page)):
            failures.append(f"{page.relative_to(source)}: a fenced block is not closed")
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            if not (page.parent / link).exists():
                failures.append(f"{page.relative_to(source)}: the link {link} leads nowhere")
    if not blocks:
        failures.append("no blocks were found")
    print("\n".join(failures) or f"{len(blocks)} blocks are examples, sources or run by a test")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
