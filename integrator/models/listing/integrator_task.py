# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from ...const import CLOSING, SECTION_OF_KIND
from ...exceptions import NotConfirmedError, RejectedError, SectionError
from ...utils import section_hash

#: Time that a site may take to show what it has accepted.
SHOW_WITHIN = timedelta(minutes=30)


class IntegratorTask(models.Model):
    """Updates about listings: their limits, and what goes before them."""

    # the outbox does not use listings: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.task"

    listing_id = fields.Many2one(
        "integrator.listing", readonly=True, ondelete="set null", index=True
    )

    # === BUSINESS METHODS === #

    def _pass_guard(self):
        """Override: what is over a limit of the channel waits for approval."""
        tasks = super()._pass_guard()
        return tasks - self.env["integrator.guard"]._hold(tasks.site_id, tasks) if tasks else tasks

    def _note_declined(self):
        """Override: comparing listings with Odoo asks for it only when Odoo says something else."""
        for kind, tasks in self.filtered("listing_id").grouped("kind").items():
            sections = tasks.listing_id._sections(SECTION_OF_KIND[kind])
            values = tasks.listing_id._section_values((kind,)) if kind != "delist" else {}
            for listing, section in sections.items():
                section._note(values[listing][kind] if values else CLOSING)
        return super()._note_declined()

    # === WHAT IS SENT, AND SHOWN === #

    def _listing_messages(self):
        """The messages of updates of listings, in the site's own form; it is noted on their
        sections as sent. For the adapter's `_prepare`.

        :return: tuple (dict task -> message, dict task -> error of what cannot be sent; None: the
            site has it already)
        """
        messages, left_out = {}, {}
        for kind, tasks in self.grouped("kind").items():
            values = tasks.listing_id._section_values((kind,)) if kind != "delist" else {}
            for task in tasks:
                try:
                    message = task._listing_message(values.get(task.listing_id, {}).get(kind))
                except SectionError as error:
                    left_out[task] = task._refuse_section(str(error), "listing_incomplete")
                else:
                    (messages if message else left_out)[task] = message
        return messages, left_out

    def _listing_message(self, value):
        """One message; None when there is nothing to say.

        :param value: of the adapter's `_section_values`
        :raise SectionError: when it cannot be sent as it is
        """
        adapter, listing = self.site_id._adapter(), self.listing_id
        if self.kind == "delist":
            return adapter._closing_message(listing)
        section = listing._section(self.kind)
        # what left before counts only once it was shown: this may be sent anew after a failure
        if value is None or (section._is_shown() and section.verified_hash == section_hash(value)):
            return None
        message = listing._section_message(self.kind, value)
        section._mark_sent(value)
        return message

    def _record_listing_results(self, submission, shown, refused=None):
        """Record the results of updates that the site has processed: only what it shows is a
        success. For the adapter's `_check`.

        :param submission: `integrator.submission` by which they were sent; the time in which they
            have to be shown begins with its receipt, where the adapter keeps one
        :param dict shown: listing -> what the site shows of it, as the adapter's `_section_shown`
            reads it, or None where it has none; what is left out was not fetched
        :param dict refused: task -> why the site refused it, for people
        :return: dict task -> None or error; tasks that are left out stay pending
        """
        refused, results = refused or {}, {}
        accepted_at = submission.answered_at or submission.submitted_at
        late = fields.Datetime.now() > accepted_at + SHOW_WITHIN
        for task in self:
            if task in refused:
                results[task] = task._refuse_section(refused[task], "listing_refused")
            elif task._is_shown_as_sent(shown):
                results[task] = None
                task._mark_as_shown()
            elif late:
                results[task] = task._refuse_unseen()
            elif task.kind != "delist":
                task.listing_id._section(task.kind).state = "accepted"
        return results

    def _is_shown_as_sent(self, shown):
        if self.listing_id not in shown:
            return False
        value = shown[self.listing_id]
        if self.kind == "delist" or value is None:
            return self.kind == "delist" and value is None
        sent = self.listing_id._section(self.kind).sent_value
        read = self.site_id._adapter()._section_shown
        return read(self.listing_id, self.kind, sent, value) == sent

    def _mark_as_shown(self):
        listing = self.listing_id
        if self.kind == "delist":
            listing.state = "closed"
            return
        listing._section(self.kind)._mark_verified()
        if listing.state != "live":
            listing.state = "live"

    def _refuse_unseen(self):
        """Accepted, yet not shown: sent once more, then a person has to look."""
        section = self.listing_id._section(SECTION_OF_KIND[self.kind])
        again = not section.resend_count
        section.resend_count += again
        reason = self.env._(
            "%(site)s accepted it, but does not show it after %(minutes)s minutes. Look at the "
            "listing there, then press “Try again”.",
            site=self.site_id.name,
            minutes=int(SHOW_WITHIN.total_seconds() // 60),
        )
        error = self._refuse_section(reason, "accepted_but_not_shown")
        return NotConfirmedError(reason, code=error.code) if again else error

    def _refuse_section(self, reason, code):
        """Note on the section why it is not there.

        :return: `RejectedError`
        """
        self.listing_id._section(SECTION_OF_KIND[self.kind])._mark_refused(reason)
        return RejectedError(reason, code=code)

    # === WAITING === #

    def _wait_for_others(self):
        """Override: relations wait for the parent that they name."""
        early = self.filtered(lambda task: task._lacks_parent())
        for task in early:
            task._wait_for_parent()
        return super(IntegratorTask, self - early)._wait_for_others()

    def _lacks_parent(self):
        parent = self.listing_id.parent_id
        return self.kind == "relationship" and bool(parent) and parent.state != "live"

    def _wait_for_parent(self):
        """Wait for the parent's product to be sent; fail where it is not in the queue."""
        first = self.search(
            [("listing_id", "=", self.listing_id.parent_id.id), ("kind", "=", "product")], limit=1
        )
        if first:
            self._move("waiting", after_task_id=first.id)
            return
        self._move(
            "error",
            error_code="parent_missing",
            error_message=self.env._(
                "The parent %s is not listed. Synchronise the product, then retry.",
                self.listing_id.parent_id.sku,
            ),
        )
