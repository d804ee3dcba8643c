# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IrAttachment(models.Model):
    # what this subject adds: pylint: disable=consider-merging-classes-inherited
    _name = "ir.attachment"
    _inherit = ["ir.attachment", "integrator.export.mixin"]

    # === BUSINESS METHODS === #

    def _integrator_of_buyers(self):
        return self._integrator_documents(self.env)

    def _integrator_documents(self, env):
        """The raw documents whose bytes these are.

        :param env: of whom they are shown to
        """
        documents = env["integrator.document"]
        mine = self.sudo().filtered(lambda one: one.res_model == documents._name)
        return documents.browse(mine.mapped("res_id"))

    def _read_format(self, fnames, load="_classic_read"):
        """Override of `base`: the same bytes by another name."""
        if {"raw", "datas", "db_datas"} & {*fnames} and not self.env.context.get("bin_size"):
            self.env["integrator.access.log"]._note("read", self._integrator_documents(self.env))
        return super()._read_format(fnames, load)
