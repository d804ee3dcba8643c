# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from ..exceptions import TransientError


class IntegratorSite(models.Model):
    """When a ticket without a result is worth an alarm (000-33; pain 4)."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    ticket_hours = fields.Integer(
        string="Alarm without a result",
        default=24,
        help="Hours after which people are told of a submission that the site has still not "
        "worked on. 0: never.",
    )

    _ticket_hours_positive = models.Constraint(
        "CHECK(ticket_hours >= 0)", "The hours until the alarm cannot be negative."
    )


class IntegratorSubmission(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.submission"

    def _overdue_error(self):
        """What people are told when the site has been at work for too long; the ticket is still
        asked for, and its tasks stay as they are (004-35).

        :return: `TransientError`, or None while there is time
        """
        self.ensure_one()
        hours = self.site_id.ticket_hours
        if not hours or not self.submitted_at or self.result:
            return None
        if fields.Datetime.now() < self.submitted_at + timedelta(hours=hours):
            return None
        return TransientError(
            self.env._(
                "%(site)s has been at work on the submission %(ticket)s for more than %(hours)s "
                "hours; %(count)s tasks wait for it. It is asked for on and on. If it stays so, "
                "open a case at the site with this number; what is urgent takes another way where "
                "there is one.",
                site=self.site_id.name,
                ticket=self.ticket,
                hours=hours,
                count=len(self._tasks_under_way()),
            ),
            code="ticket_overdue",
        )
