"""Faults in the compiled engine and the passes over memory."""

from mutants.fault import Fault

ADVANCE, LOOPS, MEMORY = "engine/advance.py", "engine/loops.py", "engine/memory.py"
LAYOUT, STEP, OPENMP = "engine/layout.py", "engine/step.py", "engine/openmp.py"

FAULTS = [
    Fault(
        ADVANCE,
        "real(task.low) if x < task.low else (real(task.high) if x > task.high else x)",
        "real(task.low) if x < task.low else (x if x <= task.high else real(task.high))",
    ),
    Fault(ADVANCE, "regret = add(total, rest, f - f_star)", "regret = total + (f - f_star), rest"),
    Fault(ADVANCE, "schedule(clock.s + i)", "schedule(clock.n + i)", of=2),
    Fault(ADVANCE, "schedule(clock.s + i)", "schedule(clock.t + i)", of=2),
    Fault(ADVANCE, "at(clock.n + i, alpha, tuning.hyper)", "at(clock.s + i, alpha, tuning.hyper)"),
    Fault(ADVANCE, "f_at(task.x_star, t, key", "f_at(0.0, t, key"),
    Fault(ADVANCE, "c, alpha, decays)\n        # Π_F", "c, 1.0, decays)\n        # Π_F"),
    Fault(LOOPS, "if lane.x != lane.x:  # this is the step to report", "if False:"),
    Fault(LOOPS, "if lane.x != lane.x:  # NaN: the run has diverged already", "if False:"),
    Fault(LOOPS, "width = min(WIDTH, last - begin)", "width = min(WIDTH, lanes.x.size - begin)"),
    Fault(LOOPS, "range(first, last, WIDTH)", "range(first, last - WIDTH + 1, WIDTH)"),
    Fault(LOOPS, "made, later = 0, tuning\n            width", "made = 0\n            width"),
    Fault(LOOPS, "if i == steps - 1:", "if i == 0:"),
    Fault(LOOPS, "keys[j], task, shared, later", "keys[0], task, shared, later"),
    Fault(
        LOOPS, "lanes.regret[1, k] = sums[0, j], sums[1, j]", "lanes.regret[1, k] = sums[0, j], 0.0"
    ),
    Fault(LOOPS, "lane.x, f\n", "lane.x, 0.0\n"),
    Fault(
        LOOPS,
        "            made += 1\n            if lane",
        "            made += 2\n            if lane",
    ),
    Fault("engine/first_passage.py", "return 1 + i", "return i"),
    Fault("engine/first_passage.py", "lane.x <= level", "lane.x < level"),
    Fault("engine/first_passage.py", "Clock(1, 1, 1)", "Clock(1, 2, 1)"),
    Fault(MEMORY, "I32(0x7FFF)", "I32(0x8000)"),
    Fault(MEMORY, 'builder.fcmp_unordered("uno", x, x)', 'builder.fcmp_ordered("one", x, x)'),
    Fault(MEMORY, "builder.add(last_kept, I32(0x7FFF))", "I32(0x8000)"),
    Fault(MEMORY, "scopes[:i] + scopes[i + 1 :]", "scopes", unseen="LLVM does not use it so"),
    Fault("engine/memory_pass.py", "min(last - begin, sizes[i])", "sizes[i]"),
    Fault("engine/memory_pass.py", "max(first - begin, 0)", "0"),
    Fault("engine/memory_pass.py", "(numbers[1], numbers[2])", "(numbers[2], numbers[1])"),
    Fault(LAYOUT, "written[1:] < until[:-1]", "written[1:] <= until[:-1]"),
    Fault(LAYOUT, "until[last] > begins[:, -1]", "until[last] >= begins[:, -1]"),
    Fault(LAYOUT, "found.sizes > 0", "found.sizes >= 0"),
    Fault(LAYOUT, "if size != 1 and stride", "if stride"),
    Fault(LAYOUT, "all(t.stride() == stride for t in others) and _dense(first)", "_dense(first)"),
    Fault(LAYOUT, "or {*map(DTYPE, column)} != {dtype}", ""),
    Fault(STEP, "g = g + real(l2) * x", "g = g + real(decay) * x"),
    Fault(STEP, "decay if absolute else alpha * decay", "alpha * decay"),
    Fault(STEP, "        if maximize:\n            g = -g\n", ""),
    Fault("engine/threads.py", "-(-total // grain)", "total // grain"),
    Fault("engine/threads.py", "if sum(done) < total:", "if not done:"),
    Fault("engine/threads.py", "raise errors[0]", "pass"),
    Fault("engine/threads.py", "task(*mine, data)\n", "\n"),
    Fault(OPENMP, "min((i + 1) * size, total)", "(i + 1) * size"),
    Fault(OPENMP, "os.register_at_fork(after_in_child=leave)", "pass"),
    Fault("engine/compilation.py", 'f"_{digest(SOURCES, parts)}"', 'f"_{digest(SOURCES)}"'),
    Fault("engine/compilation.py", "return False\n    return True", "return True\n    return True"),
    Fault("engine/compilation.py", "st_mtime < now - KEPT", "st_mtime < now"),
    Fault("engine/compilation.py", "except Exception:  # whatever", "except OSError:  # whatever"),
    Fault("engine/digest.py", "yield from _pieces(cell.cell_contents, seen)", "pass"),
    Fault("engine/digest.py", "yield from _pieces(function.__defaults__, seen)", "pass"),
    Fault("engine/digest.py", "yield from _pieces(code.co_consts, seen)", "pass"),
    Fault("engine/digest.py", "yield from _pieces(value.py_func, seen)", "pass"),
    Fault(
        "engine/digest.py", "set(code.co_names).union(*map(_names, inner))", "set(code.co_names)"
    ),
]
