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
    Fault(ADAPTERS, 'initial=group["initial_accumulator_value"]', "initial=0.0"),
    Fault(ADAPTERS, 'if group["amsgrad"] else rules.ADAM', "if False else rules.ADAM"),
    Fault(
        BASE,
        "binding.decay if binding.decay_absolute else alpha * binding.decay",
        "alpha * binding.decay",
    ),
    Fault(BASE, "if found_inf is not None and found_inf.item():", "if False:"),
    Fault(BASE, "self.param_groups, self.state = before", "pass"),
    Fault(BASE, "step if step.dtype == torch.float64 else step.float()", "step.float()"),
    Fault(
        BASE,
        "return self.binding(group) if self.follows_rule else None",
        "return self.binding(group)",
    ),
    Fault("optimizers/binding.py", "l2=binding.l2 != 0", "l2=binding.l2 > 1e-3"),
    Fault(ENTRIES, '[state["step"].item() for', '[kept[0]["step"].item() for'),
    Fault(ENTRIES, "if params[0].is_complex():", "if False:"),
    Fault(ENTRIES, "t is not None and len({*kinds}) == 1", "t is not None"),
    Fault(ENTRIES, "setdefault((each, kind), [])", "setdefault(kind, [])"),
    Fault("optimizers/kind.py", "if x.dtype in COPIES:", "if False:"),
    Fault(
        "optimizers/kind.py",
        "jobs = [job for job in found if job is not None]",
        "jobs = [job for job in found if job is not None][:1]",
    ),
    Fault(FAMILY, "v = ops.div(v, b2)", "pass"),
    Fault(
        FAMILY,
        'Member("none", maximum=True, eps_hat=True): rules.AMSGRAD_PAPER',
        'Member("none", maximum=True, eps_hat=True): rules.AMSGRAD_CORRECT_LAST',
    ),
    Fault(FAMILY, "at_least=0, below=1)", "at_least=0, at_most=1)"),
    Fault(FAMILY, "== (1.0, 0.0)", "[:1] == (1.0,)"),
    Fault(
        FUSED,
        "rate = binding.decay if binding.decay_absolute else alpha * binding.decay",
        "rate = alpha * binding.decay",
    ),
    Fault(FUSED, "lr=step_size", "lr=alpha"),
    Fault(FUSED, "torch.autograd.graph.increment_version(columns[-2])", "pass"),
    Fault("optimizers/adam_eps_inside.py", 'checks.real("eps", group["eps"], at_least=0)', "pass"),
    Fault("optimizers/amsgrad.py", '"amsgrad": False,', '"amsgrad": True,'),
    Fault("optimizers/weight_decay.py", "weight_decouple=False)", "weight_decouple=True)"),
    Fault(FIND, "hyper |= said", "hyper = {**said, **hyper}"),
    Fault(FIND, "if len(names) == len(value):", "if names:"),
    Fault(FIND, 'used["lr"] = group["initial_lr"]', "pass"),
]
