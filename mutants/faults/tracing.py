"""Faults in how a rule is read from an optimizer's own step."""

from mutants.fault import Fault

INTRINSICS, NUMBERS, READING = "tracing/intrinsics.py", "tracing/numbers.py", "tracing/reading.py"
RECORDING, ATEN, TAPE = "tracing/recording.py", "tracing/aten.py", "tracing/tape.py"

FAULTS = [
    Fault(INTRINSICS, "a if a > b or a != a else b", "a if a > b else b"),
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
    Fault("tracing/trust.py", "torch.float64: 1e-12", "torch.float64: 1e-3"),
    Fault(
        "tracing/trust.py",
        "torch.bfloat16: 64, torch.float16: 64",
        "torch.bfloat16: 1, torch.float16: 1",
    ),
    Fault("tracing/trust.py", "t - len(ours) + step + 1", "t - len(ours) + step"),
    Fault("tracing/trust.py", "np.maximum.accumulate([self._largest", "np.array([self._largest"),
    Fault("tracing/trust.py", "self._largest = largest[-1]", ""),
    Fault("tracing/trust.py", "np.argwhere(~close[:last])", "np.argwhere(~close)"),
    Fault("tracing/trust.py", " | (np.isnan(ours) & np.isnan(theirs))", ""),
    Fault("tracing/trust.py", "(ended or (t + 1) % COMPARED == 0)", "(t + 1) % COMPARED == 0"),
    Fault("tracing/trust.py", "texts.add(walker.read.text)", "texts = {walker.read.text}"),
    Fault("tracing/reader.py", "{*walked.values()} == {read.text}", "True"),
    Fault("tracing/reader.py", "text is None or whole != reading.result().text", "True"),
    Fault("tracing/places.py", "leaf if leaf.numel() == 1 else one(leaf)", "leaf"),
]
