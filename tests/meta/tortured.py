"""Every exported function has a test in which memory fails.

    tortured.py SOURCE

tests/faults/test_memory_*.c call each function that takes memory with each allocation failing, and
those that need none while there is none. Any other function must stand here with a reason.
"""
import pathlib
import re
import sys

SESSION = "test_session_when_memory_fails_is_as_before"
REGISTRATION = "test_registration_when_memory_fails_changes_nothing_and_works_again"
ARROW = "test_arrow_export_when_memory_fails_writes_nothing_and_works_again"
# Functions outside the lists of these files: the test they have, or why there is none.
OTHERWISE = {
    "mlc_context_create": "test_context_create_when_memory_fails_changes_nothing",
    "mlc_context_add_objective": REGISTRATION,
    "mlc_context_add_metric": REGISTRATION,
    "mlc_context_add_transform": REGISTRATION,
    "mlc_builder_push": SESSION,
    "mlc_builder_push_rows": SESSION,
    "mlc_builder_finish": SESSION,
    "mlc_reader_next": SESSION,
    "mlc_reader_collect": SESSION,
    "mlc_reader_sample": SESSION,
    "mlc_reader_write": SESSION,
    "mlc_builder_close": "gives memory back only; ends every run there",
    "mlc_reader_close": "gives memory back only; ends every run there",
    "mlc_dataset_arrow_schema": ARROW,
    "mlc_dataset_arrow_array": ARROW,
    "mlc_dataset_arrow_stream": ARROW,
    "mlc_context_close": "gives memory back only; ends every run there",
    "mlc_params_close": "gives memory back only; ends every run there",
    "mlc_predictor_run": "called by answer_predictor(), while there is no memory as well",
    "mlc_predictor_run_reals": "called by answer_predictor(), while there is no memory as well",
}

source = pathlib.Path(sys.argv[1])
script = (source / "lib/libmlcore.map").read_text(encoding="utf-8")
exported = set(re.findall(r"^\s+(mlc_\w+);", script, flags=re.M))
text = "\n".join(path.read_text(encoding="utf-8")
                 for path in sorted((source / "tests/faults").glob("test_memory_*.c")))
text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
called = {"mlc_" + name for name in re.findall(r"^CALL\((\w+),", text, flags=re.M)}
tried = {"mlc_" + name for name in re.findall(r"\bOF\((\w+), [A-Z]", text)}
without = set(re.findall(r"\b(mlc_\w+)\(", re.search(
    r"^static void call_without_memory\(.*?^}", text, flags=re.M | re.S).group(0)))

failures = [f"{name}: CALL without its line in the table of cases, or the other way round"
            for name in sorted(called ^ tried)]
for name in sorted(exported - tried - without - set(OTHERWISE)):
    failures.append(f"{name}: no test of it without memory: add it to tests/faults/test_memory_*.c")
for name, reason in sorted(OTHERWISE.items()):
    if name not in exported or name in tried | without:
        failures.append(f"{name}: take it off the list in tortured.py")
    if reason.startswith("test_") and f"START_TEST({reason})" not in text:
        failures.append(f"{name}: there is no {reason} in tests/faults/test_memory_*.c")
print("\n".join(failures) or
      f"{len(exported)} functions: {len(tried)} with each allocation failing, "
      f"{len(without)} without any memory, {len(OTHERWISE)} otherwise")
sys.exit(bool(failures))
