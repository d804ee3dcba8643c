# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models

from ...access import check_operator
from ...exceptions import IntegratorError
from ...reason import Reason
from ...utils import in_own_transaction

#: Seconds after which a trial call whose worker never came back is made again.
TRIAL_SECONDS = 120
#: The longest pause, in seconds; before it, each is twice as long as the one before.
MAX_PAUSE = 3600
#: How long after its pause an operation that nobody has called counts as not needed any more.
UNUSED = timedelta(hours=1)


class IntegratorCircuit(models.Model):
    """Circuit breaker of an operation of a site, on one marketplace where the call is about one:
    after failures in a row it pauses for growing times, then one trial call shows whether the
    remote is back. Nothing is switched off: waiting work goes on by itself afterwards."""

    _name = "integrator.circuit"
    _description = "State of a remote operation"
    _order = "state desc, operation"
    _rec_name = "operation"

    site_id = fields.Many2one(
        "integrator.site",
        string="Channel",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The account whose calls these are.",
    )
    operation = fields.Char(
        required=True, readonly=True, help="What the remote is asked, in its own word."
    )
    marketplace_code = fields.Char(
        string="Marketplace",
        default="",
        required=True,
        readonly=True,
        help="The channel's own id of it. Empty: the calls are about several, or none.",
    )
    state = fields.Selection(
        [("closed", "Working"), ("half_open", "Trying"), ("open", "Resting")],
        default="closed",
        required=True,
        readonly=True,
        help="Resting: it failed several times in a row and is left alone for a while. Trying: one "
        "call shows whether it works again.",
    )
    failures = fields.Integer(
        string="Failures in a row", readonly=True, help="Since the last call that worked."
    )
    openings = fields.Integer(
        string="Pauses", readonly=True, help="Pauses in a row; each is longer than the one before."
    )
    opened_at = fields.Datetime(
        string="Resting since", readonly=True, help="When the first of these pauses began."
    )
    next_try_at = fields.Datetime(
        string="Next try", readonly=True, help="When one call is tried by itself."
    )
    error_code = fields.Char(string="Cause", readonly=True, help="Stable name of the last failure.")
    error_message = Reason(
        string="Reason", readonly=True, help="What happened last, and what to do."
    )
    lasting = fields.Boolean(
        string="Needs you",
        readonly=True,
        help="It does not recover by itself: somebody has to act.",
    )
    alert_code = fields.Char(readonly=True, help="The cause that the group has been informed of.")

    _operation_uniq = models.UniqueIndex(
        "(site_id, operation, marketplace_code)",
        "A channel keeps one state per operation and marketplace.",
    )

    # === ACTION METHODS === #

    def action_try_now(self):
        """Button: end the pause; the next call shows whether it works."""
        check_operator(self)
        self.sudo()._end_pause()
        self.env["integrator.site"]._trigger_stages()

    # === BREAKER === #

    @api.model
    def _breaker(self, site):
        """The circuit breaker that an adapter consults before a call and informs after it.

        :param site: `integrator.site`
        """
        return CircuitBreaker(site)

    @api.model
    def _of(self, site_id, operation, place):
        domain = [("site_id", "=", site_id), ("operation", "=", operation)]
        return self.search([*domain, ("marketplace_code", "=", place)])

    def _wait(self):
        """Return the seconds that a call has to wait. The caller that gets 0 for an open circuit
        makes the trial call.

        :return: seconds
        """
        if not self or self.state == "closed":
            return 0.0
        now = fields.Datetime.now()
        if now < self.next_try_at:
            return max((self.next_try_at - now).total_seconds(), 1.0)
        trial_ends = now + timedelta(seconds=TRIAL_SECONDS)
        self.write({"state": "half_open", "next_try_at": trial_ends})
        return 0.0

    def _worked(self):
        """The remote answered."""
        if self.failures:
            self.write(
                {
                    "state": "closed",
                    "failures": 0,
                    "openings": 0,
                    "opened_at": False,
                    "next_try_at": False,
                    "lasting": False,
                }
            )

    def _failed(self, code, reason, lasting):
        """Count a failure. Too many in a row open the circuit; one that a person has to resolve
        opens it at once."""
        values = {"failures": self.failures + 1, "error_code": code, "error_message": reason}
        if lasting or self.state != "closed" or values["failures"] >= self.site_id.circuit_failures:
            values |= self._prepare_opening(lasting)
        self.write(values)

    def _prepare_opening(self, lasting):
        now = fields.Datetime.now()
        pause = min(self.site_id.circuit_pause * 2**self.openings, MAX_PAUSE)
        return {
            "state": "open",
            "lasting": lasting,
            # limited, so that the pause does not grow without end
            "openings": min(self.openings + 1, 30),
            "opened_at": self.opened_at or now,
            "next_try_at": now + timedelta(seconds=pause),
        }

    # === ALERTS === #

    @api.model
    def _update_alerts(self, site):
        """Alert the group once that an operation is paused, and close the alert when it works
        again."""
        circuits = self.search([("site_id", "=", site.id)])
        circuits._close_unused()
        for circuit in circuits.filtered(lambda one: one.state == "open" and not one.alert_code):
            circuit.alert_code = circuit._cause()
            self.env["integrator.alert"]._raise(
                site, "watch", IntegratorError(circuit._alert_text(), code=circuit.alert_code)
            )
        recovered = circuits.filtered(lambda one: one.state == "closed" and one.alert_code)
        codes = set(recovered.mapped("alert_code")) - set(
            (circuits - recovered).mapped("alert_code")
        )
        self.env["integrator.alert"]._close_causes(site, "watch", codes)
        recovered.alert_code = False
        self.env.flush_all()

    def _close_unused(self):
        """Close the circuits that nobody has tried for long after their pause: what waited for the
        operation is gone, so no call would show that it works. What a person has to solve stays."""
        limit = fields.Datetime.now() - UNUSED
        for circuit in self.filtered(lambda one: one.state != "closed" and not one.lasting):
            if circuit.next_try_at < limit:
                circuit._worked()

    def _cause(self):
        """One alert per operation, but one for all where somebody has to act."""
        return self.error_code if self.lasting else f"resting_{self.operation}"

    def _label(self):
        """The operation, and the marketplace as people know it."""
        if not self.marketplace_code:
            return self.operation
        known = self.env["integrator.marketplace"].search(
            [("site_id", "=", self.site_id.id), ("code", "=", self.marketplace_code)], limit=1
        )
        return f"{self.operation}, {known.name or self.marketplace_code}"

    def _alert_text(self):
        if self.lasting:
            return self.error_message
        return self.env._(
            "“%(operation)s” failed %(count)s times in a row and rests; it is tried again by "
            "itself, after growing pauses, and what waits for it is kept. Last reason: %(reason)s",
            operation=self._label(),
            count=self.failures,
            reason=self.error_message,
        )

    # === PAUSES === #

    def _end_pause(self):
        self.filtered(lambda one: one.state != "closed").next_try_at = fields.Datetime.now()


class CircuitBreaker:
    """The circuits of a site, shared by all workers and hosts; each step is a transaction of its
    own that is over before the call begins or after it has ended."""

    # === BUSINESS METHODS === #

    def __init__(self, site):
        self._registry = site.env.registry
        self._site_id = site.id

    def wait(self, operation, place=""):
        """Ask whether a call may go.

        :param str operation: the remote's word for it
        :param str place: the remote's id of the marketplace that it is about; empty: several, or
            none
        :return: 0.0, or the seconds that the operation still rests
        """
        return self._do(operation, place, lambda circuit: circuit._wait())

    def worked(self, operation, place=""):
        """The remote has answered, be it with a refusal of what was said."""
        self._do(operation, place, lambda circuit: circuit._worked())

    def failed(self, operation, code, reason, lasting, place=""):
        """The call has failed.

        :param str code: stable name of the cause
        :param str reason: for people
        :param bool lasting: whether somebody has to act before it can work again
        """

        def note(circuit):
            values = {"site_id": self._site_id, "operation": operation, "marketplace_code": place}
            (circuit or circuit.create(values))._failed(code, reason, lasting)

        self._do(operation, place, note)

    def _do(self, operation, place, step):
        def work(cr):
            circuits = api.Environment(cr, SUPERUSER_ID, {})["integrator.circuit"]
            return step(circuits._of(self._site_id, operation, place))

        return in_own_transaction(self._registry, work)
