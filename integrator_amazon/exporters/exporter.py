# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AmazonExporter(models.AbstractModel):
    """One way of telling Amazon things: what travels together, how it is sent and followed.

    The hooks are those of `integrator.adapter` with the same names.
    """

    _name = "integrator.amazon.exporter"
    _description = "Amazon exporter"

    #: Tasks per submission.
    _size = 1
    #: Submissions under way at once; 0: any number.
    _in_flight = 0

    #: How urgent its calls are, see `api.priorities`.
    _priority = "orders"

    def _gateway(self, site, repeatable=True, priority=None):
        adapter = self.env["integrator.adapter.amazon"]
        return adapter._gateway(site, repeatable, priority=priority or self._priority)

    def _prepare(self, submission):
        raise NotImplementedError

    def _submit(self, submission):
        raise NotImplementedError

    def _recover(self, submission):
        return None

    def _check(self, submission):
        raise NotImplementedError
