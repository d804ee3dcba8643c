# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...access import check_operator
from ...exceptions import TransientError
from ...reason import Reason
from ...utils import choices_of, labels_of

#: Time for which a cause that usually passes raises no alert.
PASSING = timedelta(minutes=30)
#: Time within which a recurring cause is announced to the group once.
ANNOUNCE_AGAIN = timedelta(days=1)


class IntegratorAlert(models.Model):
    """One cause of errors on one site: however many records it hits, the group reads of it once.

    It closes by itself when no record has the error any more."""

    _name = "integrator.alert"
    _inherit = ["integrator.site.mixin", "integrator.error.mixin", "integrator.retention.mixin"]
    _description = "Integration alert"
    _order = "state desc, last_at desc"
    _rec_name = "message"

    stage = fields.Selection(
        selection=choices_of("integrator.run", "stage"),
        readonly=True,
        required=True,
    )
    code = fields.Char(string="Cause", required=True, readonly=True)
    message = Reason(string="Reason", readonly=True)
    count = fields.Integer(string="Times", readonly=True, default=1)
    first_at = fields.Datetime(readonly=True, default=lambda self: fields.Datetime.now())
    last_at = fields.Datetime(
        string="Last on", readonly=True, default=lambda self: fields.Datetime.now()
    )
    is_passing = fields.Boolean(
        string="Passes by itself",
        readonly=True,
        help="Nobody has to act: it is tried again. What lasts is a task.",
    )
    cure_label = fields.Char(
        string="Next step", compute="_compute_cure", help="What its button opens."
    )
    record_count = fields.Integer(
        string="Records", compute="_compute_cure", help="What failed for this cause."
    )
    state = fields.Selection(
        [("closed", "Closed"), ("open", "Ongoing")], default="open", required=True, readonly=True
    )

    _open_uniq = models.UniqueIndex(
        "(site_id, stage, code) WHERE state = 'open'", "This cause is known already."
    )

    # === COMPUTE METHODS === #

    @api.depends("code", "state")
    @api.depends_context("lang")
    def _compute_cure(self):
        for alert in self:
            alert.cure_label = alert._cure()[0]
            alert.record_count = len(alert._records())

    # === ACTION METHODS === #

    def action_close(self):
        """Button: the cause is solved."""
        check_operator(self)
        self.sudo()._close()

    def action_open_records(self):
        """Button: the records that have this cause; where none has it, the channel."""
        check_operator(self)
        self.ensure_one()
        records = self._records()
        return (records or self.site_id)._get_records_action()

    def action_cure(self):
        """Button: open the record or setting by which the cause is solved."""
        check_operator(self)
        self.ensure_one()
        return self._cure()[1]()

    # === BUSINESS METHODS === #

    def _records(self):
        """The records that failed for this cause and still do."""
        stage = self.env.get(f"integrator.stage.{self.stage}")
        if stage is None or not stage._errors:
            return self.browse()
        domain = [("site_id", "=", self.site_id.id), ("error_code", "=", self.code)]
        return self.env[stage._errors].search(domain)

    def _waits_for_person(self):
        return self.state == "open"

    def _own_cure(self):
        if self._records():
            return self.env._("Show the records"), self.action_open_records
        return self.env._("Show the channel"), self.site_id._get_records_action

    @api.model
    def _raise(self, site, stage, error):
        """Announce a cause to the group, once; one that comes and passes by itself once a day, and
        when it lasts after all.

        :param error: an `IntegratorError`
        """
        same = Domain("site_id", "=", site.id) & Domain("stage", "=", stage)
        same &= Domain("code", "=", error.code)
        known = self.search(same & Domain("state", "=", "open"))
        now = fields.Datetime.now()
        may_pass = isinstance(error, TransientError)
        if known:
            was_passing = known.is_passing
            lasts = not may_pass or now >= known.first_at + PASSING
            known.write(
                {
                    "count": known.count + 1,
                    "last_at": now,
                    "is_passing": was_passing and not lasts,
                }
            )
            # what lasts is announced if it was not when it came
            if was_passing and lasts and (not may_pass or known._was_there(same, known.first_at)):
                known._notify_group()
            return
        is_known = may_pass and self._was_there(same, now)
        alert = self.create(
            {
                "site_id": site.id,
                "stage": stage,
                "code": error.code,
                "message": error.message,
                "is_passing": may_pass,
            }
        )
        if not is_known:
            alert._notify_group()

    def _was_there(self, same, moment):
        """Return whether another alert of the same cause was announced within a day before a
        moment."""
        earlier = same & Domain("last_at", ">=", moment - ANNOUNCE_AGAIN)
        return bool(self.search_count(earlier & Domain("id", "not in", self.ids), limit=1))

    def _notify_group(self):
        """Post the message to every member of the integration group in the site's company."""
        self.ensure_one()
        stage = labels_of(self, "stage")[self.stage]
        self.site_id.message_post(
            body=self.env._("%(stage)s: %(reason)s", stage=stage, reason=self.message),
            subject=self.env._("Integration error on %s", self.site_id.name),
            partner_ids=self.site_id._members_sudo().partner_id.ids,
            subtype_xmlid="mail.mt_comment",
        )

    @api.model
    def _close_resolved(self, site, stage, errors):
        """Close the alerts of a stage whose error no record carries any more.

        :param errors: the model that keeps `error_code` of what failed at the stage
        """
        alerts = self.search(
            [("site_id", "=", site.id), ("stage", "=", stage), ("state", "=", "open")]
        )
        for alert in alerts:
            domain = [("site_id", "=", site.id), ("error_code", "=", alert.code)]
            if not errors.search_count(domain, limit=1):
                alert._close()

    @api.model
    def _is_open(self, site, stage, code):
        """Return whether a cause is announced and not over."""
        domain = [("site_id", "=", site.id), ("stage", "=", stage), ("state", "=", "open")]
        return bool(self.search_count([*domain, ("code", "=", code)], limit=1))

    @api.model
    def _close_causes(self, site, stage, codes):
        """Close the alerts of causes that are over.

        :param codes: stable names
        """
        domain = [("site_id", "=", site.id), ("stage", "=", stage), ("state", "=", "open")]
        self.search([*domain, ("code", "in", list(codes))])._close()

    def _close(self):
        self.write({"state": "closed"})

    # === CLEAN-UP === #

    @api.model
    def _retention_domain(self):
        """Closed alerts go after the retention."""
        limit = self.env["integrator.site"]._retention_date()
        return [("state", "=", "closed"), ("last_at", "<", limit)]
