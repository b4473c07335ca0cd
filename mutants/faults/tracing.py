"""Faults in how a rule is read from an optimizer's own step."""

from mutants.fault import Fault

READING, RECORDING, TRUST = "tracing/reading.py", "tracing/recording.py", "tracing/trust.py"
PLACES, SOURCE, TAPE = "tracing/places.py", "tracing/source.py", "tracing/tape.py"

FAULTS = [
    Fault(
        "tracing/intrinsics.py", "return a / b if b != 1.0 else a", "return a / b if b < 1.0 else a"
    ),
    Fault("tracing/intrinsics.py", "a if a > b or a != a else b", "a if a > b else b"),
    Fault("tracing/intrinsics.py", "a if a < b or a != a else b", "a if a < b else b"),
    Fault(
        "tracing/intrinsics.py",
        "float64(a > 0) - float64(a < 0)",
        "float64(a > 0) - float64(a <= 0)",
    ),
    Fault(
        "tracing/numbers.py",
        'raise UnreadableError("a number left Python\'s arithmetic unrecorded")',
        "pass",
    ),
    Fault("tracing/numbers.py", "(*others, self) if swap else (self, *others)", "(self, *others)"),
    Fault(
        "tracing/numbers.py", "            setattr(math, name, function)\n", "            pass\n"
    ),
    Fault("tracing/numbers.py", "self.guards.setdefault(question.line, value)", "pass"),
    Fault("tracing/numbers.py", "return self != 0", "return self > 0"),
    Fault(
        "tracing/paths.py",
        "if len(asked) > 1 or (asked == {None} and len(set(paths)) > 1):",
        "if len(asked) > 1:",
    ),
    Fault("tracing/paths.py", "or (forks and len({path.ends[i] for path in paths}) > 1)", ""),
    Fault(
        "tracing/paths.py",
        "is answer] for answer in (True, False)",
        "is answer] for answer in (False, True)",
    ),
    Fault(PLACES, "return math.nan\n", "return 0.0\n"),
    Fault(PLACES, "if before.keys() != after.keys():", "if False:"),
    Fault(PLACES, "and not isinstance(fact, bool)", ""),
    Fault(PLACES, "memo[id(node)] = value.clone()", "memo[id(node)] = value"),
    Fault(PLACES, "return type(node)(value)\n", "return value\n"),
    Fault("tracing/reader.py", "or self.optimizer._optimizer_step_post_hooks", ""),
    Fault("tracing/reader.py", "self._varying |= differ or set()", "pass"),
    Fault("tracing/reader.py", "if not read.alone and see_each_other(read, sample):", "if False:"),
    Fault(
        "tracing/reader.py",
        "for course in (self.course, self.course._replace(slope=gaussian)):",
        "for course in (self.course,):",
    ),
    Fault(READING, "if len(self._paths) > MOST_PATHS:", "if False:"),
    Fault(READING, "single and not alone else", "single else"),
    Fault(READING, "moved.add(LR)", "pass"),
    Fault(
        READING, 'return "its branches depend on coordinates" if parts.forks else ""', 'return ""'
    ),
    Fault(READING, "self._joins |= recording.joins", "pass"),
    Fault(RECORDING, "self.joins.add(name)", "pass"),
    Fault(RECORDING, "torch.Tag.nondeterministic_seeded in func.tags", "False"),
    Fault(
        RECORDING,
        "_limit(torch.minimum, torch.clamp_max)",
        "_limit(torch.minimum, torch.clamp_min)",
    ),
    Fault(RECORDING, "with _ONE_AT_A_TIME, recorded_math(self)", "with recorded_math(self)"),
    Fault(
        RECORDING,
        "return bool(self._number(args[0]))",
        "return bool(torch.ops.aten._local_scalar_dense(args[0]))",
    ),
    Fault(SOURCE, "paths[0] if parts.forks else whole", "paths[0]"),
    Fault(
        SOURCE, 'Leaf(lambda _: [], "", "True", "False")', 'Leaf(lambda _: [], "", "True", "True")'
    ),
    Fault(
        SOURCE, "if form in DIVISIONS and operands[1] not in parts.lines:", "if form in DIVISIONS:"
    ),
    Fault(TAPE, "self.known(operands[1]) == 0.5", "self.known(operands[1]) == 2.0"),
    Fault(TAPE, "and self.known(operands[0]) == 1:", "and self.known(operands[0]) != 0:"),
    Fault(
        TAPE,
        '            line = self.tape.write("float32({})", line)\n        return Value(self.tape, line, dtype)',
        "            pass\n        return Value(self.tape, line, dtype)",
    ),
    Fault(
        TAPE,
        "return self.like(others[0]).call(form, self, dtype=dtype)",
        "return self.call(form, *others, dtype=dtype)",
    ),
    Fault(TRUST, "torch.float64: 1e-12", "torch.float64: 1e-3"),
    Fault(
        TRUST,
        "if off := np.flatnonzero(~(close | (ours == theirs))).tolist():",
        "if off := np.flatnonzero(close & False).tolist():",
    ),
    Fault(TRUST, "if compared < STEPS // 2:", "if False:"),
    Fault(
        TRUST,
        "x = low if state[0] < low else high if state[0] > high else state[0]",
        "x = state[0]",
    ),
    Fault(
        "tracing/aten.py",
        '"rsub": lambda self, other, alpha: _fma(-alpha, self, other)',
        '"rsub": lambda self, other, alpha: _fma(-alpha, other, self)',
    ),
    Fault("tracing/aten.py", "self + value * tensor1 / tensor2", "self + tensor1 / tensor2"),
    Fault("tracing/aten.py", "near if abs(known) < 0.5 else far", "near"),
    Fault("tracing/aten.py", "3.0: lambda x: x * x * x", "3.0: lambda x: x * x"),
    Fault(
        "tracing/aten.py", '"relu": lambda self: self.call("maximum({}, {})", 0.0)', '"relu": _same'
    ),
    Fault(
        "tracing/aten.py",
        "abs(self - other) <= atol + rtol * abs(other)",
        "abs(self - other) <= atol",
    ),
]
