"""Faults in the torch optimizers, their adapters and how they are found."""

from mutants.fault import Fault

ADAPTERS, BASE, FAMILY = "optimizers/adapters.py", "optimizers/base.py", "optimizers/family.py"
ENTRIES, FIND, FUSED = "optimizers/entries.py", "optimizers/find.py", "optimizers/fused.py"

FAULTS = [
    Fault(
        ADAPTERS,
        '        maximize=group["maximize"],\n        counts=False',
        "        counts=False",
    ),
    Fault(ADAPTERS, "        counts=False,\n", ""),
    Fault(ADAPTERS, 'float(group["dampening"]) if momentum else 0.0', 'float(group["dampening"])'),
    Fault(ADAPTERS, "if momentum > 0 else None", "if momentum > 1 else None"),
    Fault(ADAPTERS, 'initial=group["initial_accumulator_value"]', "initial=0.0"),
    Fault(ADAPTERS, 'l2=0.0 if decoupled else group["weight_decay"]', 'l2=group["weight_decay"]'),
    Fault(ADAPTERS, 'if group["amsgrad"] else rules.ADAM', "if False else rules.ADAM"),
    Fault(
        ADAPTERS,
        "ADAPTERS.get(type(optimizer)) or",
        "next((a for k, a in ADAPTERS.items() if isinstance(optimizer, k)), None) or",
    ),
    Fault(
        BASE,
        "if binding.l2 != 0:\n            g = ops.add(g, x, alpha=binding.l2)\n        if binding.decay != 0:",
        "if binding.decay != 0:",
    ),
    Fault(
        BASE,
        "binding.decay if binding.decay_absolute else alpha * binding.decay",
        "alpha * binding.decay",
    ),
    Fault(BASE, "            g = ops.neg(g)\n", "            pass\n"),
    Fault(BASE, "if found_inf is not None and found_inf.item():", "if False:"),
    Fault(BASE, "scale.item())", "1.0)"),
    Fault(BASE, "self.param_groups, self.state = before", "pass"),
    Fault(BASE, "group.setdefault(name, value)", "pass"),
    Fault(BASE, "step if step.dtype == torch.float64 else step.float()", "step.float()"),
    Fault(BASE, "l2=0.0 if decoupled else strength", "l2=strength"),
    Fault(
        BASE,
        "with torch.enable_grad():\n                loss",
        "with torch.no_grad():\n                loss",
    ),
    Fault(
        BASE,
        "at_least=0)\n        for name in self.hyper:\n            checks.real(name, group[name])",
        "at_least=0)",
    ),
    Fault(BASE, 'if group["fused"] and group["foreach"]:', "if False:"),
    Fault(BASE, '[p for p in group["params"] if p.grad is not None]', 'list(group["params"])'),
    Fault(BASE, "if name not in state:", "if True:"),
    Fault(
        BASE,
        "return self.binding(group) if self.follows_rule else None",
        "return self.binding(group)",
    ),
    Fault(BASE, "if p.grad is not None and p.grad.layout != torch.strided:", "if False:"),
    Fault("optimizers/binding.py", "maximize=self.maximize", "maximize=False"),
    Fault("optimizers/binding.py", "decay_absolute=self.decay_absolute", "decay_absolute=False"),
    Fault("optimizers/binding.py", "l2=self.l2 != 0", "l2=self.l2 > 1e-3"),
    Fault(
        ENTRIES,
        'key = state["step"].item(), param.device, param.dtype',
        "key = param.device, param.dtype\n        alike = {key: alike.get(key, [])} if alike else alike",
    ),
    Fault(ENTRIES, "if dtype.is_complex:", "if False:"),
    Fault(ENTRIES, "if param.is_complex():", "if False:"),
    Fault(
        ENTRIES,
        'if group["foreach"] is None and group["fused"] is None:',
        'if group["foreach"] is None:',
    ),
    Fault(FAMILY, "ops.lerp_(m, g, w1)", "ops.lerp_(m, g, w2)"),
    Fault(FAMILY, "v = ops.div(v, b2)", "pass"),
    Fault(FAMILY, "        ops.maximum_(v_hat, v)\n", ""),
    Fault(
        FAMILY,
        'Member("none", maximum=True, eps_hat=True): rules.AMSGRAD_PAPER',
        'Member("none", maximum=True, eps_hat=True): rules.AMSGRAD_CORRECT_LAST',
    ),
    Fault(
        FAMILY,
        'Member("before_max", maximum=True, eps_hat=True): rules.AMSGRAD_CORRECT_FIRST',
        'Member("before_max", maximum=True, eps_hat=True): rules.AMSGRAD_CORRECT_LAST',
    ),
    Fault(FAMILY, "at_least=0, below=1)", "at_least=0, at_most=1)"),
    Fault(FAMILY, '"none" and not is_constant(group)', '"none" and False'),
    Fault(FAMILY, "== (1.0, 0.0)", "[:1] == (1.0,)"),
    Fault(
        FUSED,
        "rate = binding.decay if binding.decay_absolute else alpha * binding.decay",
        "rate = alpha * binding.decay",
    ),
    Fault(FUSED, "weight_decay=binding.l2", "weight_decay=0.0"),
    Fault(FUSED, "maximize=binding.maximize", "maximize=False"),
    Fault(FUSED, "lr=step_size", "lr=alpha"),
    Fault(FUSED, "if binding.rule.move not in (adam_move, amsgrad_move):", "if False:"),
    Fault(FUSED, "torch.autograd.graph.increment_version(xs)", "pass"),
    Fault(FUSED, "columns[:-1], copies[:-1]", "columns[:-2], copies[:-2]"),
    Fault(FUSED, "(alpha, binding.l2, binding.decay, *", "(alpha, binding.l2, 0.0, *"),
    Fault("optimizers/adam_eps_inside.py", 'checks.real("eps", group["eps"], at_least=0)', "pass"),
    Fault("optimizers/adam_eps_inside.py", "at_least=0, below=1", "at_least=0"),
    Fault("optimizers/adamnc.py", '(float(beta1), float(group["eps"])', "(float(beta1), 0.0"),
    Fault("optimizers/amsgrad.py", 'maximum=bool(group["amsgrad"])', "maximum=True"),
    Fault("optimizers/amsgrad.py", '"amsgrad": False,', '"amsgrad": True,'),
    Fault(
        "optimizers/adam.py", '"after_max" if group["bias_correction"] else "none"', '"after_max"'
    ),
    Fault("optimizers/weight_decay.py", "weight_decouple=False)", "weight_decouple=True)"),
    Fault(
        "optimizers/weight_decay.py", "if self.absolute and not self.weight_decouple:", "if False:"
    ),
    Fault(
        FIND,
        "for source in (PAPER if call.name in NAMES else {}, typed):",
        "for source in (typed, PAPER if call.name in NAMES else {}):",
    ),
    Fault(FIND, "        if value is None:\n            continue\n", ""),
    Fault(FIND, "hyper |= said", "hyper = {**said, **hyper}"),
    Fault(FIND, "if len(names) == len(value):", "if names:"),
    Fault(FIND, 'used["lr"] = group["initial_lr"]', "pass"),
    Fault(FIND, "if key not in takes and not takes_any:", "if False:"),
    Fault(FIND, "not issubclass(found, torch.optim.Optimizer)", "False"),
    Fault("optimizers/names.py", '"betas": (0.9, 0.99), "eps"', '"betas": (0.9, 0.999), "eps"'),
]
