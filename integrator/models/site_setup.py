# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorSite(models.Model):
    """The first hour with a site: what is done, what is missing and why (pain 30)."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    previewed_at = fields.Datetime(
        string="Last preview", readonly=True, copy=False, help="When somebody last had a dry run."
    )
    setup_done = fields.Integer(
        string="Steps done (%)", compute="_compute_setup_done", help="Of the first hour."
    )

    def _compute_setup_done(self):
        for site in self:
            steps = site._setup_steps()
            site.setup_done = 100 * sum(step["done"] for step in steps) // len(steps)

    def _setup_steps(self):
        """The steps of the first hour, in their order.

        :return: list of dicts: `key`, `name`, `done`, `text` (what to do, or what is there)
        """
        makers = (
            self._step_account,
            self._step_connection,
            self._step_marketplaces,
            self._step_listings,
            self._step_match,
            self._step_preview,
            self._step_automatic,
        )
        return [make() for make in makers]

    def _prepare_step(self, key, name, done, text):
        return {"key": key, "name": name, "done": bool(done), "text": text}

    def _step_account(self):
        missing = self._adapter()._setup_missing(self)
        there = self.env._("The account's keys are there.")
        text = missing or " ".join(filter(None, (there, self._plain_secrets_text())))
        return self._prepare_step("account", self.env._("Link the account"), not missing, text)

    def _step_connection(self):
        text = self.connection_message or self.env._("Press “Test connection”.")
        done = self.connection_state == "ok"
        return self._prepare_step("connection", self.env._("Test the connection"), done, text)

    def _step_marketplaces(self):
        places = self.env["integrator.marketplace"].sudo()
        found = places.search([("site_id", "=", self._origin.id)])
        names = ", ".join(found.mapped("name"))
        text = names or self.env._("Choose on the site's form where you sell.")
        return self._prepare_step("marketplaces", self.env._("Choose marketplaces"), found, text)

    def _step_listings(self):
        fetch_requests = self.env["integrator.fetch.request"].sudo()
        looked = fetch_requests.search_count(
            [
                ("site_id", "=", self._origin.id),
                ("source", "in", ("listings", "listing_report")),
                ("state", "=", "done"),
            ],
            limit=1,
        )
        text = self.env._("What is offered already is taken over, nothing is changed there.")
        return self._prepare_step("listings", self.env._("Import your listings"), looked, text)

    def _step_match(self):
        waiting = self.home_imports
        done = self._step_listings()["done"] and not waiting
        text = self.env._("%s listings have no product yet.", waiting)
        if done:
            text = self.env._("Every listing has its product.")
        return self._prepare_step("match", self.env._("Match products"), done, text)

    def _step_preview(self):
        text = self.env._(
            "Choose a few listings and “Preview…”: you see what would be sent, and nothing is."
        )
        return self._prepare_step("preview", self.env._("Dry run"), self.previewed_at, text)

    def _step_automatic(self):
        text = self.env._("From then on orders come in and changes go out by themselves.")
        name = self.env._("Switch automatic mode on")
        return self._prepare_step("automatic", name, self.automatic, text)

    def _plain_secrets_text(self):
        """That secrets are kept without encryption, and what to do; empty where they are not."""
        if not self.env["integrator.secret"]._has_plain(self._origin):
            return ""
        return self.env._(
            "They are kept without encryption, in the database and in every backup of it: this "
            "server has no key. Ask whoever runs it to put “integrator_secret_key” into its "
            "configuration; within a day they are encrypted by themselves."
        )

    def action_open_setup(self):
        """Button: the steps of the first hour."""
        self.ensure_one()
        return self.env["integrator.setup"]._open(self)
