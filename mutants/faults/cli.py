"""Faults in the command lines."""

from mutants.fault import Fault

OPTIONS, ENDINGS, REPORT = "cli/options.py", "cli/endings.py", "cli/report.py"

FAULTS = [
    Fault(ENDINGS, '"coroutine .* was never awaited"', '"cannot be"'),
    Fault("cli/diagram.py", "if chosen.x.name == chosen.y.name:", "if False:"),
    Fault(OPTIONS, 're.compile(r"-\\.?\\d")', 're.compile(r"-\\d")'),
    Fault(OPTIONS, "if value.is_integer():", "if True:"),
    Fault(OPTIONS, "if settings.problem.command != command:", "if False:"),
    Fault(
        OPTIONS, 'elif command == WatchSettings.command and "problem" not in typed:', "elif False:"
    ),
    Fault(OPTIONS, "if key not in names_of(Output)}", "}"),
    Fault(OPTIONS, '"where x starts"', '""'),
    Fault(REPORT, "any(isnan(r.worst_average_regret) for r in results)", "False"),
    Fault(
        ENDINGS,
        "raise SystemExit(128 + signal.SIGINT) from error",
        "raise SystemExit(1) from error",
    ),
    Fault(ENDINGS, "            directory.rmdir()\n", "            pass\n"),
    Fault("cli/table.py", "kept.remove(list(headers).index(name))", "pass"),
    Fault(
        REPORT,
        "        leave_standard_output()\n        raise\n",
        "        leave_standard_output()\n",
    ),
    Fault(
        "cli/startup.py",
        'stream.reconfigure(errors="in words")',
        'stream.reconfigure(errors="replace")',
    ),
    Fault("cli/startup.py", "    if missing in sys.modules:\n        return\n", ""),
    Fault("cli/startup.py", "        del sys.modules[missing]\n", "        pass\n"),
    Fault("cli/startup.py", '"scipy", "numba.np.arraymath"', '"scipy", "numba"'),
    Fault(
        "cli/trials.py",
        "with contextlib.redirect_stdout(sys.stderr):",
        "with contextlib.nullcontext():",
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
    Fault("cli/figure2_report.py", "if each.seeds_agreeing < each.seeds:", "if False:"),
    Fault("cli/figure2_report.py", "'*' if row.at_edge else ''", "''"),
    Fault("cli/compiler.py", 'if name in ("__spec__", "__file__"):', 'if name == "__spec__":'),
]
