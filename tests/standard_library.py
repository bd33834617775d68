"""Runs tests of the standard library where there is no shell and no other program: all, or those that are named."""

import importlib
import sys
import unittest

MODULES = ["test_ssl", "test_sqlite3", "test_ctypes", "test_lzma", "test_zoneinfo", "test_subprocess"]

# What each of these starts is not in the image.
NEEDS = {
    "/bin/sh": [
        "test_args_string",
        "test_bytes_program",
        "test_call_string",
        "test_encoding_warning",
        "test_getoutput",
        "test_run_with_shell_timeout_and_capture_output",
        "test_shell_sequence",
        "test_shell_string",
    ],
    "cat": ["test_restore_signals"],
    "gcc or ld": ["test_find_library_with_gcc", "test_find_library_with_ld"],
}
LEFT_OUT = {name for names in NEEDS.values() for name in names}


def flat(suite):
    for test in suite:
        yield from flat(test) if isinstance(test, unittest.TestSuite) else [test]


named = set(sys.argv[1:])
suite = unittest.TestSuite()
left_out = 0
for name in MODULES:
    importlib.import_module("test." + name)
    for test in flat(unittest.defaultTestLoader.loadTestsFromName("test." + name)):
        if getattr(test, "_testMethodName", "") in LEFT_OUT:
            left_out += 1
        elif not named or test.id() in named:
            suite.addTest(test)

result = unittest.TextTestRunner(verbosity=0).run(suite)
failed = sorted({test.id() for test, _ in result.failures + result.errors})
for test in failed:
    print("failed:", test)
passed = result.testsRun - len(result.skipped) - len(failed)
print(
    f"passed: {passed} of {', '.join(MODULES)}; {len(failed)} failed, {len(result.skipped)} skipped themselves, "
    f"{left_out} need {', '.join(NEEDS)}"
)
