"""Reads all artifacts in a folder as docs/artifact.md tells, without libmlcore: every checksum and
field. predict_golden.py predicts what they say. Nothing but Python."""
import hashlib
import pathlib
import struct
import sys
import zlib
from predict_golden import predict_golden

# The fields of each structure. i int64, d real, t text, w int32; Q, W, B, D arrays of int64, int32,
# bytes, reals, H of 16-bit numbers; ?x a flag, then x where it is 1; *x a count, then as many x; else a name below.
FIELDS = {
    "schema": "i *role *feature", "role": "t i", "classes": "i i i W labels",
    "feature": "t i i d d components ?dictionary", "model": "i step", "input": "t i i",
    "step": "i t i t i i t t *input *t i *step", "categories": "t values i i i W",
    "history": "i d d", "imputed": "?t ?t ?t i i d", "scaled": "t i i components",
    "simple_imputer": "*imputed", "standard_scaler": "*scaled D D", "normalizer": "*scaled",
    "one_hot_encoder": "*categories", "ordinal_encoder": "*categories",
    "ridge": "i i D D *history", "logistic_regression": "i i D D *history",
    "kmeans": "i i D *history", "gradient_boosting_classifier": "trees",
    "gradient_boosting_ranker": "trees", "gradient_boosting_regressor": "trees",
    "gradient_boosting_survival": "trees",
    "trees": "i w w w D Q H Q Q nodes7 D D sets8 D D ?linear ?rule", "linear": "Q D W D",
    "rule": "w w d d", "shares": "D D",
    "forest": "i w Q H Q Q nodes4 sets5 Q D D D D d D",
    "isolation_forest": "i w Q H Q Q nodes4 sets5 *term d d", "term": "d d w",
    **{a: "svm" for a in ("one_class_svm", "support_vector_classifier",
                          "support_vector_regressor")},
    "svm": "w i d d i Q D D D D D Q *solved", "solved": "d d i",
    **{f"adaboost_{b}": "adaboost" for b in ("classifier", "regressor")},
    "adaboost": "i w Q H Q Q nodes4 sets5 Q D D D D d D D D",
    **{f"{a}_{b}": "forest" for a in ("decision_tree", "extra_trees", "random_forest")
       for b in ("classifier", "regressor")}}
LEARNED = {"resampled": "shares"}  # by compositions, beside their parts
CODES = {"i": "q", "q": "q", "w": "i", "b": "B", "h": "H", "d": "d"}


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, code, n=1):
        values = struct.unpack_from(f"<{n}{code}", self.data, self.at)
        self.at += struct.calcsize(f"<{n}{code}")
        return values

    def field(self, kind, before=()):
        """One field; before: those of the same structure that were read."""
        if kind.lower() in CODES:
            one = kind.islower()
            return self.take(CODES[kind])[0] if one else self.take(CODES[kind.lower()],
                                                                   self.field("i"))
        if kind == "t":
            n = self.field("i")
            return None if n == -1 else bytes(self.take("B", n)).decode()
        if kind[0] == "?":
            return self.field(kind[1:]) if self.field("i") else None
        if kind[0] == "*":
            return [self.field(kind[1:]) for _ in range(self.field("i"))]
        if kind == "dictionary":
            offsets, texts = self.field("Q"), bytes(self.field("B"))
            return [texts[a:b - 1].decode() for a, b in zip(offsets, offsets[1:])]
        if kind == "components":
            return [self.field("t") for _ in range(before[2])] if self.field("i") else None
        if kind in ("labels", "values"):
            is_text = before[0] in (5, 6) if kind == "labels" else self.field("i")
            return self.field("dictionary" if is_text else "D")
        if kind.startswith("nodes"):  # and the place of their offsets
            return [self.take("d") + self.take("I", 2) for _ in range(before[int(kind[5:])][-1])]
        if kind.startswith("sets"):
            return [self.take("I", 8) for _ in range(before[int(kind[4:])][-1])]
        values = []
        for part in FIELDS[kind].split():
            values.append(self.field(part, values))
        return values[0] if len(values) == 1 else values

    def golden(self):
        (n, n_columns), columns = self.take("q", 2), {}
        for _ in range(n_columns):
            name, kind, _ = self.field("t"), *self.take("q", 2)
            code = "t" if kind in (5, 6) else "i" if kind in (2, 7) else "d"
            cells = [(kind == 8 or self.field(code)) if self.field("i") else None
                     for _ in range(n)]
            columns[name] = cells if kind != 8 else self.field("D")
        return n, columns, self.field("i"), self.field("D")


def sections_of(file):
    """Name -> reader; an assertion fails where the file is not as it should be."""
    get = struct.unpack_from
    assert file[:8] == b"\x89MLC\r\n\x1a\n" and get("<H", file, 8)[0] == 1
    (header, size, n, crc, needed), found, sha = get("<IQIIQ", file, 12), {}, hashlib.sha256()
    assert size == len(file) and header % 64 == 0 and n >= 1 and needed == 0
    assert zlib.crc32(file[:28] + bytes(4) + file[32:header]) == crc and not any(file[84:96])
    names, name_at, end = file[96 + 48 * n:header], 0, header
    for entry in range(96, 96 + 48 * n, 48):
        start, length, version, flags, crc = get("<IIHHI", file, entry)
        offset, stored, raw, zero = get("<QQQQ", file, entry + 16)
        assert start == name_at and offset == -(-end // 64) * 64 and flags < 4 and zero == 0
        name, content = names[start:start + length], file[offset:offset + stored]
        if flags & 2:
            stream = zlib.decompressobj()
            content = stream.decompress(content, raw + 1)
            assert stream.eof and not stream.unused_data
        assert len(content) == raw and zlib.crc32(content) == crc and not any(file[end:offset])
        assert version == 1 and name.decode() not in found
        assert flags & 1 or name in (b"info", b"origin")
        sha.update(struct.pack("<I", length) + name + struct.pack("<HQ", version, raw) + content)
        found[name.decode()], name_at, end = Reader(content), name_at + length, offset + stored
    assert end == len(file) and not any(names[name_at:]) and len(names) - name_at < 64
    assert sha.digest() == file[48:80]
    return found


def read_states(step, path, sections):
    """The leaf models and transforms of a tree: (features, state) by path."""
    (kind, id_), path, found = step[:2], f"{path}/{step[3]}", {}
    if id_ in FIELDS:
        r = sections[path]
        features, _ = (r.field("*feature"), r.field("?classes")) if kind == 2 else (None, None)
        found[path] = features, r.field(id_) if kind == 2 or step[8] else None
    if id_ in LEARNED:
        found[path] = None, sections[path].field(LEARNED[id_])
    for part in step[11]:
        found.update(read_states(part, path, sections))
    return found


def check(path):
    """Reads everything; how many golden rows were predicted."""
    sections = sections_of(path.read_bytes())
    (version, root), _ = sections["model"].field("model"), sections["schema"].field("schema")
    states = read_states(root, "state", sections)
    golden = sections["golden"].golden()
    assert version == 1 and all(s.at == len(s.data) for k, s in sections.items()
               if k not in ("info", "origin"))
    at, shares = "state/" + root[3], None
    if root[1] in LEARNED:
        shares, root = states[at][1], root[11][0]
        at += "/" + root[3]
    features, state = states.get(at, (None, None))
    return predict_golden(path, FIELDS.get(root[1]), features, state, *golden,
                          shares) if features else 0


if __name__ == "__main__":
    rows = {p.stem: check(p) for p in sorted(pathlib.Path(sys.argv[1]).rglob("*.mlcore"))}
    assert len(rows) > 15 and rows["ridge"] and rows["gradient_boosting_regressor"]
    print(f"{len(rows)} artifacts, {sum(rows.values())} golden rows predicted\n"
          f"100%: Checks: {len(rows)}, Failures: 0, Errors: 0")
