"""Faults in the update rules."""

from mutants.fault import Fault

ADAM, AMSGRAD, CORRECTION = "rules/adam.py", "rules/amsgrad.py", "rules/bias_correction.py"

FAULTS = [
    Fault(CORRECTION, "settled(max(beta1, beta2))", "settled(beta2)"),
    Fault(CORRECTION, "int(40.0 / (1.0 - beta))", "int(4.0 / (1.0 - beta))"),
    Fault(CORRECTION, "bias_correction(beta2, t)))", "bias_correction(beta1, t)))"),
    Fault(
        ADAM, "alpha * math.sqrt(b2) / b1, eps * math.sqrt(b2)", "alpha * math.sqrt(b2) / b1, eps"
    ),
    Fault(ADAM, "decay ** (t - 1.0)", "decay ** float(t)"),
    Fault(ADAM, "1.0 - 1.0 / t, eps", "1.0 - 1.0 / (t + 1), eps"),
    Fault(ADAM, "-alpha * m / math.sqrt(v + eps)", "-alpha * m / (math.sqrt(v) + eps)"),
    Fault(ADAM, "v = beta2 * v + w2 * g * g", "v = beta2 * v + w1 * g * g", which=2, of=2),
    Fault(AMSGRAD, "v_hat if v_hat >= v else v", "v if v_hat < v else v_hat"),
    Fault(
        AMSGRAD,
        "v_hat if v_hat >= corrected else corrected",
        "corrected if v_hat < corrected else v_hat",
    ),
    Fault("rules/halves.py", "builder.add(last_kept, I32(0x7FFF))", "I32(0x8000)"),
    Fault("rules/halves.py", 'fcmp_unordered("uno", x, x)', 'fcmp_ordered("one", x, x)'),
    Fault("rules/halves.py", "b.bitcast(b.and_(word, upper), F32)", "b.bitcast(word, F32)"),
    Fault("rules/halves.py", "(above & 0xFFFF_0000)", "above"),
    Fault("rules/sgd.py", "1.0 if t == 1 else 1.0 - dampening", "1.0 - dampening"),
    Fault("rules/adagrad.py", "(t - 1) * decay", "t * decay"),
    Fault("rules/rmsprop.py", "v - centered * a * a", "v - a * a"),
    Fault("rules/rmsprop.py", "a = a + w * (g - a)", "a = a + w * g"),
]
