"""The classes org.mlcore.components: one a transform or model that is no composition.

Each is a builder of settings: a setter a parameter, create() for the recipe and recipe() for its
text inside of others. What all components of a family take (gradient_boosting_classifier, _regressor
...) is set by a class that theirs extend.
"""
import html
import keyword
import math
import textwrap

from names import class_name

WIDTH = 100
FOLDER = "bindings/java/src/main/java/org/mlcore/components"
HEADER = "// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.\n"
RESERVED = set(keyword.kwlist) | {
    "abstract", "boolean", "byte", "case", "catch", "char", "const", "default", "do", "double",
    "enum", "extends", "final", "float", "goto", "implements", "instanceof", "int", "interface",
    "long", "native", "new", "null", "package", "private", "protected", "public", "short",
    "static", "strictfp", "super", "switch", "synchronized", "this", "throw", "throws",
    "transient", "void", "volatile", "true", "false", "create", "recipe", "name", "settings",
    "toString", "wait", "notify"}
PURPOSES = ("classifier", "regressor", "ranker", "survival")
TYPES = {"bool": ["boolean"], "integer": ["long"], "real": ["double"], "choice": ["String"],
         "text": ["String"], "list": ["Object..."]}
LARGEST = 2 ** 31 - 1


def method_name(name: str) -> str:
    """n_estimators: nEstimators; a single capital such as C becomes c."""
    words = name.split("_")
    method = words[0][:1].lower() + words[0][1:] + "".join(w[:1].upper() + w[1:] for w in words[1:])
    return method + "_" if method in RESERVED else method


def text(words: str) -> str:
    """Escaped for Javadoc."""
    return html.escape(words, quote=False).replace("@", "&#64;").replace("*/", "*&#47;")


def number(value) -> str:
    if isinstance(value, float) and math.isinf(value):
        return "infinity" if value > 0 else "-infinity"
    return str(value)


def shown(value) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    return number(value)


def bounds(param: dict) -> str:
    parts = []
    for key, closed, opened in (("low", "at least", "above"), ("high", "at most", "below")):
        bound = param.get(key)
        if bound is None or (key == "high" and bound >= LARGEST):
            continue
        parts.append(f"{opened if param.get('open_' + key) else closed} {number(bound)}")
    return " and ".join(parts)


def javadoc(paragraphs: list, indent: str) -> str:
    lines = []
    for i, paragraph in enumerate(paragraphs):
        if i > 0 and not paragraph.startswith(("@", "<ul>", "<li>", "</ul>")):
            lines.append("")
            paragraph = "<p>" + paragraph
        lines += textwrap.wrap(paragraph, WIDTH - len(indent) - 3, break_long_words=False,
                               break_on_hyphens=False)
    body = "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines)
    return f"{indent}/**\n{body}{indent} */\n"


def sentence(words: str) -> str:
    words = text(words)
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")


def describe(param: dict) -> list:
    paragraphs = [sentence(param["doc"])]
    facts = [f"default {text(shown(param.get('default')))}"]
    if bounds(param):
        facts.append(bounds(param))
    if param.get("host"):
        facts.append("or a dotted name of a component of the program")
    if param.get("aliases"):
        facts.append("also called " + ", ".join(param["aliases"]) + " in recipes")
    paragraphs[0] += " " + sentence("; ".join(facts))
    if param.get("choices"):
        paragraphs.append("<ul>")
        for choice in param["choices"]:
            doc = f": {text(choice['doc'])}" if choice.get("doc") else ""
            if choice.get("aliases"):
                doc += f" (also {text(', '.join(choice['aliases']))})"
            paragraphs.append(f"<li>{{@code {choice['name']}}}{doc}</li>")
        paragraphs.append("</ul>")
    return paragraphs


def setter(owner: str, itself: str, param: dict) -> str:
    name, method = param["name"], method_name(param["name"])
    kinds = list(TYPES.get(param["type"], ["Object"]))
    choices = {choice["name"] for choice in param.get("choices", [])}
    if param["type"] == "choice" and {"true", "false"} & choices:
        kinds.append("boolean")
    code = ""
    for kind in kinds:
        put = "choice" if param["type"] == "choice" and kind == "String" else "set"
        code += javadoc(describe(param), "    ")
        code += (f"    public {owner} {method}({kind} value) {{\n"
                 f'        settings.{put}("{name}", value);\n        return {itself};\n    }}\n\n')
    none = param.get("none") or "none" in choices
    if none and "none" not in choices:
        code += javadoc([f"Sets {{@code {name}}} to none."], "    ")
        code += (f"    public {owner} {method}None() {{\n"
                 f'        settings.none("{name}");\n        return {itself};\n    }}\n\n')
    return code


def setters(owner: str, itself: str, params: list) -> str:
    return "".join(setter(owner, itself, param) for param in params)


def family_of(name: str) -> str:
    """What the component is, without what it is for."""
    family, _, purpose = name.rpartition("_")
    return family if purpose in PURPOSES else ""


def shared_params(entries: list) -> dict:
    """By family of several components: the parameters that are the same in all of them."""
    families = {}
    for entry in entries:
        families.setdefault(family_of(entry["name"]), []).append(entry)
    shared = {}
    for family, members in families.items():
        if family and len(members) > 1:
            first, *others = (member["parameters"] for member in members)
            shared[family] = [p for p in first if all(p in params for params in others)]
    return shared


def parent(family: str, params: list, members: list) -> str:
    owner = class_name(family)
    links = [f"{{@link {class_name(entry['name'])}}}" for entry in members]
    doc = javadoc([f"The settings that {', '.join(links[:-1])} and {links[-1]} share.",
                   "@param <T> the class that it is"], "")
    return (f"{HEADER}package org.mlcore.components;\n\n{doc}"
            f"public abstract class {owner}<T extends {owner}<T>> implements Recipe {{\n"
            "    final Settings settings = new Settings();\n\n"
            f"    {owner}() {{\n    }}\n\n    abstract T self();\n\n"
            + setters("T", "self()", params).rstrip() + "\n}\n")


def component(entry: dict, shared: dict) -> str:
    kind = "Model" if entry["kind"] == "model" else "Transform"
    owner, name, family = class_name(entry["name"]), entry["name"], family_of(entry["name"])
    doc = javadoc([sentence(entry["summary"])] +
                  ([sentence(entry["details"])] if entry.get("details") else []), "")
    code = f"{HEADER}package org.mlcore.components;\n\nimport org.mlcore.{kind};\n\n{doc}"
    if family in shared:
        code += f"public final class {owner} extends {class_name(family)}<{owner}> {{\n"
        code += f"    @Override\n    {owner} self() {{\n        return this;\n    }}\n\n"
    else:
        code += f"public final class {owner} implements Recipe {{\n"
        code += "    private final Settings settings = new Settings();\n\n"
    code += setters(owner, "this", [p for p in entry.get("parameters", [])
                                    if p not in shared.get(family, [])])
    code += javadoc([f"The {kind.lower()} as a recipe, to be fitted."], "    ")
    code += (f"    public {kind} create() {{\n"
             f'        return {kind}.create("{name}", settings.text());\n    }}\n\n')
    code += ("    @Override\n    public String recipe() {\n"
             f'        return settings.recipe("{name}");\n    }}\n\n')
    code += "    @Override\n    public String toString() {\n        return recipe();\n    }\n}\n"
    return code


def generate(catalog: dict) -> dict:
    entries = [entry for entry in catalog["components"]
               if entry["kind"] in ("transform", "model")
               and "composition" not in entry.get("capabilities", [])]
    shared = shared_params(entries)
    files = {class_name(entry["name"]): component(entry, shared) for entry in entries}
    for family, params in shared.items():
        files[class_name(family)] = parent(
            family, params, [entry for entry in entries if family_of(entry["name"]) == family])
    return {f"{FOLDER}/{name}.java": text for name, text in files.items()}
