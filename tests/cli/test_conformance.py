"""The conformance table, held: which library is which algorithm, to rounding."""

import json
from contextlib import redirect_stdout
from io import StringIO

import pytest

from breaking_adam.cli import conformance
from breaking_adam.peers.comparison import Comparison, Missing


@pytest.fixture(scope="module")
def output():
    """The command's JSON, made once."""
    with redirect_stdout(StringIO()) as text:
        assert conformance.main(["--json"]) == 0
    return json.loads(text.getvalue())


#: How many rows each library has, and which algorithms are among them, whatever is around them.
ROWS = {
    "torch": (24, {"Adam", "AMSGrad, after_max"}),
    "labml-nn": (
        24,
        {"Adam", "Adam, eps_hat", "AMSGrad, after_max", "AMSGrad, after_max, eps_hat"},
    ),
    "optax": (3, {"Adam", "AMSGrad, none", "AMSGrad, before_max"}),
    "keras": (2, {"Adam, eps_hat", "AMSGrad, after_max, eps_hat"}),
}


@pytest.mark.slow
@pytest.mark.parametrize("package", ROWS)
def test_every_row_agrees_with_its_algorithm_and_no_other(output, package):
    rows = [row for row in output["rows"] if row["library"].startswith(package)]
    if rows[-1]["missing"]:
        pytest.skip(rows[-1]["missing"])
    assert (len(rows), {row["ours"].partition(";")[0] for row in rows}) == ROWS[package]
    for row in rows:
        assert row["random"] < 1e-14, row
        assert row["spiky"] < 1e-14, row
        assert row["next"] > 1e-3, row


@pytest.mark.slow
def test_orders_on_the_online_problem(output):
    firsts = output["orders"]
    assert firsts["Adam"] is None
    assert 1.2e6 < firsts["AMSGrad, none"] < firsts["AMSGrad, after_max"] < 1.3e6
    assert firsts["AMSGrad, before_max"] > 1e7


def test_a_missing_library_has_a_row_that_says_so():
    missing = Missing("no-such-library", "it is not there")
    text = conformance.report([missing], {"Adam": None}, 10)
    assert "no-such-library: not usable (it is not there): pip install" in text
    row = conformance.as_row(missing)
    assert row.keys() == conformance.as_row(Comparison("a", "b", "c", 0.0, 0.0, 0.0)).keys()
    assert row["missing"].startswith("not usable (it is not there): pip install")


@pytest.mark.parametrize(
    ("argument", "message"),
    [("--steps=0", "--steps: '0' is not from 1"), ("--seed=x", "--seed: 'x' is not a whole")],
)
def test_bad_input_is_one_line(argument, message, capsys):
    with pytest.raises(SystemExit) as end:
        conformance.main([argument])
    assert end.value.code == 2
    assert message in capsys.readouterr().err
