"""Every exported function can be reached from Java, but for those that Java has no use for.

    reachable.py SOURCE_ROOT

The map of the library is held against the calls of the native methods; each native method must be
declared and used by a class that people see.
"""
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])
native = source / "bindings/java/native"
classes = source / "bindings/java/src/main/java/org/mlcore"
FOR_TESTS = ("handles", "statusName")
REASONS = {
    "bytes are byte[]": ["mlc_buffer_create", "mlc_buffer_ref"],
    "an object of Java is the reference": ["mlc_model_ref", "mlc_predictor_ref",
                                           "mlc_profile_ref"],
    "settings are made by Settings and the classes of components": [
        "mlc_params_close", "mlc_params_open", "mlc_params_set_integer", "mlc_params_set_real",
        "mlc_params_set_text", "mlc_params_text"],
    "columns are copied into arrays": ["mlc_dataset_column"],
    "as _like without other rows": ["mlc_dataset_parse", "mlc_dataset_parse_csv",
                                    "mlc_dataset_read", "mlc_dataset_read_csv"],
}
exported = re.findall(r"^ +(mlc_\w+);", (source / "lib/libmlcore.map").read_text(), flags=re.M)
code = "".join(re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
               for path in sorted(native.glob("*.c")))
called = set(re.findall(r"\b(mlc_\w+)\b", code))
left_out = {name for names in REASONS.values() for name in names}
failures = [f"{name} is not reachable from Java" for name in exported
            if name not in called and name not in left_out]
failures += [f"{name} is left out, but used or gone" for name in sorted(left_out)
             if name in called or name not in exported]

declared = re.findall(r"static native [\w\[\]]+ (\w+)\(", (classes / "Native.java").read_text())
registered = re.findall(r"NATIVE\(\"(\w+)\"", code)
users = "".join(path.read_text() for path in sorted(classes.glob("*.java"))
                if path.name != "Native.java")
failures += [f"Native.{name} is not registered" for name in declared if name not in registered]
failures += [f"{name} is registered, but not declared" for name in registered
             if name not in declared]
failures += [f"Native.{name} is used by no class" for name in declared
             if name not in FOR_TESTS and f"Native.{name}(" not in users]
print("\n".join(failures) or f"{len(exported)} functions, {len(declared)} native methods")
sys.exit(bool(failures) or not exported or not declared)
