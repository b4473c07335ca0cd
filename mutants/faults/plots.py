"""Faults in the pictures."""

from mutants.fault import Fault

LABELS, FIGURE_1, PANELS = "plots/labels.py", "plots/figure1.py", "plots/panels.py"

FAULTS = [
    Fault(LABELS, "while pools and pools[-1][0] > mean:", "while False:"),
    Fault("plots/diagram.py", "if low == shade.low else", "if True else"),
    Fault(
        "plots/diagram.py",
        "annotation_clip=False",
        "annotation_clip=None",
        unseen="it decides only which formula is the first to be given its place, of several rounds",
    ),
    Fault("plots/diagram.py", "sum(map(box.overlaps, others))", "0"),
    Fault("plots/biases.py", "np.abs(panel.values)", "panel.values"),
    Fault(LABELS, "drawn[-1], 0, 1", "drawn[0], 0, 1"),
    Fault(LABELS, "sum(box.overlaps(other) for other in taken)", "0"),
    Fault(LABELS, "max(LEAST_TYPE, size / crowd)", "size"),
    Fault(FIGURE_1, "exact.denominator > 10", "exact.denominator > 1000"),
    Fault(
        FIGURE_1,
        "position(right, row.stochastic, row.stochastic_theory)",
        "position(right, row.online, row.online_theory)",
    ),
    Fault(FIGURE_1, "self.set_powerlimits((0, 4))", "self.set_powerlimits((0, 3))"),
    Fault(FIGURE_1, '.removesuffix("}$")', '.removesuffix("$")'),
    Fault(FIGURE_1, "if np.isfinite(line.y[-1])]", "]"),
    Fault(PANELS, "each.regret / each.bound", "each.bound / each.regret"),
    Fault(PANELS, "np.where(line.y > 0, line.y, np.nan)", "line.y"),
    Fault("plots/figure2.py", "len(line.y) // 10", "0"),
    Fault("plots/figure2.py", "[*late, *bands]", "late"),
    Fault("plots/picture.py", "width < least[0] or height < least[1]", "width < least[0]"),
    Fault("plots/style.py", "DASHES[i // len(COLOURS) % len(DASHES)]", "DASHES[0]"),
    Fault("plots/lines.py", "if line.band is not None:", "if False:"),
    Fault(
        "plots/diagram.py",
        "gap - (nearer - apart[i])",
        "gap - nearer",
        unseen="all places of a formula are some four points from its own edge",
    ),
    Fault("plots/diagram.py", "covered(box, dots))", "0)"),
]
