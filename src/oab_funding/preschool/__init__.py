"""What a municipal grant must buy, what next year will bring, and the account of what was spent.

The module can be called: `oab_funding.preschool(grants, toddlers, ...)` is `door.preschool`.
"""

import sys
from types import ModuleType

from oab_funding.preschool.door import preschool

__all__ = ["preschool"]


class _CallableModule(ModuleType):
    """Lets the public question and the room that answers it go by one name."""

    __call__ = staticmethod(preschool)


sys.modules[__name__].__class__ = _CallableModule
