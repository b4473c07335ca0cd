"""Faults in the update rules."""

from mutants.fault import Fault

ADAM, AMSGRAD = "rules/adam.py", "rules/amsgrad.py"

FAULTS = [
    Fault(ADAM, "settled(max(beta1, beta2))", "settled(beta2)"),
    Fault(ADAM, "alpha * sqrt(b2) / b1, eps * sqrt(b2)", "alpha * sqrt(b2) / b1, eps"),
    Fault(ADAM, "alpha * sqrt(b2) / b1, eps", "alpha / b1, eps"),
    Fault(ADAM, "[:5] + (hyper[2],)", "[:5] + (adam_at(t, alpha, hyper)[5],)"),
    Fault(ADAM, "decay ** (t - 1.0)", "decay ** float(t)"),
    Fault(ADAM, "1.0 - 1.0 / t, eps", "1.0 - 1.0 / (t + 1), eps"),
    Fault(ADAM, "(beta1_at(t, beta1, decay, power), beta2, eps)", "(beta1, beta2, eps)"),
    Fault(ADAM, "-alpha * m / sqrt(v + eps)", "-alpha * m / (sqrt(v) + eps)"),
    Fault(ADAM, "v = beta2 * v + w2 * g * g", "v = beta2 * v + w1 * g * g", which=2, of=2),
    Fault(ADAM, "m = beta1 * m + w1 * g", "m = beta1 * m + w2 * g", of=2),
    Fault(AMSGRAD, "v_hat if v_hat >= v else v", "v if v_hat < v else v_hat"),
    Fault(AMSGRAD, "v_hat if v_hat >= v else v", "v"),
    Fault(
        AMSGRAD,
        "v_hat if v_hat >= corrected else corrected",
        "corrected if v_hat < corrected else v_hat",
    ),
    Fault(AMSGRAD, "1.0 - beta2, alpha / b1, eps, b2", "1.0 - beta2, alpha, eps, b2"),
    Fault(AMSGRAD, "corrected = v / b2", "corrected = v"),
    Fault(AMSGRAD, "AMSGRAD_PAPER._replace(at=adam_at)", "AMSGRAD_PAPER._replace(at=paper_at)"),
    Fault("rules/bias_correction.py", "int(40.0 / (1.0 - beta))", "int(4.0 / (1.0 - beta))"),
    Fault("rules/bias_correction.py", "if t < settled(beta) else 1.0", "if t < 100 else 1.0"),
    Fault("rules/sgd.py", "1.0 if t == 1 else 1.0 - dampening", "1.0 - dampening"),
    Fault("rules/sgd.py", "g + momentum * b)", "g + b)"),
    Fault("rules/adagrad.py", "(t - 1) * decay", "t * decay"),
    Fault("rules/adagrad.py", "(sqrt(s) + eps)", "sqrt(s + eps)"),
    Fault("rules/rmsprop.py", "v - centered * a * a", "v - a * a"),
    Fault("rules/rmsprop.py", "a = a + w * (g - a)", "a = a + w * g"),
    Fault("rules/schedules.py", "1.0 / sqrt(t)", "1.0 / sqrt(t + 1)"),
    Fault("rules/rule.py", "return (alpha, *hyper)", "return (alpha, *hyper[::-1])"),
]
