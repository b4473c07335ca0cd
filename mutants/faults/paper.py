"""Faults in the theorems: constructions, conditions, bounds and checks."""

from mutants.fault import Fault

CHECKED = "(regret >= least * t).all()"

FAULTS = [
    *(
        Fault(path, old, new)
        for path, old, new in (
            ("paper/theorem_1.py", f"bool(at_1 == t.size and {CHECKED})", "True"),
            ("paper/theorem_1.py", f"at_1 == t.size and {CHECKED}", "at_1 == t.size"),
            ("paper/theorem_1.py", f"at_1 == t.size and {CHECKED}", CHECKED),
            ("paper/theorem_1.py", CHECKED, "(regret >= least * t).any()"),
            ("paper/theorem_1.py", "(2 * C - 4) / 3", "(2 * C - 4) / 4"),
            ("paper/theorem_1.py", "1 / (1 + C**2)", "1 / (2 + C**2)"),
            ("paper/theorem_1.py", "(least * t / regret).max()", "(least * t / regret)[-1]"),
            ("paper/theorem_2.py", f"at_1 == periods and first <= periods and {CHECKED}", "True"),
            ("paper/theorem_2.py", "and first <= periods ", ""),
            ("paper/theorem_2.py", "at_1 == periods and ", ""),
            ("paper/theorem_2.py", "return 2 / C", "return 1 / C"),
            (
                "paper/theorem_2.py",
                "beta1 ** (C / 2 - 1) / (1 - beta1)",
                "beta1 ** (C / 2) / (1 - beta1)",
            ),
            ("paper/theorem_2.py", "beta2 ** ((C - 2) / 2) * C**2", "beta2 ** (C / 2) * C**2"),
            ("paper/theorem_2.py", "beta1 ** (C - 1) * C <= 1", "beta1**C * C <= 1"),
            ("paper/theorem_2.py", "gamma * (1 - gamma ** (C - 1))", "gamma * (1 - gamma**C)"),
            (
                "paper/theorem_2.py",
                "3 * (1 - beta1) / (2 * sqrt(1 - beta2))",
                "3 * (1 - beta1) / sqrt(1 - beta2)",
            ),
            (
                "paper/theorem_3.py",
                "(excess - 3 * error >= delta).all()",
                "(excess + 3 * error >= delta).all()",
            ),
            (
                "paper/theorem_3.py",
                "(excess - 3 * error >= delta).all()",
                "(excess >= delta).all()",
            ),
            (
                "paper/theorem_3.py",
                "(excess - 3 * error >= delta).all()",
                "excess[-1] - 3 * error[-1] >= delta",
            ),
            ("paper/theorem_3.py", "x.std(ddof=1) / sqrt(x.size)", "x.std(ddof=1) / x.size"),
            ("paper/theorem_3.py", "(1 + delta) / (C + 1)", "(1 + delta) / C"),
            ("paper/theorem_3.py", "delta * (self.x + 1)", "delta * self.x"),
            (
                "paper/theorem_4.py",
                "D**2 / (1 - momentum.beta1) ** 2 *",
                "D**2 / (1 - momentum.beta1) *",
            ),
            ("paper/theorem_4.py", "(alpha * (1 - beta1))", "(1 - beta1)"),
            ("paper/theorem_4.py", "(1 - gamma) * sqrt(1 - beta2)", "sqrt(1 - beta2)"),
            ("paper/theorem_4.py", "np.sqrt(1 + np.log(known.t))", "np.sqrt(np.log(known.t))"),
            (
                "paper/theorem_4.py",
                "D**2 / (2 * (1 - momentum.beta1))",
                "D**2 / (1 - momentum.beta1)",
            ),
            ("paper/theorem_4.py", "        not broken.size,\n", "        False,\n"),
            ("paper/theorem_4.py", 'bias_correction="none",\n', 'bias_correction="after_max",\n'),
            ("paper/theorem_4.py", "beta1_decay=momentum.decay,\n", ""),
            ("paper/theorem_5.py", "2 * alpha / (1 - beta1) ** 3", "2 * alpha / (1 - beta1) ** 2"),
            (
                "paper/theorem_5.py",
                "D**2 / (2 * alpha * (1 - beta1))",
                "D**2 / (alpha * (1 - beta1))",
            ),
            ("paper/theorem_5.py", "beta1_power=momentum.power,\n", ""),
            ("paper/theorem_6.py", "2 / ((1 + C**2) * C**2)", "1 / ((1 + C**2) * C**2)"),
            ("paper/theorem_6.py", "bool(regret[-1] >= least * t[-1])", "True"),
            ("paper/theorem_6.py", "eps=1.0)", "eps=0.0)"),
            ("paper/theorem_6.py", "x_4 = series.x[0]", "x_4 = series.x[1]"),
            ("paper/theorem_6.py", "bool(x_4 == 1)", "False"),
            ("paper/corollary_1.py", "beta1 * D**2 * G / (alpha *", "beta1 * D**2 * G / ("),
            ("paper/corollary_1.py", "(1 - decay) ** 2", "(1 - decay)"),
            (
                "paper/corollary_1.py",
                "return first + second_term(alpha, momentum, D, G) + third",
                "return first + 2 * second_term(alpha, momentum, D, G) + third",
            ),
            (
                "paper/corollary_2.py",
                "return outer + second_term(alpha, momentum, D, G)",
                "return outer + 2 * second_term(alpha, momentum, D, G)",
            ),
            ("paper/regret.py", "bool((regret <= bound).all())", "True"),
            ("paper/regret.py", "bool((regret <= bound).all())", "bool(regret[-1] <= bound[-1])"),
            (
                "paper/regret.py",
                "hindsight(made.problem, series.regret, known), known)",
                "series.regret, known)",
            ),
            (
                "paper/regret.py",
                "max(abs(problem.large), abs(problem.small))",
                "abs(problem.small)",
            ),
            ("paper/regret.py", "(regret / bound).max()", "(regret / bound)[-1]"),
            ("paper/regret.py", "t >= t[-1] / 10", "t >= 0"),
            (
                "paper/regret.py",
                "HARMONIC = MomentumSchedule(Momentum(0.9, power=1.0)",
                "HARMONIC = MomentumSchedule(Momentum(0.9)",
            ),
            ("paper/sums.py", "np.minimum(*(", "np.maximum(*("),
            ("paper/sums.py", "v_hat = max(v_hat, v)", "v_hat = v"),
            ("paper/sums.py", "first_step + t - 1, key", "first_step + t, key"),
            (
                "paper/sums.py",
                "weighted_norm += beta1_t * sqrt(squares)",
                "weighted_norm += beta1 * sqrt(squares)",
            ),
            ("paper/sums.py", "sqrt(t * v_hat)", "sqrt(v_hat)"),
            (
                "paper/section.py",
                "return self.holds != self.misprint",
                "return self.holds or self.misprint",
            ),
            (
                "paper/section.py",
                "all(check.as_expected for check in self.checks)",
                "any(check.as_expected for check in self.checks)",
            ),
            ("paper/construction.py", "limit / 2 if alpha is None", "limit if alpha is None"),
            ("paper/construction.py", "above=0, below=limit", "above=0"),
            (
                "paper/figure1.py",
                "run.t.searchsorted(run.t[-1] / 2)",
                "run.t.searchsorted(run.t[-1] / 4)",
            ),
            ("paper/figure1.py", "problem = copy.deepcopy(problem)", "pass"),
            ("paper/figure1.py", '"inverse-sqrt": 0.5', '"inverse-sqrt": 0.05'),
            ("paper/play.py", "schedule=inverse_sqrt,\n", ""),
        )
    ),
]
