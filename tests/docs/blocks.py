"""The fenced code blocks of a Markdown page, with the mark in the comment above each.

    <!-- file: PATH -->   the block is a file of that name
    <!-- edit: PATH -->   a diff of one line: the part after - becomes the part after +
    <!-- from: PATH -->   the block occurs in that file, blanks aside
    <!-- run -->          a test runs the block
    <!-- PATH -->         the block is that example, word for word
"""
import dataclasses
import pathlib
import re

BLOCK = re.compile(r"^(?:<!-- (?P<mark>[^\n]*?) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$",
                   flags=re.M | re.S)


@dataclasses.dataclass(frozen=True)
class Block:
    page: str
    line: int
    mark: str
    language: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


def blocks_of(source: pathlib.Path, page: pathlib.Path) -> list:
    text = page.read_text(encoding="utf-8")
    return [Block(str(page.relative_to(source)), text.count("\n", 0, m.start("language")) + 1,
                  m["mark"] or "", m["language"], m["text"]) for m in BLOCK.finditer(text)]


def pages(source: pathlib.Path) -> list:
    return [source / "README.md", *sorted((source / "docs").rglob("*.md"))]
