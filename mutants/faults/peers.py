"""Faults in the comparison with other libraries."""

from mutants.fault import Fault

COMPARISON = "peers/comparison.py"

FAULTS = [
    Fault(
        COMPARISON,
        "theirs, around = peer.path(), peer.surroundings\n    ours = our_path(peer.algorithm, around, peer.way, steps, seed)",
        "around = peer.surroundings\n    theirs = ours = our_path(peer.algorithm, around, peer.way, steps, seed)",
    ),
    Fault(COMPARISON, "np.abs(theirs).max(0)).max()", "np.abs(theirs).max(0)).mean()"),
    Fault(COMPARISON, "np.abs(ours - theirs).max(0)", "np.abs(ours - theirs)[-1]"),
    Fault(
        COMPARISON,
        "spiky=difference(ours[:, RANDOM:], theirs[:, RANDOM:])",
        "spiky=difference(ours[:, :RANDOM], theirs[:, :RANDOM])",
    ),
    Fault(COMPARISON, "if other != peer.algorithm", "if True"),
    Fault(COMPARISON, "next=min(", "next=max("),
    Fault("peers/gradients.py", "np.random.default_rng(seed)\n", "np.random.default_rng(0)\n"),
    Fault("peers/gradients.py", "< 0.02, 100.0, 1.0", "< 0.02, 1.0, 1.0"),
    Fault(
        "peers/ours.py",
        '"L2": {"weight_decay": WeightDecay(0.1, weight_decouple=False)}',
        '"L2": {"weight_decay": WeightDecay(0.1)}',
    ),
    Fault("peers/ours.py", '"before_max"}', '"after_max"}'),
    Fault("peers/from_torch.py", '"AMSGrad, after_max" if amsgrad else "Adam"', '"Adam"'),
    Fault(
        "peers/from_keras.py",
        'Peer(name, "AMSGrad, after_max, eps_hat", lambda: path(amsgrad=True))',
        'Peer(name, "Adam, eps_hat", path)',
    ),
    Fault("peers/from_labml.py", '(", eps_hat" if hat else "")', '""'),
    Fault("peers/orders.py", "HYPER = (0.9, 0.99, 1e-8)", "HYPER = (0.9, 0.999, 1e-8)"),
    Fault(
        "peers/orders.py", "Tuning(0.001, hyper, (0.0, 0.0))", "Tuning(0.0011, hyper, (0.0, 0.0))"
    ),
]
