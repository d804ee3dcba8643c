# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple

from odoo import models


class Figures(NamedTuple):
    """Number of records that an operation is about, and number of those that came to their end."""

    total: int = 0
    done: int = 0
    failed: int = 0


class IntegratorOperationKind(models.AbstractModel):
    """The behaviour of a kind of operation. A kind is a value of `integrator.operation.kind` and a
    model `integrator.operation.<kind>` that inherits this one.

    Its work is cut into pieces, see `_pieces`. After each the stage commits, so a piece either does
    nothing outside of Odoo, or one thing that can be done twice without harm. A piece that has
    asked something is done again as soon as everything is answered, with the answers.
    """

    _name = "integrator.operation.kind"
    _description = "Kind of operation"

    #: Model of the records that it makes for the stages; None: it makes none.
    _makes = None

    def _pieces(self):
        """Hook: the pieces of the work, in order; the first one is where an operation begins.

        :return: dict name -> method that takes the operation and returns the name of the piece
            that comes next, or None at the end
        """
        raise NotImplementedError

    def _find_joined(self, site, order, parameters):
        """An operation under way that does what is being asked for.

        :return: `integrator.operation`; empty: begin a new one
        """
        return self.env["integrator.operation"]

    def _check_start(self, site, order, parameters):
        """Refuse what cannot be begun.

        :raise UserError: with what to do first
        """

    def _progress(self, operation):
        """Return the progress of an operation in percent: by its pieces, unless the kind has a
        better measure."""
        names = list(self._pieces())
        return 100.0 * names.index(operation.position["at"]) / len(names)

    def _figures(self, operation):
        """Return the numbers of records that it is about, see `Figures`; None where it is about one
        thing."""
        return Figures()

    def _records_domain(self, operation, only_failed=False):
        """The records that `_figures` counts.

        :return: domain on the model `_makes`
        """
        raise NotImplementedError

    def _begin_anew(self, operation):
        """Begin again what has failed or was cancelled.

        :return: the operation that does it
        """
        parameters = {**(operation.parameters or {}), "user_id": self.env.uid}
        started, _joined = operation._start(
            operation.kind, operation.site_id, operation.order_id, **parameters
        )
        return started

    def _finish(self, operation):
        """Note the result."""

    def _abandon(self, operation):
        """Take back what was prepared and has not left, because the operation ends early."""
