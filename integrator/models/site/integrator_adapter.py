# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IntegratorAdapter(models.AbstractModel):
    """The ONE place where a site addon plugs in.

    A site addon adds a value to `integrator.site.site_type` and a model
    `integrator.adapter.<site_type>` that inherits this one. Its hooks stand in five parts; what a
    site does not override does nothing. Every hook gets what it works on and returns plain values
    or the forms of `integrator.neutral`; it never commits, never sleeps and never writes states:
    the stages do. Trouble is said with the exceptions of `integrator.exceptions`.
    """

    _name = "integrator.adapter"
    _inherit = [
        "integrator.adapter.account",
        "integrator.adapter.inbound",
        "integrator.adapter.outbound",
        "integrator.adapter.listings",
        "integrator.adapter.operations",
    ]
    _description = "Adapter of a channel"
