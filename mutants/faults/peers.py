"""Faults in the comparison with other libraries."""

from mutants.fault import Fault

COMPARISON = "peers/comparison.py"

FAULTS = [
    Fault(
        COMPARISON,
        "theirs, around = peer.path(), peer.surroundings\n    ours =",
        "around = peer.surroundings\n    theirs = ours =",
    ),
    Fault(COMPARISON, "np.abs(theirs).max(0)).max()", "np.abs(theirs).max(0)).mean()"),
    Fault(COMPARISON, "np.abs(ours - theirs).max(0)", "np.abs(ours - theirs)[-1]"),
    Fault(COMPARISON, "next=min(", "next=max("),
    Fault("peers/gradients.py", "np.random.default_rng(seed)\n", "np.random.default_rng(0)\n"),
    Fault(
        "peers/from_keras.py",
        'Peer(name, "AMSGrad, after_max, eps_hat", lambda: path(amsgrad=True))',
        'Peer(name, "Adam, eps_hat", path)',
    ),
    Fault("peers/orders.py", "ALPHA, HYPER = 0.001,", "ALPHA, HYPER = 0.0011,"),
]
