# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IntegratorDocumentTakerMixin(models.AbstractModel):
    """What takes over documents that hold no orders."""

    _name = "integrator.document.taker.mixin"
    _description = "Takes over documents"

    #: Values of `integrator.document.kind` that it takes over.
    _document_kinds = ()

    # === BUSINESS METHODS === #

    def _take(self, document, values):
        """Hook: take over a part of a document.

        :param document: `integrator.document`
        :param values: list of `neutral.Extracted`, without what cannot be read
        """
        raise NotImplementedError
