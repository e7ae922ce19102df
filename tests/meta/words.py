"""The words of components in the meson.build files: sorted, unique, each with its file, its
descriptor and its public name, and none forgotten.

    words.py SOURCE
"""
import pathlib
import re
import sys

lib = pathlib.Path(sys.argv[1]) / "lib"
# Kind of the word, folder of its meson.build, prefix of its files.
KINDS = [("compose", "compose"), ("generator", "data"), ("metric", "metric"),
         ("resampler", "data"), ("sampler", "data"), ("splitter", "data"),
         ("transform", "transform"), ("weighting", "data")]
failures = []


def quoted(text: str) -> list:
    return re.findall(r"'(\w+)'", text)


def lists_of(kind: str, folder: str) -> dict:
    """Name of the list -> words, of a meson.build."""
    text = (lib / folder / "meson.build").read_text(encoding="utf-8")
    return {f"lib/{folder}/meson.build": quoted(re.search(rf"\b{kind}_words = \[(.*?)\]", text,
                                                          flags=re.S)[1])}


def families() -> dict:
    text = (lib / "model/meson.build").read_text(encoding="utf-8")
    table = re.search(r"foreach family, words : \{(.*?)\}", text, flags=re.S)[1]
    return {f"lib/model/{family}": quoted(words)
            for family, words in re.findall(r"'(\w+)': \[(.*?)\]", table, flags=re.S)}


def check_word(kind: str, word: str, files: list) -> None:
    if len(files) != 1:
        failures.append(f"{kind}_{word}.c: {len(files)} files of that name")
        return
    text = files[0].read_text(encoding="utf-8")
    if f"mlci_{kind}_{word} = {{" not in text:
        failures.append(f"{files[0].name} does not end in mlci_{kind}_{word}")
    elif f'.name = "{word}"' not in text[text.index(f"mlci_{kind}_{word} = {{"):]:
        failures.append(f"{files[0].name}: its public name is not {word}")


def check(kind: str, lists: dict) -> int:
    every = [word for words in lists.values() for word in words]
    for where, words in lists.items():
        if words != sorted(words):
            failures.append(f"{where}: the words are not sorted: {' '.join(words)}")
    for word in sorted(set(every)):
        if every.count(word) > 1:
            failures.append(f"{word} is listed {every.count(word)} times")
        check_word(kind, word, list(lib.rglob(f"{kind}_{word}.c")))
    for path in lib.rglob(f"{kind}_*.c"):
        if path.stem.removeprefix(f"{kind}_") not in every:
            failures.append(f"{path.relative_to(lib)} is listed nowhere")
    return len(every)


n = sum(check(kind, lists_of(kind, folder)) for kind, folder in KINDS)
n += check("model", families())
print("\n".join(failures) or f"{n} words: sorted, unique, each with its file and descriptor")
sys.exit(bool(failures))
