"""Faults in the command lines."""

from mutants.fault import Fault

OPTIONS, ENDINGS, REPORT = "cli/options.py", "cli/endings.py", "cli/report.py"

FAULTS = [
    Fault(OPTIONS, 're.compile(r"-\\.?\\d")', 're.compile(r"-\\d")'),
    Fault(OPTIONS, "allow_abbrev=False", "allow_abbrev=True"),
    Fault(OPTIONS, "if value.is_integer():", "if True:"),
    Fault(OPTIONS, "if settings.problem.name != command:", "if False:"),
    Fault(
        OPTIONS,
        "        for field in typed:\n            p.error",
        "        for field in ():\n            p.error",
    ),
    Fault(OPTIONS, "list(dict.fromkeys(names))", "sorted(set(names))"),
    Fault(OPTIONS, 'self.exit(2, f"', 'self.exit(1, f"'),
    Fault(
        ENDINGS,
        "raise SystemExit(128 + signal.SIGINT) from error",
        "raise SystemExit(1) from error",
    ),
    Fault(ENDINGS, "            directory.rmdir()\n", "            pass\n"),
    Fault(
        ENDINGS, "        signal.signal(signal.SIGINT, before)\n", "        pass\n", which=2, of=2
    ),
    Fault("cli/table.py", "kept.remove(list(headers).index(name))", "pass"),
    Fault(
        REPORT,
        'spare = ["seconds", "engine", "steps/s"]',
        'spare = ["engine", "seconds", "steps/s"]',
    ),
    Fault(
        REPORT,
        "        leave_standard_output()\n        raise\n",
        "        leave_standard_output()\n",
    ),
    Fault("cli/table.py", "if not texts:", "if True:"),
    Fault("cli/startup.py", "if getattr(sys, name) is None:", "if False:"),
    Fault(
        "cli/startup.py",
        'stream.reconfigure(errors="in words")',
        'stream.reconfigure(errors="replace")',
    ),
    Fault(
        "cli/trials.py",
        "with contextlib.redirect_stdout(sys.stderr):",
        "with contextlib.nullcontext():",
    ),
    Fault("cli/trials.py", "status = 128 + played.signal", "status = played.signal"),
    Fault(
        "cli/trials.py",
        "failure, status = as_option(error), 2",
        "failure, status = as_option(error), 1",
    ),
    Fault(
        "cli/trials.py",
        "            status = 1\n    if failure",
        "            status = 0\n    if failure",
    ),
    Fault("cli/theorems.py", "return 0 if holds else 1", "return 0"),
    Fault(
        "cli/theorems.py",
        'all(summary["holds"] for summary in summaries)',
        'any(summary["holds"] for summary in summaries)',
    ),
    Fault(
        "cli/figure1.py", "figure_1(chosen.steps, chosen.seed, at", "figure_1(chosen.steps, 0, at"
    ),
    Fault(
        "cli/conformance.py",
        "list(comparisons(chosen.steps, chosen.seed))",
        "list(comparisons(chosen.steps, 0))",
    ),
    Fault("cli/refusals.py", "error.field.replace('_', '-')", "error.field"),
    Fault(
        "cli/refusals.py",
        "endings.results_go_to(directory, *missing)",
        "endings.results_go_to(directory)",
    ),
]
