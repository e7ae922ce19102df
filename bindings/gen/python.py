"""The classes of the Python package: a module a transform or model that is no composition."""
import json
import keyword
import re
import textwrap

from names import class_name

WIDTH = 99
FOLDER = "bindings/python/mlcore"
PACKAGE = f"{FOLDER}/_components"
TYPES = {"bool": "bool", "integer": "int", "real": "float", "choice": "str", "text": "str",
         "list": "Any"}
MADE = "Made by bindings/gen/generate.py from docs/catalog.json: do not edit."


def python_name(name: str) -> str:
    return name + "_" if keyword.iskeyword(name) else name


def default(param: dict) -> str:
    value = param.get("default")
    if param["type"] == "choice" and value in ("true", "false"):
        return repr(value == "true")
    return repr(value)


def annotation(param: dict) -> str:
    kind = TYPES.get(param["type"], "Any")
    names = [choice["name"] for choice in param.get("choices", [])]
    if param["type"] == "choice" and {"true", "false"} & set(names):
        kind = "Union[bool, str]"
    if param.get("none") or param.get("default") is None or "none" in names:
        return f"Optional[{kind}]" if kind != "Any" else kind
    return kind


def bounds(param: dict) -> str:
    """The range as people write it."""
    parts = []
    for key, closed, opened in (("low", "at least", "above"), ("high", "at most", "below")):
        if key in param and not (key == "high" and param[key] >= 2 ** 31 - 1):
            parts.append(f"{opened if param.get('open_' + key) else closed} {param[key]}")
    return " and ".join(parts)


def describe(param: dict) -> str:
    """A parameter of the docstring: name, doc, choices, default, range."""
    name = python_name(param["name"])
    lines = textwrap.wrap(f"{name}: {param['doc']}", WIDTH - 8, subsequent_indent="    ")
    for choice in param.get("choices", []):
        doc = f": {choice['doc']}" if choice.get("doc") else ""
        if choice.get("aliases"):
            doc += f" (also {', '.join(choice['aliases'])})"
        lines += textwrap.wrap(f"{choice['name']}{doc}", WIDTH - 12, initial_indent="    - ",
                               subsequent_indent="      ")
    facts = [f"default {default(param)}"]
    if bounds(param):
        facts.append(bounds(param))
    if param.get("none"):
        facts.append("or None")
    if param.get("host"):
        facts.append("or a dotted name of a component of the program")
    if param.get("aliases"):
        facts.append("also called " + ", ".join(param["aliases"]) + " in recipes")
    lines += textwrap.wrap("; ".join(facts) + ".", WIDTH - 8, initial_indent="    ",
                           subsequent_indent="    ")
    return "\n".join(lines)


def docstring(component: dict) -> str:
    summary = component["summary"]
    paragraphs = [summary[0].upper() + summary[1:] + "."]
    if component.get("details"):
        paragraphs.append(textwrap.fill(component["details"], WIDTH - 4))
    if component["parameters"]:
        paragraphs.append("Parameters:\n\n" + textwrap.indent(
            "\n".join(map(describe, component["parameters"])), "    "))
    tables = component.get("tables", [])
    if tables:
        paragraphs.append("Tables once fitted: " + ", ".join(tables) + ".")
    paragraphs.append(f"The component '{component['name']}' of recipes"
                      + (f", since {component['since']}" if component.get("since") else "") + ".")
    text = textwrap.indent("\n\n".join(paragraphs), "    ").strip()
    quotes = 'r"""' if "\\" in text else '"""'
    return f"    {quotes}{text}\n    \"\"\"\n"


def wrap_call(head: str, items: list, tail: str) -> str:
    """A call whose items are aligned behind its bracket."""
    lines, line = [], head
    for i, item in enumerate(items):
        word = item + (", " if i + 1 < len(items) else tail)
        if len(line) + len(word.rstrip()) > WIDTH and line.strip():
            lines.append(line.rstrip())
            line = " " * len(head)
        line += word
    return "\n".join(lines + [line]) + "\n"


def render(component: dict) -> str:
    base = {"model": "Model", "transform": "Transform"}[component["kind"]]
    params = [(python_name(p["name"]), p) for p in component["parameters"]]
    signature = ["self", "*"] + [f"{name}: {annotation(p)} = {default(p)}" for name, p in params]
    signature.append("context: Optional[Context] = None")
    body = wrap_call("    def __init__(", signature, ") -> None:")
    items = [f'"{p["name"]}": {name}' for name, p in params]
    body += wrap_call("        self._init({", items, "}, context)") if items else \
        "        self._init({}, context)\n"
    return (f"class {class_name(component['name'])}({base}):\n{docstring(component)}\n"
            f"    _component = {json.dumps(component['name'])}\n\n{body}")


def imports(text: str, base: str) -> str:
    """What a module needs of what its class may use."""
    used = [name for name in ("Any", "Optional", "Union") if re.search(rf"\b{name}\b", text)]
    return ("from math import inf\n" if re.search(r"= -?inf\b", text) else "") + \
        f"from typing import {', '.join(used)}\n\n" \
        f"from .._context import Context\nfrom ..{base.lower()} import {base}\n"


def module(component: dict) -> str:
    body = render(component)
    base = {"model": "Model", "transform": "Transform"}[component["kind"]]
    code = body[body.index("    _component = "):]
    return f'"""{MADE}"""\n{imports(code, base)}\n\n{body}'


def package(components: list) -> str:
    """The classes together, and by kind and name."""
    lines = [f'"""{MADE}\n\nOne class a component, with the parameters, defaults and ranges that '
             'the library has.\n"""']
    lines += [f"from .{c['name']} import {class_name(c['name'])}"
              for c in sorted(components, key=lambda c: c["name"])]
    lines += ["", "CLASSES = {"]
    lines += [f'    ("{c["kind"]}", "{c["name"]}"): {class_name(c["name"])},' for c in components]
    lines += ["}", "", "__all__ = ["]
    lines += [f'    "{name}",' for name in sorted(class_name(c["name"]) for c in components)]
    return "\n".join(lines + ["]"]) + "\n"


def generate(catalog: dict) -> dict:
    chosen = [c for c in catalog["components"] if c["kind"] in ("transform", "model")
              and ("composition" not in c["capabilities"] or c["name"] == "automatic")]
    files = {f"{PACKAGE}/{c['name']}.py": module(c) for c in chosen}
    return {f"{PACKAGE}/__init__.py": package(chosen), **files}
