"""Faults in how a rule is read from an optimizer's own step."""

from mutants.fault import Fault

INTRINSICS, NUMBERS, READING = "tracing/intrinsics.py", "tracing/numbers.py", "tracing/reading.py"
RECORDING, ATEN, TAPE = "tracing/recording.py", "tracing/aten.py", "tracing/tape.py"
PLAIN, TRUST = "tracing/plain.py", "tracing/trust.py"

FAULTS = [
    Fault(INTRINSICS, "a if a > b or a != a else b", "a if a > b else b"),
    Fault(INTRINSICS, '("rint", "floor", "ceil", "trunc")', '("rint",)'),
    Fault(PLAIN, "= np.float64(node.value)", "= node.value"),
    Fault(PLAIN, "isinstance(node.value, bool) or ", ""),
    Fault(PLAIN, "1.0 - beta**t", "1.0 - beta ** (t + 1)"),
    Fault(PLAIN, "type(a + b + c)", "np.float64"),
    Fault(PLAIN, "np.float32(compiled()(a))", "compiled()(a)"),
    Fault(PLAIN, '"atan2": np.arctan2', '"atan2": np.hypot'),
    Fault(PLAIN, "type(a)(math.erf(a))", "math.erf(a)"),
    Fault(TRUST, 'its.get("after", keep)', "keep"),
    Fault(TRUST, 'its.get("holds", always)', "always"),
    Fault(TRUST, "high if x > high else x", "x"),
    Fault(
        TRUST,
        "tuple(map(self.real, self.state))",
        "tuple(map(np.float64, self.state))",
        unseen="a text rounds after each operation, and of one the double is as good",
    ),
    Fault(ATEN, "_where(self < 0.0, minus_one, zero)", "minus_one"),
    Fault(NUMBERS, "(*others, self) if swap else (self, *others)", "(self, *others)"),
    Fault(NUMBERS, "            setattr(module, name, function)\n", "            pass\n"),
    Fault("tracing/paths.py", "or (asked == {None} and len(set(paths)) > 1)", ""),
    Fault(
        "tracing/paths.py", "if program.alpha_is_own else {program.g}", "if False else {program.g}"
    ),
    Fault(
        "tracing/paths.py",
        "if i == 0 or i in changed or inputs[i] in needed",
        "if i == 0 or i in changed",
    ),
    Fault("tracing/places.py", "memo[id(node)] = value.clone()", "memo[id(node)] = value"),
    Fault("tracing/reader.py", "or self.optimizer._optimizer_step_post_hooks", ""),
    Fault(READING, "if len(self._paths) > MOST_PATHS:", "if False:"),
    Fault(
        READING, 'return "its branches depend on coordinates" if parts.forks else ""', 'return ""'
    ),
    Fault(RECORDING, "self.joins.add(name)", "pass"),
    Fault(RECORDING, "torch.Tag.nondeterministic_seeded in func.tags", "False"),
    Fault(
        "tracing/source.py",
        'Leaf(lambda _: [], "", "True", "False")',
        'Leaf(lambda _: [], "", "True", "True")',
    ),
    Fault(TAPE, "and self.known(operands[0]) == 1:", "and self.known(operands[0]) != 0:"),
    Fault(ATEN, "self + value * tensor1 / tensor2", "self + tensor1 / tensor2"),
    Fault(ATEN, "near if abs(known) < 0.5 else far", "near"),
    Fault(RECORDING, "(operand if operation in WIDE else operand.to(dtype))", "operand.to(dtype)"),
    Fault(RECORDING, "(operand if operation in WIDE else operand.to(dtype))", "operand"),
    Fault(ATEN, 'WIDE = {"mul", "div", "lerp",', 'WIDE = {"mul", "div",'),
    Fault(
        TAPE,
        'return Value(self.tape, self.tape.half(self.to("float32").line, dtype), dtype)',
        'return Value(self.tape, self.to("float32").line, dtype)',
    ),
    Fault("tracing/source.py", "if isinstance(whole, Fork):", "if False:"),
    Fault(TRUST, "torch.float64: 1e-12", "torch.float64: 1e-3"),
    Fault(
        TRUST,
        "torch.bfloat16: 64, torch.float16: 64",
        "torch.bfloat16: 1, torch.float16: 1",
    ),
    Fault(TRUST, "t - len(ours) + step + 1", "t - len(ours) + step"),
    Fault(TRUST, "np.maximum.accumulate([self._largest", "np.array([self._largest"),
    Fault(TRUST, "self._largest = largest[-1]", ""),
    Fault(TRUST, "np.argwhere(~close[:last])", "np.argwhere(~close)"),
    Fault(TRUST, " | (np.isnan(ours) & np.isnan(theirs))", ""),
    Fault(TRUST, "(ended or (t + 1) % COMPARED == 0)", "(t + 1) % COMPARED == 0"),
    Fault(TRUST, "texts.add(walker.read.text)", "texts = {walker.read.text}"),
    Fault(TRUST, "if i and isnan(number(x)):", "if False:"),
    Fault("tracing/reader.py", "{*walked.values()} == {read.text}", "True"),
    Fault("tracing/reader.py", "text is None or whole != reading.result().text", "True"),
    Fault("tracing/places.py", "leaf if leaf.numel() == 1 else one(leaf)", "leaf"),
    Fault("tracing/course.py", "slope = copysign(inf, slope)", "pass"),
]
