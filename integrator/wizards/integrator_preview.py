# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from collections import Counter

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, formatLang

from ..access import check_operator
from ..exceptions import as_user_error
from ..models.listing.integrator_listing_desk_mixin import AttributeWords
from ..utils import choices_of

#: Listings that one preview shows; more are slow to read, for people too.
MAX_LISTINGS = 200

#: Ends of keys that only say where a value belongs.
HIDDEN_SUFFIXES = ("_id", "_tag")


class IntegratorPreview(models.TransientModel):
    """Preview of what would be sent of some listings: field by field the value in Odoo, the last
    known value of the site, and the result."""

    _name = "integrator.preview"
    _description = "Preview of listings"

    listing_ids = fields.Many2many(
        "integrator.listing",
        string="Listings",
        required=True,
        help="What is looked at; nothing is sent by looking.",
    )
    line_ids = fields.One2many(
        "integrator.preview.line", "preview_id", readonly=True, help="Field by field."
    )
    change_ids = fields.One2many(
        "integrator.preview.line",
        "preview_id",
        domain=[("outcome", "!=", "stays")],
        readonly=True,
        help="What would be different on the channel, or cannot be sent.",
    )
    same_ids = fields.One2many(
        "integrator.preview.line",
        "preview_id",
        domain=[("outcome", "=", "stays")],
        readonly=True,
        help="What the channel has already.",
    )
    message_count = fields.Integer(
        string="Messages to send", readonly=True, help="One per part of a listing that has changed."
    )
    estimate = fields.Text(
        string="How long it takes", readonly=True, help="Calls and time, by the channel's limits."
    )
    note = fields.Text(readonly=True, help="What could not be looked at.")
    messages = fields.Text(readonly=True, help="Word by word what the channel would be sent.")

    @api.model
    def _open(self, listings):
        """Look at listings and show what was seen.

        :param listings: `integrator.listing` records of one's own companies
        :return: the action that opens it
        :raise UserError: when there are none
        """
        check_operator(listings)
        if not listings:
            raise UserError(
                self.env._(
                    "No channel offers any of these. Give the product an internal reference (SKU), "
                    "and look at “Products to offer” on the channel."
                )
            )
        return self.create({"listing_ids": [Command.set(listings.ids)]})._show()

    def _show(self):
        return self._get_records_action(name=self.env._("Preview"), target="new")

    @api.model_create_multi
    def create(self, vals_list):
        previews = super().create(vals_list)
        previews._make_rows()
        return previews

    # === ROWS === #

    def _make_rows(self):
        """Compute the rows.

        :raise UserError: for more listings than one preview shows
        """
        for preview in self:
            check_operator(preview.listing_ids)
            listings_sudo = preview.listing_ids.sudo()
            if len(listings_sudo) > MAX_LISTINGS:
                raise UserError(
                    self.env._(
                        "These are %(count)s listings; a preview shows up to %(most)s. Choose "
                        "fewer, for example those of one product.",
                        count=len(listings_sudo),
                        most=MAX_LISTINGS,
                    )
                )
            preview.sudo()._compare(listings_sudo)
            listings_sudo.site_id.previewed_at = fields.Datetime.now()

    def _compare(self, listings):
        rows = []
        notes = [
            site._adapter()._prepare_preview(some)
            for site, some in listings.grouped("site_id").items()
        ]
        messages, counts = [], Counter()
        for listing, values in listings._section_values().items():
            for name, value in values.items():
                found, message = self._compare_section(listing, name, value)
                rows += found
                messages += [message] if message else []
                counts[listing.site_id] += bool(message)
        rows.sort(key=lambda row: row["outcome"] == "stays")
        self.write(
            {
                "line_ids": [(5, 0, 0), *((0, 0, row) for row in rows)],
                "message_count": len(messages),
                "estimate": self.env["integrator.estimate"]._estimate_text(
                    listings.site_id, lambda site: {"messages": counts[site]}
                ),
                "note": "\n".join(filter(None, notes)),
                "messages": json.dumps(messages, indent=1, ensure_ascii=False),
            }
        )

    def _compare_section(self, listing, name, value):
        """Rows of one section, and the message that would be sent for it.

        :return: tuple (list of row values, message or None)
        """
        section = listing._section(name)
        has_changes = section._has_changes(value)
        reason, reasons, message = "", {}, None
        if has_changes:
            try:
                message = listing._section_message(name, value)
            except ValueError as error:
                reason, reasons = str(error), getattr(error, "reasons", {})
        known = section._shown_now() or section.sent_value or {}
        rows = self._figure_rows(listing, name, value, known, has_changes, reason)
        return rows or self._attribute_rows(
            listing, name, value, known, has_changes, reason, reasons
        ), message

    def _figure_rows(self, listing, name, value, known, has_changes, reason):
        """Rows of the prices or pieces of a section, as people read them; none where it has none,
        or where something else of it has changed."""
        figures = listing.site_id._adapter()._section_figures
        ours, theirs = figures(name, value), figures(name, known)
        if has_changes and ours == theirs:
            return []
        return [
            {
                "listing_id": listing.id,
                "section": name,
                "field": self.env["integrator.guard"]._figure_label(label).capitalize(),
                "odoo_value": self._figure_text(listing, name, ours.get(label)),
                "site_value": self._figure_text(listing, name, theirs.get(label)),
                "outcome": self._outcome(has_changes, reason, ours.get(label), theirs.get(label)),
                "reason": reason,
            }
            for label in dict.fromkeys([*ours, *theirs])
        ]

    def _figure_text(self, listing, name, figure):
        if figure is None:
            return ""
        if name == "price":
            return format_amount(self.env, float(figure), listing.currency_id)
        return formatLang(self.env, float(figure), digits=0)

    def _attribute_rows(self, listing, name, value, known, has_changes, reason, reasons):
        """Rows of the attributes of a section.

        :param dict reasons: attribute -> why it cannot be sent
        """
        words = listing._attribute_words()
        ours = value if isinstance(value, dict) else {name: value} if value else {}
        theirs = known if isinstance(known, dict) else {name: known}
        rows = []
        for key in dict.fromkeys([*reasons, *ours, *theirs]):
            label = words.get(key, AttributeWords())
            rows.append(
                {
                    "listing_id": listing.id,
                    "section": name,
                    "field": label.title or self._label(key),
                    "odoo_value": self._text(ours.get(key), label),
                    "site_value": self._text(theirs.get(key), label),
                    "outcome": self._outcome(has_changes, reason, ours.get(key), theirs.get(key)),
                    # beside an attribute its own reason; the others of the part wait for it
                    "reason": reasons.get(key) if reasons else reason,
                }
            )
        return rows

    def _outcome(self, has_changes, reason, ours, theirs):
        if reason:
            return "refused"
        if not has_changes or ours == theirs:
            return "stays"
        return "removed" if ours in (None, False, [], {}) else "sent"

    def _text(self, value, words):
        """A value for people, without the selectors of its place.

        :param AttributeWords words: of its attribute
        """
        if value is None or value is False:
            return ""
        if isinstance(value, list):
            return "\n".join(self._text(one, words) for one in value)
        if isinstance(value, dict):
            return self._entry_text(value, words)
        if isinstance(value, str):
            return words.choices.get(value) or value
        return self._number_text(value)

    def _number_text(self, value):
        if isinstance(value, bool):
            return self.env._("Yes") if value else self.env._("No")
        decimals = len(str(value).partition(".")[2]) if isinstance(value, float) else 0
        return formatLang(self.env, value, digits=decimals)

    def _entry_text(self, entry, words):
        """An entry of an attribute: each part with its label, in the same order whoever says it;
        without labels where there is one value only."""
        if "value" in entry:
            inner, unit = entry["value"], entry.get("unit")
            text = self._number_text(inner) if inner is False else self._text(inner, words)
            return " ".join(filter(None, [text, words.choices.get(unit) or unit]))
        shown = {
            key: text
            for key, one in entry.items()
            if not key.endswith(HIDDEN_SUFFIXES) and (text := self._text(one, words))
        }
        if len(shown) == 1:
            return next(iter(shown.values()))
        return ", ".join(
            f"{words.parts.get(key) or self._label(key)}: {shown[key]}" for key in sorted(shown)
        )

    def _label(self, attribute):
        return attribute.replace("_", " ").capitalize()

    # === ACTION METHODS === #

    def action_send(self):
        """Button: send what was looked at; from here on it goes as everything does, so only what
        differs leaves."""
        # listings of other companies are not among them
        if not self.listing_ids:
            raise UserError(self.env._("There is nothing to send. Choose listings first."))
        return self.listing_ids.action_send()

    # === CHECK BY THE SITE === #

    def action_ask(self):
        """Button: ask the sites what they would refuse. Nothing changes there.

        :raise UserError: when a site cannot be asked, with the reason
        """
        # listings of other companies are not among them
        if not self.listing_ids:
            raise UserError(self.env._("There is nothing to ask about. Choose listings first."))
        check_operator(self)
        self.ensure_one()
        check_operator(self.listing_ids)
        preview_sudo = self.sudo()
        left = 0
        messages = preview_sudo._messages()
        for site in preview_sudo.listing_ids.site_id:
            own = [message for message in messages if message[0].site_id == site]
            with as_user_error():
                left += preview_sudo._ask_site(site, own)
        preview_sudo.note = preview_sudo._answer_text(len(messages), left)
        return self._show()

    def _answer_text(self, count, left):
        if not left:
            return self.env._("The channel was asked: what it would refuse is marked.")
        return self.env._(
            "The channel was asked about %(asked)s of %(count)s messages; it takes few such "
            "questions at a time. Ask again in a minute for the rest.",
            asked=count - left,
            count=count,
        )

    def _messages(self):
        """The messages that would be sent now, for those parts that can be.

        :return: list of tuples (listing, name of the section, message)
        """
        found = []
        for listing, values in self.listing_ids._section_values().items():
            for name, value in values.items():
                _rows, message = self._compare_section(listing, name, value)
                found += [(listing, name, message)] if message else []
        return found

    def _ask_site(self, site, messages):
        """Ask one site about the messages it has not been asked about.

        :return: number of messages that it could not be asked about now
        """
        asked = self.line_ids.filtered("asked")
        known = {(line.listing_id, line.section) for line in asked}
        new = [message for message in messages if message[:2] not in known]
        answers = site._adapter()._try_messages(site, new)
        if answers is None:
            raise UserError(self.env._("%s cannot be asked beforehand.", site.name))
        for (listing, name, _message), reasons in zip(new, answers, strict=False):
            self._note_answer(listing, name, reasons)
        return len(new) - len(answers)

    def _note_answer(self, listing, name, reasons):
        """Keep the answer of the site to one message.

        :param dict reasons: attribute -> reason; empty: it would take it
        """
        lines = self.line_ids.filtered(
            lambda line: (line.listing_id, line.section) == (listing, name)
        )
        lines.asked = True
        fields_of = {line.field: line for line in lines}
        for attribute, reason in reasons.items():
            words = listing._attribute_words().get(attribute, AttributeWords())
            line = fields_of.get(words.title or self._label(attribute), lines[:1])
            line.write({"outcome": "refused", "reason": reason})


class IntegratorPreviewLine(models.TransientModel):
    """One field of one listing: Odoo's value, the site's, and what will be sent."""

    _name = "integrator.preview.line"
    _description = "Line of a preview"
    _order = "id"

    preview_id = fields.Many2one("integrator.preview", required=True, ondelete="cascade")
    listing_id = fields.Many2one("integrator.listing", ondelete="cascade", help="Whose field.")
    section = fields.Selection(
        choices_of("integrator.listing.section", "name"),
        string="Part",
        help="The part of the listing.",
    )
    field = fields.Char(help="In the channel's words.")
    odoo_value = fields.Text(string="In Odoo", help="As it would be sent now.")
    site_value = fields.Text(string="The channel has", help="As it was last seen, or last sent.")
    outcome = fields.Selection(
        [
            ("sent", "Will be sent"),
            ("removed", "Will be removed"),
            ("stays", "Stays"),
            ("refused", "Cannot be sent"),
        ],
        help="What becomes of it when you send.",
    )
    reason = fields.Char(help="Why it cannot be sent.")
    asked = fields.Boolean(help="The channel has been asked whether it would take this.")
