"""Faults in the theorems: constructions, conditions, bounds and checks."""

from mutants.fault import Fault

PLANES, BIASES = "paper/diagrams/planes.py", "paper/diagrams/biases.py"
CHECKED = "(regret >= least * t).all()"

FAULTS = [
    Fault(
        "paper/random_order.py", "(1 - beta1) / (1 - beta1 * beta2)", "(1 - beta1) / (1 - beta2)"
    ),
    Fault("paper/random_order.py", "/ (cube - mean * square)", "/ cube"),
    Fault("paper/random_order.py", "mu3 / (2 * variance)", "mu3 / variance"),
    Fault("paper/agreement.py", "clear_of(predicted, noise)", "(predicted != 0)"),
    Fault("paper/agreement.py", "(sizes != 0) & ", ""),
    Fault(PLANES, "wrong.argmax(axis=-1)", "(wrong.argmax(axis=-1) - 1)"),
    Fault(PLANES, "0.0 if self.through else self.shade.middle", "self.shade.middle"),
    Fault(PLANES, "~(values <=", "(values >"),
    Fault(BIASES, "/ np.sqrt(count)", "/ count"),
    Fault(BIASES, "ddof=min(1, count - 1)", "ddof=0"),
    Fault(BIASES, "dataset.x_mean.values - ", "dataset.x_mean.values - 0 * "),
    Fault("paper/diagrams/bias.py", "seeds=1", "seeds=SEEDS"),
    Fault("paper/measured.py", "diagram.panels.index(panel) + 1", "1"),
    Fault("paper/minima.py", "(2 * (1 + beta1))", "(1 + beta1)"),
    Fault("paper/minima.py", "3 * beta1 * (1 + beta2) < 1 + beta1**2 * beta2", "beta1 < 0.17"),
    Fault("paper/minima.py", "** (-1 / (k - 2))", "** (-1 / k)"),
    Fault(
        "paper/theory.py",
        "low, high = (middle, high) if moved(middle) > 0",
        "low, high = (middle, high) if moved(middle) < 0",
    ),
    *(
        Fault(f"paper/{name}.py", old, new)
        for name, old, new in (
            ("theorem_1", f"bool(at_1 == t.size and {CHECKED})", "True"),
            ("theorem_1", f"at_1 == t.size and {CHECKED}", "at_1 == t.size"),
            ("theorem_1", f"at_1 == t.size and {CHECKED}", CHECKED),
            ("theorem_1", CHECKED, "(regret >= least * t).any()"),
            ("theorem_2", f"at_1 == periods and first <= periods and {CHECKED}", "True"),
            ("theorem_2", "and first <= periods ", ""),
            ("theorem_2", "at_1 == periods and ", ""),
            ("theorem_2", "return 2 / C", "return 1 / C"),
            ("theorem_2", "beta1 ** (C / 2 - 1) / (1 - beta1)", "beta1 ** (C / 2) / (1 - beta1)"),
            ("theorem_2", "beta2 ** ((C - 2) / 2) * C**2", "beta2 ** (C / 2) * C**2"),
            ("theorem_2", "gamma * (1 - gamma ** (C - 1))", "gamma * (1 - gamma**C)"),
            (
                "theorem_3",
                "(excess - 3 * error >= delta).all()",
                "(excess + 3 * error >= delta).all()",
            ),
            ("theorem_3", "(excess - 3 * error >= delta).all()", "(excess >= delta).all()"),
            ("theorem_3", "x.std(ddof=1) / sqrt(x.size)", "x.std(ddof=1) / x.size"),
            ("theorem_4", "D**2 / (1 - momentum.beta1) ** 2 *", "D**2 / (1 - momentum.beta1) *"),
            ("theorem_4", "np.sqrt(1 + np.log(known.t))", "np.sqrt(np.log(known.t))"),
            ("theorem_4", "D**2 / (2 * (1 - momentum.beta1))", "D**2 / (1 - momentum.beta1)"),
            ("theorem_4", 'bias_correction="none",\n', 'bias_correction="after_max",\n'),
            ("theorem_5", "2 * alpha / (1 - beta1) ** 3", "2 * alpha / (1 - beta1) ** 2"),
            ("theorem_5", "beta1_power=momentum.power,\n", ""),
            ("theorem_6", "2 / ((1 + C**2) * C**2)", "1 / ((1 + C**2) * C**2)"),
            ("theorem_6", "bool(regret[-1] >= least * t[-1])", "True"),
            ("theorem_6", "bool(x_4 == 1)", "False"),
            ("corollary_1", "(1 - decay) ** 2", "(1 - decay)"),
            ("corollary_2", "return outer + second_term(", "return outer + 2 * second_term("),
            ("regret", "bool((regret <= bound).all())", "True"),
            ("regret", "bool((regret <= bound).all())", "bool(regret[-1] <= bound[-1])"),
            (
                "regret",
                "hindsight(made.problem, series.regret, known), known)",
                "series.regret, known)",
            ),
            ("regret", "max(abs(problem.large), abs(problem.small))", "abs(problem.small)"),
            ("sums", "v_hat = max(v_hat, v)", "v_hat = v"),
            ("sums", "first_step + t - 1, key", "first_step + t, key"),
            ("section", "return self.holds != self.misprint", "return self.holds or self.misprint"),
            ("construction", "above=0, below=limit", "above=0"),
            ("figure1", "run.t.searchsorted(run.t[-1] / 2)", "run.t.searchsorted(run.t[-1] / 4)"),
            ("play", "schedule=inverse_sqrt,\n", ""),
        )
    ),
]
