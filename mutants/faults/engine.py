"""Faults in the compiled engine and the passes over memory."""

from mutants.fault import Fault

ADVANCE, LOOPS = "engine/advance.py", "engine/loops.py"
LAYOUT, CELLS, THREADS = "engine/layout.py", "engine/cells.py", "engine/threads.py"
PACKS = "engine/packs.py"
COMPILATION = "engine/compilation.py"

FAULTS = [
    Fault(LOOPS, "made, stretch = before, first, 1", "made, stretch = before, made, 1"),
    Fault(LOOPS, "if stretch > 1 and (diverged or", "if stretch > 1 and (False or"),
    Fault(LOOPS, "elif diverged or made < last:", "elif made < last:"),
    Fault(LOOPS, "(diverged or lane.regret[0] != lane.regret[0])", "diverged"),
    Fault(
        ADVANCE,
        "real(task.low) if x < task.low else (real(task.high) if x > task.high else x)",
        "real(task.low) if x < task.low else (x if x <= task.high else real(task.high))",
    ),
    Fault(ADVANCE, "regret = add(total, rest, f - f_star)", "regret = total + (f - f_star), rest"),
    Fault(ADVANCE, "schedule(clock.s + i)", "schedule(clock.n + i)", of=2),
    Fault(ADVANCE, "schedule(clock.s + i)", "schedule(clock.t + i)", of=2),
    Fault(ADVANCE, "at(clock.n + i, alpha, tuning.hyper)", "at(clock.s + i, alpha, tuning.hyper)"),
    Fault(ADVANCE, "_always if known is always else holds", "_always"),
    Fault(ADVANCE, "_keep if later is keep else after", "_keep"),
    Fault(LOOPS, "if lane.x != lane.x:  # NaN: the run has diverged already", "if False:"),
    Fault(LOOPS, "width = min(WIDTH, last - begin)", "width = WIDTH"),
    Fault(LOOPS, "range(first, last, WIDTH)", "range(first, last - WIDTH + 1, WIDTH)"),
    Fault(LOOPS, "if i == steps - 1:", "if i == 0:"),
    Fault(LOOPS, "sums[0, j], sums[1, j]\n        return", "sums[0, j], 0.0\n        return"),
    Fault(
        CELLS,
        "1.0 - first, 1.0 - second",
        "1.0 - first, 1.0 - first",
    ),
    Fault(CELLS, "first * its[0], second * its[1]", "first * its[0], second * its[0]"),
    Fault(CELLS, "range(1 if alike else width)", "range(1)"),
    Fault(CELLS, "alpha = floats[tuning, 0] * by", "alpha = floats[tuning, 0]"),
    Fault("engine/counts.py", "same = same and number[0] == first", "pass"),
    Fault("engine/counts.py", "if len(kinds) > 1 or", "if"),
    Fault(CELLS, "n + i >= floats[0, SETTLED]", "n + i >= 10"),
    Fault(CELLS, "floats[0, ALIKE] != 0.0", "True"),
    Fault(
        CELLS,
        "call_slopes(slopes, begin + head * ROW, t + made, width)",
        "call_slopes(slopes, begin + head * ROW, t, width)",
    ),
    Fault(CELLS, "by = call_factor(factor, s + made)", "by = call_factor(factor, s)"),
    Fault(CELLS, "floats[term, j] = floats[before, j]\n", "pass\n"),
    Fault(CELLS, "and not holds(state, g, own_c):", "and False:"),
    Fault(CELLS, "diverged = asks and state[0] != state[0]  # NaN", "diverged = False"),
    Fault(CELLS, "            store_shared(floats, hyper)\n", ""),
    Fault(PACKS, "return high if x > high else x", "return x"),
    Fault(PACKS, "return high if x > high else x", "return x if x <= high else high"),
    Fault(PACKS, "own = row <= Head.G", "own = row <= Head.HIGH"),
    Fault(PACKS, "floats[term, j] += f - f_star", "floats[term, j] = f - f_star"),
    Fault(PACKS, "        floats[term, j] = 0.0\n", ""),
    Fault(PACKS, "floats[squares, j] += distance * distance", "floats[squares, j] += distance"),
    Fault("engine/first_passage.py", "return 1 + i", "return i"),
    Fault("engine/first_passage.py", "Clock(1, 1, 1)", "Clock(1, 2, 1)"),
    Fault("engine/memory_pass.py", "min(last - begin, sizes[i])", "sizes[i]"),
    Fault("engine/memory_pass.py", "first + 2 * words, last", "first + words, last"),
    Fault("engine/memory_pass.py", "moved(upper(values)", "moved(lower(values)"),
    Fault(
        "engine/memory_pass.py",
        "memory.widest_vectors()\n        tensors = columns",
        "tensors = columns",
        unseen="it takes a processor for which LLVM prefers half the width, as some of Intel's",
    ),
    Fault("engine/memory.py", "pointer(addresses[i] + begin)", "pointer(addresses[i])"),
    Fault(LAYOUT, "written[1:] < until[:-1]", "written[1:] <= until[:-1]"),
    Fault(LAYOUT, "until[last] > begins[:, -1]", "until[last] >= begins[:, -1]"),
    Fault(LAYOUT, "if size != 1 and stride", "if stride"),
    Fault("engine/step.py", "decay if absolute else alpha * decay", "alpha * decay"),
    Fault(THREADS, "-(-total // grain)", "total // grain"),
    Fault(THREADS, "if sum(done) < total:", "if not done:"),
    Fault("engine/openmp.py", "os.register_at_fork(after_in_child=leave)", "pass"),
    Fault(
        COMPILATION,
        "digest(SOURCES, function.__code__, parts)",
        "digest(SOURCES, function.__code__)",
    ),
    Fault(COMPILATION, "digest(SOURCES, function.__code__, parts)", "digest(SOURCES, parts)"),
    Fault(COMPILATION, '"rules", "support"', '"support"'),
    Fault("engine/digest.py", "yield from _pieces(function.__defaults__, seen)", "pass"),
    Fault("engine/digest.py", "yield from _pieces(code.co_consts, seen)", "pass"),
    Fault(
        "engine/digest.py", "set(code.co_names).union(*map(_names, inner))", "set(code.co_names)"
    ),
    Fault(
        "engine/compilation.py",
        "            _touch(folder, name)\n        return loaded",
        "            pass\n        return loaded",
    ),
]
