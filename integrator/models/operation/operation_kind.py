# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IntegratorOperationKind(models.AbstractModel):
    """What a kind of operation does. A kind is a value of `integrator.operation.kind` and a model
    `integrator.operation.<kind>` that inherits this one.

    Its work is cut into pieces: methods `_piece_<name>(operation)` that return the name of the
    piece that comes next, or None at the end. After each the stage commits, so a piece either does
    nothing outside of Odoo, or one thing that can be done twice without harm. A piece that has
    asked something is done again as soon as everything is answered, with the answers.
    """

    _name = "integrator.operation.kind"
    _description = "Kind of operation"

    #: Names of the pieces, in the order of work; the first one is where an operation begins.
    _piece_names = ()

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
        """How far an operation is, in percent: by its pieces, unless the kind knows better."""
        at = self._piece_names.index(operation.position["at"])
        return 100.0 * at / len(self._piece_names)

    def _finish(self, operation):
        """Note what came of it."""

    def _abandon(self, operation):
        """Take back what was prepared and has not left, because the operation ends early."""
