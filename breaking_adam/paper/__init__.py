"""The paper's theorems, a file each, and its figures."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    [
        "bounds",
        "constructions",
        "corollary_1",
        "corollary_2",
        "figure1",
        "theorem_1",
        "theorem_2",
        "theorem_3",
        "theorem_4",
        "theorem_5",
        "theorem_6",
        "theorems",
    ],
)
