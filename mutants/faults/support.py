"""Faults in what belongs to no wing."""

from mutants.fault import Fault

CALLS, CHECKS, FILES = "support/calls.py", "support/checks.py", "support/files.py"

FAULTS = [
    Fault(CALLS, "if len(set(keys)) < len(keys):", "if False:"),
    Fault(CHECKS, "if not number > above:", "if not number >= above:"),
    Fault(CHECKS, "if not math.isfinite(number):", "if math.isnan(number):"),
    Fault(CHECKS, "operator.index(value)", "int(value)"),
    Fault(CHECKS, "at least {at_least:g}, got {value}", "at least {at_least:g}, got {number}"),
    Fault(CHECKS, "at most {at_most:g}, got {value}", "at most {at_most:g}, got {number}"),
    Fault(FILES, "            temporary.unlink(missing_ok=True)\n", "            pass\n"),
    Fault(FILES, "temporary.replace(path)", "path.write_bytes(content)"),
    Fault(
        FILES, "            number += 1\n        else", "            return directory\n        else"
    ),
    Fault("support/results.py", "and not math.isfinite(value)", "and False"),
    Fault("support/text.py", '" ".join(str(error).split()) or', "str(error) or"),
    Fault(
        "support/workers.py", "                    pool.submit(int)\n", "                    pass\n"
    ),
    Fault("support/ctrl_c.py", "        raise KeyboardInterrupt\n", "        pass\n"),
    Fault("support/ctrl_c.py", "        signal.signal(signal.SIGINT, before)\n", "        pass\n"),
    Fault(
        "support/workers.py",
        "        resource_tracker.ensure_running()  # which",
        "        # which",
    ),
    Fault("support/workers.py", "            forkserver.ensure_running()\n", "            pass\n"),
    Fault("support/workers.py", "signal.SIG_SETMASK, before", "signal.SIG_BLOCK, before"),
    Fault("support/workers.py", "    torch.set_default_dtype(dtype)\n", ""),
]
