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


def loaded(names):
    """These tests, by the names that they have themselves; all of the modules without any."""
    for module in MODULES:
        importlib.import_module("test." + module)
        for test in flat(unittest.defaultTestLoader.loadTestsFromName("test." + module)):
            if not names or test.id() in names:
                yield test


def run(tests):
    result = unittest.TextTestRunner(verbosity=0).run(unittest.TestSuite(tests))
    return result, {test.id() for test, _ in result.failures + result.errors}


named = set(sys.argv[1:])
chosen = list(loaded(named))
able = [test for test in chosen if getattr(test, "_testMethodName", "") not in LEFT_OUT]
result, suspects = run(able)
# some are a race, or measure time on a busy machine: failed is what fails each time
failed, now_and_then = set(suspects), set(suspects)
for _ in range(5):
    if named or suspects:
        again = run(loaded(named or suspects))[1]
        failed &= again
        now_and_then |= again
for test in sorted(now_and_then):
    print("failed:" if test in failed else "failed now and then:", test)
print(
    f"passed: {result.testsRun - len(result.skipped) - len(failed)} of {', '.join(MODULES)}; {len(failed)} failed, "
    f"{len(result.skipped)} skipped themselves, {len(chosen) - len(able)} need {', '.join(NEEDS)}"
)
