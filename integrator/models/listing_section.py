# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain

from ..const import SECTION_OF_KIND, SECTIONS
from ..section_value import section_hash

#: What is noted of a listing that is to be closed.
CLOSING = "closing"

#: Hashes of a section that is not there.
NEVER = (False, False)

#: Tasks that send the present state anyway, and those that wait for a person.
OPEN_STATES = ("waiting", "ready", "error")


class IntegratorListingSection(models.Model):
    """One part of a listing: what was last sent, and what the site was last seen to show.

    A section is unchanged when what Odoo says now has the fingerprint of what is verified; then
    nothing is sent.
    """

    _name = "integrator.listing.section"
    _description = "Section of a listing"
    _order = "listing_id, id"

    listing_id = fields.Many2one(
        "integrator.listing", required=True, ondelete="cascade", index=True
    )
    name = fields.Selection(SECTIONS, required=True, help="The part of the listing.")
    state = fields.Selection(
        [
            ("none", "Not sent"),
            ("sent", "Sent"),
            ("accepted", "Accepted"),
            ("verified", "Verified"),
            ("refused", "Refused"),
            ("drifted", "Drifted"),
        ],
        default="none",
        required=True,
        readonly=True,
        help="Accepted: taken for processing. Verified: the site shows it. Drifted: the site shows "
        "something else by now.",
    )
    reason = fields.Text(readonly=True, help="Why it was refused, in the site's words.")
    issues = fields.Json(
        readonly=True, help="Remarks of the site: list of attribute, severity, code, message."
    )
    # large, and most readers want only the fingerprint
    sent_value = fields.Json(readonly=True, prefetch=False)
    sent_hash = fields.Char(readonly=True)
    sent_at = fields.Datetime(readonly=True, help="When it was last sent.")
    emptied_at = fields.Datetime(
        readonly=True,
        index="btree_not_null",
        help="When the site was told that nothing is left of what it offered before.",
    )
    verified_value = fields.Json(readonly=True, prefetch=False)
    verified_hash = fields.Char(readonly=True)
    verified_at = fields.Datetime(readonly=True, help="When the site last showed what was sent.")
    noted_hash = fields.Char(
        readonly=True,
        help="Fingerprint of what Odoo said when it was last decided to send it, or not to.",
    )
    resend_count = fields.Integer(
        string="Sent again",
        readonly=True,
        help="How often it was sent again because the site did not show it.",
    )

    _name_uniq = models.UniqueIndex("(listing_id, name)", "A listing has each section once.")

    def _mark_sent(self, value):
        """Note what is being sent.

        :param value: JSON-able value, as the adapter's `_section_values` gives it
        """
        fingerprint = section_hash(value)
        values = {
            "state": "sent",
            "sent_value": value,
            "sent_hash": fingerprint,
            "sent_at": fields.Datetime.now(),
        }
        if self.noted_hash != fingerprint:
            values["noted_hash"] = False
        if self.name == "inventory":
            values |= self._prepare_emptied(value)
        self.write(values)

    def _prepare_emptied(self, value):
        """Values that say since when a listing is sold out; nobody can tell that later from what
        the site shows."""
        figure = self.listing_id.site_id._adapter()._section_figure
        if figure(self.name, value):
            return {"emptied_at": False} if self.emptied_at else {}
        if figure(self.name, self.verified_value or self.sent_value):
            return {"emptied_at": fields.Datetime.now()}
        return {}

    def _mark_verified(self):
        """The site shows what was sent."""
        now = fields.Datetime.now()
        for section in self:
            section.write(
                {
                    "state": "verified",
                    "reason": False,
                    "issues": False,
                    "verified_value": section.sent_value,
                    "verified_hash": section.sent_hash,
                    "verified_at": now,
                    "resend_count": 0,
                }
            )

    def _mark_refused(self, reason, issues=None):
        """The site does not take it, or takes it and does not show it.

        :param str reason: for people
        :param list issues: dicts attribute, severity, code, message
        """
        self.write({"state": "refused", "reason": reason, "issues": issues or False})

    def _mark_drifted(self, reason):
        """The site shows something else than what was verified.

        :param str reason: for people
        """
        self.write({"state": "drifted", "reason": reason})

    def _is_shown(self):
        """Whether the site has shown what was told last, and the listing is still there."""
        return self.state == "verified" and self.listing_id.state == "live"

    def _has_changes(self, value):
        """Whether a value says something that the site has not been told.

        :param value: of the adapter's `_section_values`
        """
        if value is None or (not value and not (self.sent_value or self.verified_value)):
            return False
        return not self._is_told(section_hash(value))

    def _note(self, value):
        """Keep that it was decided what becomes of a value: it is in the queue, or it is left as
        it is. The comparison with Odoo does not ask for it a second time.

        :param value: of `_section_values`, or `CLOSING`
        """
        fingerprint = section_hash(value)
        for section in self:
            if section.noted_hash != fingerprint:
                section.noted_hash = fingerprint

    def _is_told(self, fingerprint):
        """Whether a value is what the site has, or what is on its way there.

        :param str fingerprint: of `section_hash`
        """
        if self._is_shown():
            return self.verified_hash == fingerprint
        return self.state in ("sent", "accepted") and self.sent_hash == fingerprint


class IntegratorListing(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.listing"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") in ("new", "closed"):
            # what is not there shows nothing: it has to be told anew, all of it
            told = {"state": "none", "sent_value": False, "verified_value": False}
            hashes = dict.fromkeys(("sent_hash", "verified_hash", "noted_hash"), False)
            self.section_ids.write({**told, **hashes})
        return result

    def _section(self, name):
        """The section of this listing with that name, made when missing."""
        self.ensure_one()
        return self._sections(name)[self]

    def _sections(self, name):
        """The sections with a name, of any number of listings, made where they are missing.

        :return: dict listing -> section
        """
        known = self.section_ids.filtered(lambda section: section.name == name)
        missing = self - known.listing_id
        known |= known.create([{"listing_id": one.id, "name": name} for one in missing])
        return {section.listing_id: section for section in known}

    def _section_values(self, names=None):
        """What Odoo says now: used by sending, preview and drift alike.

        :param names: names of sections; None: all that the site has
        :return: dict listing -> dict name -> JSON-able value; None: there is nothing to say
        """
        values = {}
        for site, listings in self.grouped("site_id").items():
            adapter = site._adapter()
            wanted = adapter._section_names(site) if names is None else names
            values |= adapter._section_values(listings, wanted)
        return values

    # === COMPARING WITH WHAT WAS TOLD === #

    def _reconcile(self, names=None):
        """Make tasks of what Odoo says differently by now from what was last told.

        :param names: of sections; None: all
        :return: the tasks
        """
        known = self._known_hashes()
        # what was never told and never seen is looked at first
        seen = self.filtered(lambda listing: listing.id in known)
        offered = seen._on_offer()
        offered._withdraw_closing(known)
        back = offered.filtered(lambda listing: listing.state == "closed")
        tasks = (seen - offered)._plan_closing()
        for listings, some in ((offered - back, names), (back, None)):
            tasks |= listings._plan_unasked(listings._section_values(some), known)
        return tasks

    def _known_hashes(self):
        """What was told and decided about the sections of these, in one query: a pass asks it of
        every listing.

        :return: dict id of a listing that was ever told, or seen on the site -> dict name of a
            section -> tuple (fingerprint of what was told, of what was decided about)
        """
        rows = self.env["integrator.listing.section"]._read_group(
            [("listing_id", "in", self.ids)],
            ["listing_id", "name", "sent_hash", "noted_hash"],
            ["sent_at:max"],
        )
        known, seen = {}, set()
        for listing, name, sent, noted, sent_at in rows:
            known.setdefault(listing.id, {})[name] = sent, noted
            if sent_at:
                seen.add(listing.id)
        return {listing_id: known[listing_id] for listing_id in seen}

    def _on_offer(self):
        """Those of the listings that are to be offered: the product is there and matches the rule
        of the site; of a parent, one of its variants."""
        offered = self.browse()
        for site, listings in self.grouped("site_id").items():
            products = listings.product_id | listings.child_ids.product_id
            domain = site._product_domain() & Domain("id", "in", products.ids)
            found = set(products.search(domain)._ids)
            offered |= listings.filtered(
                lambda listing, found=found: not found.isdisjoint(
                    (listing._open_children() if listing.is_parent else listing).product_id._ids
                )
            )
        return offered

    def _withdraw_closing(self, known):
        """Take back what would close these, as far as it has not left.

        :param dict known: of `_known_hashes`
        """
        queued = self._queued(("waiting", "ready"))
        closing = (task for (_listing, kind), task in queued.items() if kind == "delist")
        self.env["integrator.task"].union(*closing)._take_back()
        name, noted = SECTION_OF_KIND["delist"], section_hash(CLOSING)
        for listing in self:
            if known[listing.id].get(name, NEVER)[1] == noted:
                listing._section(name).noted_hash = False

    def _queued(self, states):
        """What is on its way to the site already, or waits for a person.

        :param states: of tasks
        :return: dict (listing, kind) -> task
        """
        domain = [("listing_id", "in", self.ids), ("state", "in", states)]
        tasks = self.env["integrator.task"].search(domain)
        return {(task.listing_id, task.kind): task for task in tasks}

    def _plan_closing(self):
        """Have these closed, once.

        :return: the tasks
        """
        tasks = self.env["integrator.task"]
        live = self.filtered(lambda listing: listing.state == "live")
        sections = live._sections(SECTION_OF_KIND["delist"])
        queued = live._queued(OPEN_STATES)
        for listing in live:
            if sections[listing].noted_hash == section_hash(CLOSING):
                continue
            sections[listing]._note(CLOSING)
            if (listing, "delist") not in queued:
                tasks |= tasks._enqueue(listing.site_id, listing._prepare_task("delist"))
        return tasks

    def _plan_unasked(self, values, known):
        """Have sent what was never told and nobody has decided about. Other than for an event, what
        was refused or drifted is none of it: that is asked of people.

        :param dict values: of `_section_values`
        :param dict known: of `_known_hashes`
        :return: the tasks
        """
        tasks = self.env["integrator.task"]
        queued = self._queued(OPEN_STATES)
        for listing in self:
            hashes = known.get(listing.id, {})
            unasked = []
            for name, value in values[listing].items():
                sent, noted = hashes.get(name, NEVER)
                if value is None or not (value or sent):
                    continue
                fingerprint = section_hash(value)
                if fingerprint not in (sent, noted):
                    unasked.append(name)
                elif fingerprint == sent and noted:
                    # what was decided about another value is over
                    listing._section(name).noted_hash = False
            tasks |= listing._plan_sections(unasked, values[listing], queued)
        return tasks

    def _plan_sections(self, names, values, queued):
        """Have sent some sections of a listing. What was closed is told its product first.

        :param names: of the sections
        :param dict values: name -> value
        :param dict queued: of `_queued`
        :return: the tasks
        """
        tasks = self.env["integrator.task"]
        for name in names:
            section = self._section(name)
            waits = not section.noted_hash and (self, name) in queued
            section._note(values[name])
            if waits:
                # it is sent as it is by then, or a person looks at why it was not
                continue
            task = self._prepare_task(name)
            if tasks and self.state != "live":
                task |= {"after_task_id": tasks[0].id, "state": "waiting"}
            tasks |= tasks._enqueue(self.site_id, task)
        return tasks

    def _section_message(self, name, value):
        """What is sent for a section: the very same for a preview.

        :param str name: of the section
        :param value: of `_section_values`
        :return: JSON-able message in the site's own form
        """
        return self.site_id._adapter()._section_message(self, name, value)
