"""Breaking Adam: an executable companion to *On the Convergence of Adam and Beyond*.

The public names are listed in ``__init__.pyi`` and imported when they are first used, so that
``--help`` and one command never wait for what another needs.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
