# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A local, stateful Amazon Selling Partner API for tests, demos and training."""

from .simulator import Simulator
from .state.sellers import Seller

__all__ = ["Seller", "Simulator"]
