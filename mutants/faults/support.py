"""Faults in what belongs to no wing."""

from mutants.fault import Fault

CALLS, CHECKS, FILES = "support/calls.py", "support/checks.py", "support/files.py"

FAULTS = [
    Fault(CALLS, "if len(set(keys)) < len(keys):", "if False:"),
    Fault(CALLS, "return isinstance(node, ast.Name)", "return True"),
    Fault(CALLS, "text = text.strip()", "pass"),
    Fault(CHECKS, "if not number > above:", "if not number >= above:"),
    Fault(CHECKS, "if not number < below:", "if not number <= below:"),
    Fault(CHECKS, "if not math.isfinite(number):", "if math.isnan(number):"),
    Fault(CHECKS, "if number < at_least:", "if number <= at_least:"),
    Fault(CHECKS, "operator.index(value)", "int(value)"),
    Fault(CHECKS, "if isinstance(value, (str, bytes)):", "if False:"),
    Fault(FILES, "            temporary.unlink(missing_ok=True)\n", "            pass\n"),
    Fault(FILES, "temporary.replace(path)", "path.write_bytes(content)"),
    Fault(FILES, "            os.fsync(stream.fileno())\n", "", unseen="it takes a loss of power"),
    Fault(
        FILES,
        "except BlockingIOError:\n        os.close(lock)\n        return None",
        "except BlockingIOError:\n        return lock",
    ),
    Fault(
        FILES, "            number += 1\n        else", "            return directory\n        else"
    ),
    Fault(FILES, "if parent.exists() and not parent.is_dir():", "if False:"),
    Fault("support/results.py", "and not math.isfinite(value)", "and False"),
    Fault("support/results.py", 'format=path.suffix.lstrip(".").lower()', 'format="png"'),
    Fault("support/text.py", "if count >= bytes_:", "if count > bytes_ * 1000:"),
    Fault("support/text.py", '" ".join(str(error).split()) or', "str(error) or"),
    Fault("support/text.py", 'errors="backslashreplace"', 'errors="strict"'),
]
