# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .integrator_status_map import ACTIONS


class IntegratorStatusWatch(models.AbstractModel):
    """Notices that a record came into a state that means something for a site: after the
    change, in its transaction, whoever made it (screen, RPC, import, code, recomputation).

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

    def _integrator_watched(self):
        """Hook: the records whose states are looked at."""
        return self

    def _integrator_orders(self):
        """Hook: the sale orders that a record speaks of."""
        raise NotImplementedError

    def _integrator_told_of(self, order):
        """What a site is told of when a task is about this record.

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
            for record in self._integrator_watched():
                value = record[name]
                if value in values and before.get(record.id, {}).get(name) != value:
                    for action in sorted(values[value]):
                        record._integrator_note_meaning(action)

    def _integrator_note_meaning(self, action):
        for order in self.sudo()._integrator_orders():
            for source in order._integrator_sources(action, self):
                self.env["order.integration"]._note(order, ACTIONS[action], source=source)
