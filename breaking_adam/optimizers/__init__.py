"""The paper's algorithms as torch optimizers, and the way from any rule to one.

The names are listed in ``__init__.pyi`` and imported when they are first used, so that the short
names of the commands are there without torch.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
