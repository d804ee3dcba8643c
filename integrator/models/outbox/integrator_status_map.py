# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models, tools

#: Actions on an order that follow from its state in Odoo, and the operation of their events.
ACTIONS = {
    "confirmed": "confirmation",
    "shipped": "shipped",
    "cancelled": "cancellation",
    "refunded": "refund",
}

#: Meanings of Odoo's states on a new site: model, field, value.
DEFAULTS = {
    "confirmed": ("sale.order", "state", "sale"),
    "shipped": ("stock.picking", "state", "done"),
    "cancelled": ("sale.order", "state", "cancel"),
    "refunded": ("account.move", "state", "posted"),
}


class IntegratorStatusMap(models.Model):
    """Maps states of Odoo to actions for a site: any values of any status field of sale orders,
    deliveries and credit notes, also of those of other addons."""

    _name = "integrator.status.map"
    _inherit = ["integrator.site.mixin", "integrator.cached.mixin", "integrator.rights.mixin"]
    _description = "Meaning of Odoo states for a channel"
    _order = "site_id, id"
    _rec_name = "action"
    _key_fields = frozenset({"site_id"})

    site_id = fields.Many2one(readonly=False)
    action = fields.Selection(
        [
            ("confirmed", "Confirmed"),
            ("shipped", "Shipped"),
            ("cancelled", "Cancelled"),
            ("refunded", "Refunded"),
        ],
        string="For the channel it is",
        required=True,
        help="What is sent to the channel.",
    )
    state_ids = fields.Many2many(
        "ir.model.fields.selection",
        string="when in Odoo it is",
        help="Any of these states. States that other apps add can be chosen, too.",
        domain=lambda self: [("field_id", "in", self._status_field_ids())],
    )

    _action_uniq = models.UniqueIndex("(site_id, action)", "One row per action is enough.")

    # === BUSINESS METHODS === #

    @api.model
    def _add_defaults(self, sites):
        """Give new sites the meaning that Odoo's own states have."""
        known = self.sudo().search([("site_id", "in", sites.ids)])
        known = {(row.site_id, row.action) for row in known}
        self.sudo().create(
            [
                {"site_id": site.id, "action": action, "state_ids": [(6, 0, state.ids)]}
                for action, place in DEFAULTS.items()
                for state in self._find_state_sudo(*place)
                for site in sites
                if (site, action) not in known
            ]
        )

    @api.model
    def _status_field_ids(self):
        """Ids of the fields whose values can be chosen, those of other addons among them."""
        domain = [("model", "in", ("sale.order", "stock.picking", "account.move"))]
        domain += [("ttype", "=", "selection"), ("store", "=", True)]
        return self.env["ir.model.fields"].sudo().search(domain).ids

    @api.model
    def _find_state_sudo(self, model, name, value):
        """The selection value of a field, as a record."""
        domain = [("field_id.model", "=", model), ("field_id.name", "=", name)]
        domain += [("value", "=", value)]
        return self.env["ir.model.fields.selection"].sudo().search(domain, limit=1)

    # === READING === #

    @api.model
    @tools.ormcache()
    def _maps(self):
        """All maps, cached.

        :return: dict site id -> dict action -> tuple of (model, field, value)
        """
        table = {}
        for row in self.sudo().search([("site_id.active", "in", (True, False))]):
            table.setdefault(row.site_id.id, {})[row.action] = tuple(
                (state.field_id.model, state.field_id.name, state.value) for state in row.state_ids
            )
        return table

    @api.model
    @tools.ormcache("model")
    def _meanings(self, model):
        """Return the meanings of the states of a model for any site, but for those that are noticed
        anyway when Odoo confirms, ships, cancels or credits.

        :param str model: name of the model
        :return: dict field -> dict value -> set of actions
        """
        found = {}
        for actions in self._maps().values():
            for action, states in actions.items():
                for place, name, value in states:
                    if place == model and (place, name, value) != DEFAULTS[action]:
                        found.setdefault(name, {}).setdefault(value, set()).add(action)
        return found

    @api.model
    def _is_mapped_state(self, site, action, order, source=None):
        """Return whether an order is in a state that is mapped to an action.

        :param str action: `confirmed`, `shipped`, `cancelled` or `refunded`
        :param order: `sale.order`, one record
        :param source: the delivery or credit note that it is about; none: any of the order's
        """
        records = {
            "sale.order": order,
            "stock.picking": order.picking_ids,
            "account.move": order.invoice_ids.filtered(lambda move: move.move_type == "out_refund"),
        }
        if source:
            records[source._name] = source
        states = self._maps().get(site.id, {}).get(action, ())
        return any(
            record[name] == value for model, name, value in states for record in records[model]
        )


class IntegratorStatusWatch(models.AbstractModel):
    """Detects that a record came into a state that is mapped for a site, after any change and in
    its transaction (screen, RPC, import, code, recomputation), as Odoo's automation rules do.

    Odoo's own ways of confirming, shipping, cancelling and crediting have their events anyway; this
    is about the other states that a site's map names.
    """

    _name = "integrator.status.watch"
    _description = "Watch of states"

    # === COMPUTE METHODS === #

    def _compute_field_value(self, field):
        """Override of the ORM: stored computed states change here and nowhere else."""
        meanings = self._integrator_meanings()
        fields = self.pool.field_computed[field]
        watched = {one.name: meanings[one.name] for one in fields if one.name in meanings}
        if not watched:
            return super()._compute_field_value(field)
        records = self.filtered("id")
        before = records._integrator_read_states(watched)
        super()._compute_field_value(field)
        records._integrator_note_meanings(watched, before)
        return None

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._integrator_note_meanings(self._integrator_meanings(), {})
        return records

    def write(self, vals):
        meanings = self._integrator_meanings()
        watched = {name: meanings[name] for name in vals if name in meanings}
        before = self._integrator_read_states(watched) if watched else {}
        result = super().write(vals)
        self._integrator_note_meanings(watched, before)
        return result

    # === BUSINESS METHODS === #

    def _integrator_watched_sudo(self):
        """Hook: the records whose states are looked at."""
        return self.sudo()

    def _integrator_orders(self):
        """Hook: the sale orders that a record belongs to."""
        raise NotImplementedError

    def _integrator_record_sent(self, order):
        """Hook: a site has what it was sent about this record.

        :param order: `integrator.order` of the task
        """

    def _integrator_task_target(self, order):
        """The order, and the record of it, that a task on this record is about.

        :param order: the sale order of the task; may be empty
        :return: tuple (`sale.order`, the delivery or credit note, or None for the order itself)
        """
        return order or self._integrator_orders()[:1], self

    def _integrator_meanings(self):
        return self.env["integrator.status.map"]._meanings(self._name)

    def _integrator_read_states(self, watched):
        return {record.id: {name: record[name] for name in watched} for record in self}

    def _integrator_note_meanings(self, watched, before):
        """Collect the events of changed states.

        :param dict watched: field -> dict value -> actions
        :param dict before: record id -> dict field -> value before the change
        """
        for name, values in watched.items():
            for record in self._integrator_watched_sudo():
                value = record[name]
                if value in values and before.get(record.id, {}).get(name) != value:
                    for action in sorted(values[value]):
                        record._integrator_note_meaning(action)

    def _integrator_note_meaning(self, action):
        for order in self.sudo()._integrator_orders():
            for source in order._integrator_sources(action, self):
                self.env["order.integration"]._note(order, ACTIONS[action], source=source)
