"""The public headers keep the rules of docs/dev/abi.md: what may cross, how structs are built and
what a release has fixed for good.

    rules.py SOURCE

Each rule returns the sentences of what breaks it, so that rules_test.py can hold one against a
broken header.
"""
import pathlib
import re
import sys

from declarations import FOREIGN, read_headers

SCALARS = {"int32_t", "uint32_t", "int64_t", "uint64_t", "double", "float", "mlc_status"}
FROZEN = {"mlc_error", "mlc_value"}  # callers make them without a size: no member ever comes
# Words that have no place in an interface, and why.
BANNED = {
    "bool": "one byte in C, four to a careless caller", "_Bool": "see bool",
    "enum": "its width is the compiler's choice", "union": "it cannot grow",
    "long": "32 bits on some systems", "short": "use int32_t", "int": "use int32_t",
    "unsigned": "use uint32_t", "size_t": "as wide as the system", "ssize_t": "see size_t",
    "intptr_t": "see size_t", "uintptr_t": "see size_t", "off_t": "see size_t",
    "time_t": "differs between systems", "wchar_t": "differs between systems",
    "FILE": "belongs to one C library", "va_list": "differs between systems",
    "_Complex": "few languages know it", "va_arg": "varargs",
}


def words_that_are_banned(headers):
    for header in headers:
        for word, why in BANNED.items():
            # The text of a message in a macro is no type.
            if re.search(rf"\b{word}\b", re.sub(r'"[^"]*"', "", header.text)):
                yield f"{header.name}: '{word}' does not cross: {why}"
        if "..." in header.text:
            yield f"{header.name}: varargs do not cross"
        for declaration in header.unread:
            yield f"{header.name}: neither function, struct nor callback: '{declaration}'"
        for include in re.findall(r"#include (.*)", header.text):
            if include not in ("<stddef.h>", "<stdint.h>") and not include.startswith("<mlcore/"):
                yield f"{header.name}: {include}: nothing but stddef.h, stdint.h and our own"


def _known(headers):
    handles = {name for header in headers for name in header.handles}
    structs = {name for header in headers for name in header.structs} | FOREIGN
    callbacks = {name for header in headers for name in header.callbacks if "." not in name}
    return handles - structs, structs, callbacks


def _wrong_type(text, known, is_result=False):
    """Why a type does not cross, or None. text has no name in it."""
    handles, structs, callbacks = known
    base = " ".join(w for w in text.replace("*", " ").split() if w not in ("const", "struct"))
    stars = text.count("*")
    if base in callbacks and stars == 0:
        return "a function is not returned" if is_result else None
    if base in SCALARS:
        return None if stars <= 1 and not (is_result and stars) else "a pointer too many"
    if base in ("void", "char"):
        most = 1 if is_result or base == "void" else 2
        if base == "char" and stars == 0:
            return "a character has no fixed sign"
        if stars == 0:
            return None if is_result else "nothing is passed as void"
        return None if stars <= most else "a pointer too many"
    if base in structs:
        if is_result:
            return "a struct is not returned"
        return None if stars == 1 else "structs go by pointer, never by value"
    if base in handles:
        most = 1 if is_result else 2
        return None if 1 <= stars <= most else "handles go by pointer, their address at most"
    return f"'{base}' is not a type that crosses"


def types_that_cross(headers):
    known = _known(headers)
    for header in headers:
        prototypes = {name: (f.result, f.arguments) for name, f in header.functions.items()}
        prototypes.update(header.callbacks)
        for name, (result, arguments) in prototypes.items():
            why = _wrong_type(result, known, is_result=True)
            if why:
                yield f"{header.name}: {name} returns {result}: {why}"
            for argument in arguments:
                match = re.fullmatch(r"(.*?[ *])(\w+)", argument)
                why = _wrong_type(match[1], known) if match else "an argument without a name"
                if why:
                    yield f"{header.name}: {name}: '{argument}': {why}"
            if name.split(".")[-1][:4] != "mlc_" and (not arguments
                                                      or arguments[0] != "void *user"):
                yield f"{header.name}: {name}: a callback takes 'void *user' first"


def functions_that_fail(headers):
    """A status is checked and comes with a record; outputs are last."""
    for header in headers:
        for name, f in header.functions.items():
            has_record = bool(f.arguments) and f.arguments[-1] == "mlc_error *err"
            if "MLC_API" not in f.marks:
                yield f"{header.name}: {name} is not marked MLC_API"
            if has_record != (f.result == "mlc_status"):
                yield f"{header.name}: {name}: mlc_status and a last 'mlc_error *err' go together"
            if has_record != ("MLC_CHECKED" in f.marks):
                yield f"{header.name}: {name}: what can fail is MLC_CHECKED, and only that"
            for i, argument in enumerate(f.arguments):
                if re.match(r"mlc_context \*\w", argument) and i > 0:
                    yield f"{header.name}: {name}: the context comes first"
                if re.match(r"mlc_\w+ \*\*", argument) and i != len(f.arguments) - 2:
                    yield f"{header.name}: {name}: '{argument}' belongs right before err"


def structs_that_grow(headers):
    for header in headers:
        for name, members in header.structs.items():
            body = re.search(rf"typedef struct {name} \{{(.*?)\}} {name};", header.text, re.S)[1]
            if re.search(r"^\s*#", body, re.M):
                yield f"{header.name}: {name}: one layout: no #if in a struct"
            if name not in FROZEN and members[0] != ("int64_t", "size"):
                yield f"{header.name}: {name}: its first member is 'int64_t size'"
            for kind, member in members:
                where = f"{header.name}: {name}.{member}"
                if ":" in kind:
                    yield f"{where}: bit-fields are laid out as the compiler likes"
                elif "[" in kind and name not in FROZEN:
                    yield f"{where}: an array can never grow: give a pointer"
                elif kind == "function" or kind.split("[")[0] in SCALARS | {"char"}:
                    continue
                elif kind not in ("const char *", "const char *const *", "void *", "const void *",
                                  "const uint8_t *"):
                    yield f"{where}: '{kind}' does not belong in a struct"


def numbers_that_last(headers):
    """Explicit values, one meaning each; 0 is the safe default; flags are bits."""
    families = {}
    for header in headers:
        for name, text in header.numbers.items():
            family = re.match(r"MLC_(ERROR|TYPE|LOG|FLAG)_", name)
            key = family[1] if family else header.name
            if name.startswith("MLC_VERSION_"):
                continue
            value = int(text.strip("()"))
            if re.search(r"_(COUNT|LAST|MAX|N)$", name):
                yield f"{header.name}: {name}: a count changes with each number that is added"
            if value in families.setdefault(key, {}):
                yield f"{header.name}: {name} is {value}, as is {families[key][value]}"
            families[key][value] = name
            if key == "FLAG" and (value <= 0 or value & (value - 1)):
                yield f"{header.name}: {name} = {value}: a flag is one bit"
            if key == "ERROR" and value >= 0:
                yield f"{header.name}: {name} = {value}: an error is negative"


def _prototype(result, arguments):
    """A prototype without the names of its arguments, which may change."""
    return result, [re.sub(r"(?<=[ *])\w+$", "", a).strip() for a in arguments]


def _same(kind, old, new):
    for name, what in old.items():
        if name not in new:
            yield f"{kind} {name} is gone"
        elif new[name] != what:
            yield f"{kind} {name} was {what}, is {new[name]}"


def what_was_released(headers, released):
    """Everything of the last release is there, unchanged; structs only grew, past their end."""
    def gather(of, field):
        return {name: what for header in of for name, what in getattr(header, field).items()}

    def prototypes(of):
        return ({name: _prototype(f.result, f.arguments) for name, f in gather(of, "functions")
                 .items() if "MLC_EXPERIMENTAL" not in f.marks},
                {name: _prototype(*c) for name, c in gather(of, "callbacks").items()})

    for kind, old, new in zip(("function", "callback"), prototypes(released), prototypes(headers)):
        yield from _same(kind, old, new)
    yield from _same("type", gather(released, "typedefs"), gather(headers, "typedefs"))
    numbers = {name: value for name, value in gather(released, "numbers").items()
               if not name.startswith("MLC_VERSION_")}
    yield from _same("number", numbers, gather(headers, "numbers"))
    structs = gather(headers, "structs")
    for name, members in gather(released, "structs").items():
        now = structs.get(name, [])
        added = now[len(members):]
        if now[:len(members)] != members:
            yield f"struct {name}: the members that were released have changed"
        elif added and name in FROZEN:
            yield f"struct {name} is frozen, but has grown"
        elif added and added[0][0] not in ("int64_t", "uint64_t", "double"):
            yield (f"struct {name}: {added[0][1]}: the first new member has 8 bytes, so that it "
                   "cannot lie in what was padding on a 32-bit system")


def layout_is_stated(headers, layout):
    """public_layout.c holds each member in its order."""
    stated = re.findall(r"^(SIZE|AT)\((mlc_\w+), (?:([a-z_]+), )?\d", layout, flags=re.M)
    for header in headers:
        for name, members in header.structs.items():
            want = [("SIZE", name, "")] + [("AT", name, member) for _, member in members]
            have = [row for row in stated if row[1] == name]
            if want != have:
                yield f"lib/base/public_layout.c does not list {name} as {header.name} has it"


RULES = [words_that_are_banned, types_that_cross, functions_that_fail, structs_that_grow,
         numbers_that_last]


def main():
    source = pathlib.Path(sys.argv[1])
    headers = read_headers(source / "include/mlcore")
    released = read_headers(source / "tests/abi/previous/include/mlcore")
    layout = (source / "lib/base/public_layout.c").read_text(encoding="utf-8")
    failures = [failure for rule in RULES for failure in rule(headers)]
    failures += what_was_released(headers, released)
    failures += layout_is_stated(headers, layout)
    structs = (source / "tests/abi/test_structs.c").read_text(encoding="utf-8")
    for header in headers:
        failures += [f"tests/abi/test_structs.c does not cut {name} short"
                     for name in header.structs if name not in FROZEN and name not in structs]
    if not released:
        failures.append("tests/abi/previous/include holds no headers: ninja abi-release")
    print("\n".join(failures) or f"{sum(len(h.functions) for h in headers)} functions and "
          f"{sum(len(h.structs) for h in headers)} structs keep the rules")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
