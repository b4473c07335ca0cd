"""Faults in the pictures."""

from mutants.fault import Fault

LABELS, FIGURE_1, PANELS = "plots/labels.py", "plots/figure1.py", "plots/panels.py"

FAULTS = [
    Fault(LABELS, "while pools and pools[-1][0] > mean:", "while False:"),
    Fault(LABELS, "low = gap / 2\n", "low = 0\n"),
    Fault(LABELS, "min(max(mean, low), high) + place * gap", "mean + place * gap"),
    Fault(LABELS, "float(np.clip(drawn[-1], 0, 1))", "float(drawn[-1])"),
    Fault(LABELS, "drawn[-1], 0, 1", "drawn[0], 0, 1"),
    Fault(LABELS, "sum(box.overlaps(other) for other in taken)", "0"),
    Fault(LABELS, "_inside(box, points),", "0,"),
    Fault(LABELS, "max(LEAST_TYPE, size / crowd)", "size"),
    Fault(LABELS, 'figure.set_layout_engine("none")', "pass"),
    Fault(FIGURE_1, "exact.denominator > 10", "exact.denominator > 1000"),
    Fault(
        FIGURE_1,
        "average_regret(left, series, theory), position(right, series, theory)",
        "position(left, series, theory), average_regret(right, series, theory)",
    ),
    Fault(FIGURE_1, '{worst: theory.worst_label, 0.0: "0"}', '{0.0: "0"}'),
    Fault(
        FIGURE_1,
        "position(right, row.stochastic, row.stochastic_theory)",
        "position(right, row.online, row.online_theory)",
    ),
    Fault(FIGURE_1, "i, band=each.x_band)", "i)"),
    Fault(FIGURE_1, "if np.isfinite(line.y[-1])]", "]"),
    Fault(FIGURE_1, "max(HEIGHT, NAME * len(series))", "HEIGHT"),
    Fault(PANELS, "each.regret / each.bound", "each.bound / each.regret"),
    Fault(PANELS, "np.where(line.y > 0, line.y, np.nan)", "line.y"),
    Fault(PANELS, "self.bound, i, dashed=True", "self.bound, i"),
    Fault(
        "plots/picture.py",
        "self.size[0] / self.dpi, self.size[1] / self.dpi",
        "self.size[1] / self.dpi, self.size[0] / self.dpi",
    ),
    Fault("plots/picture.py", "width < LEAST[0] or height < LEAST[1]", "width < LEAST[0]"),
    Fault("plots/style.py", "DASHES[i // len(COLOURS) % len(DASHES)]", "DASHES[0]"),
    Fault("plots/style.py", "2.2) < 3:", "2.2) < 1:"),
    Fault("plots/style.py", "(1 - (1 - part) * (1 - channel)", "(1 - part * (1 - channel)"),
    Fault("plots/lines.py", "if line.band is not None:", "if False:"),
]
