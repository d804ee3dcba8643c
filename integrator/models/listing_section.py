# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..const import SECTIONS
from ..section_value import section_hash


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
    verified_value = fields.Json(readonly=True, prefetch=False)
    verified_hash = fields.Char(readonly=True)
    verified_at = fields.Datetime(readonly=True, help="When the site last showed what was sent.")
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
        self.write(
            {
                "state": "sent",
                "sent_value": value,
                "sent_hash": section_hash(value),
                "sent_at": fields.Datetime.now(),
            }
        )

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

    def _has_news(self, value):
        """Whether a value says something that the site has not been told.

        :param value: of the adapter's `_section_values`
        """
        if value is None or (not value and not (self.sent_value or self.verified_value)):
            return False
        return not self._is_told(section_hash(value))

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
            self.section_ids.write({**told, "sent_hash": False, "verified_hash": False})
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

    def _section_message(self, name, value):
        """What is sent for a section: the very same for a preview.

        :param str name: of the section
        :param value: of `_section_values`
        :return: JSON-able message in the site's own form
        """
        return self.site_id._adapter()._section_message(self, name, value)
