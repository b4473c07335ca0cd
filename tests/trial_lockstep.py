"""A compiled run in lockstep with an eager one: x, the regret and every state, by the step."""

import numpy as np
import torchbearer as tb


class Recorder(tb.Callback):
    """x, the regret and every state of the optimizer, after every batch, by the step."""

    def __init__(self):
        super().__init__()
        self.points = {}

    def on_step_training(self, state):
        model, optimizer = state[tb.MODEL], state[tb.OPTIMIZER]
        self.points[model.steps] = {
            "x": model.x.tolist(),
            "regret": model.regret.tolist(),
            "lr": optimizer.param_groups[0]["lr"],
            **{name: v.tolist() for name, v in optimizer.state[model.x].items() if v is not None},
        }


def assert_same(eager, others, rel=1e-12):
    """Every point of the compiled run, against the same step of the eager one.

    The error is relative to the largest that the quantity has been so far: where x or m crosses
    zero it keeps the rounding of the terms that cancel there.
    """
    assert others
    largest = {}
    for step, expected in sorted(eager.items()):
        for name, value in expected.items():
            largest[name] = np.maximum(largest.get(name, 0), np.abs(value))
        if point := others.get(step):
            assert point.keys() == expected.keys()
            for name, value in point.items():
                error = np.abs(np.subtract(value, expected[name]))
                is_same = (error <= rel * largest[name]) | (
                    np.isnan(value) & np.isnan(expected[name])
                )
                assert np.all(is_same), (name, step, value, expected[name])
    assert others.keys() <= eager.keys()
