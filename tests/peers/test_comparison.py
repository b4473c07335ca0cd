"""The comparison itself: it is between two sides, and a difference shows."""

import numpy as np
import pytest
import torch

from breaking_adam.optimizers import RuleOptimizer
from breaking_adam.peers import comparison
from breaking_adam.peers.comparison import PEERS, Missing, compare, comparisons
from breaking_adam.peers.gradients import gradients, start
from breaking_adam.peers.ours import ALGORITHMS, SURROUNDINGS, WAYS, our_path
from breaking_adam.peers.peer import Peer

STEPS = 20


def peers(package, steps=STEPS, seed=1):
    pytest.importorskip({"labml-nn": "labml_nn"}.get(package, package))
    return list(PEERS[package](steps, seed))


@pytest.mark.slow
@pytest.mark.parametrize("package", PEERS)
def test_a_peer_shifted_on_purpose_is_far_from_ours(package):
    """For every peer: what it is said to be, seen to a billionth, in the half that is shifted."""
    for peer in peers(package):
        theirs = peer.path()
        for column, half in ((3, "random"), (20, "spiky")):
            shifted = theirs.copy()
            shifted[STEPS // 2, column] += 1e-9 * np.abs(theirs[:, column]).max()
            found = compare(package, peer._replace(path=lambda path=shifted: path), STEPS, 1)
            other = {"random": "spiky", "spiky": "random"}[half]
            assert getattr(found, half) == pytest.approx(1e-9, rel=1e-4, abs=0), peer.name
            assert getattr(found, other) < 1e-13, peer.name


@pytest.mark.slow
@pytest.mark.parametrize("package", PEERS)
def test_their_side_is_none_of_our_code(package, monkeypatch):
    def ours(*_):
        raise AssertionError("a peer runs on our optimizers")

    monkeypatch.setattr(RuleOptimizer, "step", ours)
    monkeypatch.setattr(comparison, "our_path", ours)
    for peer in peers(package):
        assert np.isfinite(peer.path()).all()


@pytest.mark.slow
def test_our_side_is_none_of_theirs(monkeypatch):
    def theirs(*_):
        raise AssertionError("ours runs on torch's optimizers")

    monkeypatch.setattr(torch.optim.Adam, "step", theirs)
    for algorithm in ALGORITHMS:
        for around in SURROUNDINGS:
            for way in WAYS:
                # Another seed than any other test's: a path that is kept would prove nothing.
                assert np.isfinite(our_path(algorithm, around, way, STEPS, 77)).all()


def test_an_algorithm_under_the_name_of_another_is_far_from_it():
    for name in ALGORITHMS:
        for said in set(ALGORITHMS) - {name}:
            path = our_path(name, "", "loop", 200, 1)
            found = compare("ours", Peer(name, said, lambda path=path: path), 200, 1)
            assert max(found.random, found.spiky) > 1e-4, (name, said)
            assert found.next == 0


def test_every_seed_has_draws_of_its_own_and_the_spiky_half_spikes():
    assert (gradients(50, 0) != gradients(50, 1)).all()
    assert (start(0) != start(1)).all()
    calm, spiky = np.split(np.abs(gradients(1000, 0)), 2, axis=1)
    assert calm.max() < 10 < 100 < spiky.max()


def test_a_missing_library_is_told(monkeypatch):
    monkeypatch.setattr(comparison, "PEERS", {"no-such-library": PEERS["optax"]})
    (found,) = comparisons(10, 0)
    assert isinstance(found, Missing)
    assert found.library == "no-such-library"
    assert "no-such-library" in found.reason
