"""mlcore verify: whole files, damaged ones, limits, and what a program reads of it."""
import hashlib
import struct
import zlib

from running import CommandTest, data, main, records


def repaired(file):
    """Stored sections' checksums, content id and header's checksum made to fit the bytes."""
    file = bytearray(file)
    header, n = struct.unpack_from("<I", file, 12)[0], struct.unpack_from("<I", file, 24)[0]
    sha = hashlib.sha256()
    for at in range(96, 96 + 48 * n, 48):
        name_at, length, version = struct.unpack_from("<IIH", file, at)
        offset, stored, raw = struct.unpack_from("<QQQ", file, at + 16)
        content = file[offset:offset + stored]
        struct.pack_into("<I", file, at + 12, zlib.crc32(content))
        name = file[96 + 48 * n + name_at:][:length]
        sha.update(struct.pack("<I", length) + name + struct.pack("<HQ", version, raw) + content)
    file[48:80] = sha.digest()
    struct.pack_into("<I", file, 28, 0)
    struct.pack_into("<I", file, 28, zlib.crc32(file[:header]))
    return bytes(file)


class Verify(CommandTest):
    def setUp(self):
        super().setUp()
        self.model = self.train("iris.csv", "species")
        with open(self.model, "rb") as f:
            self.bytes = f.read()

    def save(self, content):
        path = self.path("changed.mlcore")
        with open(path, "wb") as f:
            f.write(content)
        return path

    def test_whole_file_is_reported_with_its_sections(self):
        out = self.run_command("verify", self.model).out
        self.assertIn("species.mlcore", out)
        self.assertIn("whole: structure, checksums, limits and golden rows hold", out)
        self.assertIn("content id  " + self.bytes[48:80].hex(), out)
        for name in "header", "info", "schema", "model", "golden":
            self.assertRegex(out, rf"(?m)^\W*{name}\b")
        self.assertEqual(self.run_command("verify", self.model, "--quiet").out, "")

    def test_json_holds_every_part(self):
        found = self.run_command("verify", self.model, "--json").json()
        self.assertEqual(found["valid"], True)
        self.assertEqual(found["bytes"], len(self.bytes))
        self.assertEqual(found["content_id"], self.bytes[48:80].hex())
        parts = records(found["sections"])
        self.assertEqual([p["section"] for p in parts][:4], ["header", "info", "schema", "model"])
        self.assertEqual(found["unpacked"], sum(p["bytes"] for p in parts))
        for part in parts[1:]:
            content = self.bytes[part["offset"]:part["offset"] + part["stored"]]
            self.assertEqual(part["crc32"], f"{zlib.crc32(content):08x}")
            self.assertEqual(part["sha256"], hashlib.sha256(content).hexdigest())

    def test_damage_is_named_with_section_and_byte(self):
        cut = self.save(self.bytes[:-5])
        done = self.fails(1, "cut short: it ends at byte", "verify", cut)
        self.assertIn("section 'golden'", done.err)
        flipped = bytearray(self.bytes)
        flipped[-1] ^= 1
        self.fails(1, "section 'golden' does not match its checksum", "verify",
                   self.save(flipped))
        self.fails(1, "golden row 16: the artifact was changed", "verify",
                   self.save(repaired(flipped)))
        self.fails(1, "this is not a libmlcore artifact", "verify", data("iris.csv"))
        self.fails(1, "not-there: cannot open", "verify", self.path("not-there"))

    def test_damage_in_json_is_a_result(self):
        done = self.run_command("verify", self.save(self.bytes[:-5]), "--json", expect=1)
        found = done.json()
        self.assertEqual(found["valid"], False)
        self.assertEqual(found["status"], "MLC_ERROR_FORMAT")
        self.assertEqual(found["section"], "golden")
        self.assertEqual(found["byte"], len(self.bytes) - 5)
        self.assertEqual(found["message"], done.events()[-1]["message"])
        self.assertEqual(self.run_command("verify", self.path("none"), "--json", expect=1).out, "")

    def test_limits_are_those_of_a_load(self):
        self.run_command("verify", self.model, "--limits", f"max_bytes={len(self.bytes)}")
        self.fails(1, f"max_bytes = {len(self.bytes) - 1}", "verify", self.model, "--limits",
                   f"max_bytes={len(self.bytes) - 1}")
        self.fails(1, "more than max_trees = 7 of the load settings", "verify", self.model, "--limits",
                   "max_trees=7")
        self.run_command("verify", self.model, "--limits",
                         "content_id=" + self.bytes[48:80].hex())
        self.fails(1, "is another one", "verify", self.model, "--limits",
                   "content_id=" + "0" * 64)
        self.fails(2, "did you mean 'max_trees'?", "verify", self.model, "--limits", "max_tree=7")
        self.fails(2, "MODEL is missing", "verify")

    def test_help_names_each_limit(self):
        page = " ".join(self.run_command("help", "verify").out.split())
        limits = ["bytes", "header_bytes", "sections", "name_bytes", "ratio", "info_bytes", "steps",
                  "features", "classes", "trees", "nodes", "depth", "golden_rows"]
        for name in limits:
            self.assertIn("max_" + name, page)
            self.run_command("verify", self.model, "--limits", f"max_{name}={10 ** 12}")


if __name__ == "__main__":
    main()
