"""A LightGBM model as an artifact of libmlcore, written as docs/artifact.md tells: numbers only,
none missing, one score."""
import hashlib
import pathlib
import struct
import sys
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "tests" / "artifact"))
from read_artifact import sections_of  # noqa: E402

LEFT_WHEN_MISSING = 1 << 31


def _numbers(block, name, kind):
    return [kind(word) for word in block.get(name, "").split()]


def _tree(block):
    """Nodes (value, split, left child), a split's children side by side and after it."""
    feature, threshold = _numbers(block, "split_feature", int), _numbers(block, "threshold", float)
    left, right = _numbers(block, "left_child", int), _numbers(block, "right_child", int)
    kinds, values = _numbers(block, "decision_type", int), _numbers(block, "leaf_value", float)
    assert not any(kind & 1 for kind in kinds), "categories are not read here"
    nodes, waiting = [None], [(0 if feature else -1, 0)]
    while waiting:
        of, at = waiting.pop()
        if of < 0:  # a leaf
            nodes[at] = (values[~of], 0, 0)
            continue
        missing = LEFT_WHEN_MISSING if kinds[of] & 2 else 0
        nodes[at] = (threshold[of], feature[of] | missing, len(nodes))
        waiting += [(right[of], len(nodes) + 1), (left[of], len(nodes))]
        nodes += [None, None]
    return nodes


def trees_of(text):
    blocks = text.split("\nend of trees")[0].split("\nTree=")[1:]
    return [_tree(dict(line.split("=", 1) for line in block.splitlines() if "=" in line))
            for block in blocks]


def _array(code, values):
    return struct.pack(f"<q{len(values)}{code}", len(values), *values)


def _state(n_features, trees):
    first = [0]
    for tree in trees:
        first.append(first[-1] + len(tree))
    nodes = b"".join(struct.pack("<dII", *node) for tree in trees for node in tree)
    no_sets = [0] * (len(trees) + 1)
    return b"".join([struct.pack("<q3i", n_features, 1, 0, 0), _array("d", [0.0]),
                     _array("q", [0] * (n_features + 1)), _array("B", []), _array("q", first),
                     _array("q", no_sets), nodes, _array("d", [0.0] * first[-1]),
                     _array("d", [1.0] * first[-1]), _array("d", []), _array("d", [])])


def _file(sections):
    """Name -> content, critical but for info."""
    names = b"".join(name.encode() for name in sections)
    header = -(-(96 + 48 * len(sections) + len(names)) // 64) * 64
    table, body, name_at, sha = b"", b"", 0, hashlib.sha256()
    for name, content in sections.items():
        body += bytes(-len(body) % 64)
        table += struct.pack("<IIHHI4Q", name_at, len(name), 1, name != "info",
                             zlib.crc32(content), header + len(body), len(content), len(content),
                             0)
        sha.update(struct.pack("<I", len(name)) + name.encode()
                   + struct.pack("<HQ", 1, len(content)) + content)
        name_at, body = name_at + len(name), body + content
    head = bytearray(b"\x89MLC\r\n\x1a\n" + struct.pack("<HHIQIIQQ", 1, 0, header,
                                                        header + len(body), len(sections), 0, 0, 0)
                     + sha.digest() + struct.pack("<HH12x", 0, 1) + table + names)
    head += bytes(header - len(head))
    struct.pack_into("<I", head, 28, zlib.crc32(head))
    return bytes(head) + body


def convert(text, template):
    """The artifact of a gradient_boosting_regressor on the same inputs, with the trees of a model
    file of LightGBM. Its golden rows are still the template's: load it with selftest=false."""
    found = sections_of(template)
    name = next(n for n in found if n.startswith("state/"))
    state = found[name]
    features, _ = state.field("*feature"), state.field("?classes")
    n_features = sum(feature[2] for feature in features)
    kept = state.data[:state.at]
    sections = {n: reader.data for n, reader in found.items()}
    sections[name] = kept + _state(n_features, trees_of(text))
    return _file(sections)
