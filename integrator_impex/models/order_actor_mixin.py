# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError


class IntegratorOrderActorMixin(models.AbstractModel):
    """A set-up that works with the rights of a user.

    Who sets it up lends it his own rights: only administrators of the system name somebody else,
    and nobody but they and the user himself changes it afterwards.
    """

    _name = "integrator.order.actor.mixin"
    _description = "Works with the rights of a user"

    user_id = fields.Many2one(
        "res.users",
        string="Acts as",
        required=True,
        default=lambda self: self.env.user,
        help="It sees and does what this user may see and do. Administrators of the system may "
        "name another user.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_actor()
        return rows

    def write(self, vals):
        self._check_actor(vals.get("user_id", self.env.uid))
        return super().write(vals)

    def _check_actor(self, user_id=None):
        """
        :param int user_id: of the user that it is going to act as; none: it stays
        :raise AccessError: where the present user would act with the rights of another one
        """
        if self.env.su or self.env.user.has_group("base.group_system"):
            return
        for row in self.sudo():
            if {row.user_id.id, user_id or row.user_id.id} == {self.env.uid}:
                continue
            raise AccessError(
                self.env._(
                    "“%(row)s” works with the rights of %(user)s. Only %(user)s and administrators "
                    "of the system change it.",
                    row=row.display_name,
                    user=row.user_id.name,
                )
            )

    def _acting(self, records):
        """Records as the user of this row sees them, in the row's company.

        :param records: of any model
        """
        self.ensure_one()
        own = records.with_user(self.user_id).with_context(
            allowed_company_ids=self.company_id.ids, lang=self.user_id.lang
        )
        return own.with_company(self.company_id)
