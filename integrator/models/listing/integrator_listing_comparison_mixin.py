# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import CLOSING, SECTION_OF_KIND
from ...utils import section_hash

#: Hashes of a section that is not there.
NO_HASHES = (False, False)
#: Tasks that send the present state anyway, and those that wait for a person.
OPEN_STATES = ("waiting", "ready", "error")


class IntegratorListingComparisonMixin(models.AbstractModel):
    """Compares the present values of listings with what was last sent, and plans the differences.
    It is a mixin of its own because it works on very many listings at once, by queries of its
    own."""

    _name = "integrator.listing.comparison.mixin"
    _description = "Comparison of listings with what was sent"

    # === BUSINESS METHODS === #

    def _reconcile(self, names=None):
        """Queue the sections whose present value differs from what was last sent.

        :param names: of sections; None: all
        :return: the tasks
        """
        known = self._known_hashes()
        # what was never sent and never seen comes first
        seen = self.filtered(lambda listing: listing.id in known)
        offered = seen._on_offer()
        offered._withdraw_closing(known)
        back = offered.filtered(lambda listing: listing.state == "closed")
        tasks = (seen - offered)._plan_closing()
        for listings, some in ((offered - back, names), (back, None)):
            tasks |= listings._plan_unasked(listings._section_values(some), known)
        return tasks

    def _known_hashes(self):
        """Hashes of what was sent and decided about each section, read in one query for all
        listings.

        :return: dict id of a listing that was ever sent, or seen on the site -> dict name of a
            section -> tuple (hash of what was sent, of what was decided about)
        """
        names = ["listing_id", "name", "sent_hash", "noted_hash", "sent_at"]
        self.env["integrator.listing.section"].flush_model(names)
        # plain values: a record for each row would take longer than the query
        rows = self.env.execute_query(
            SQL(
                "SELECT listing_id, name, sent_hash, noted_hash, sent_at IS NOT NULL"
                " FROM integrator_listing_section WHERE listing_id IN %s",
                self._ids or (0,),
            )
        )
        known, seen = {}, set()
        for listing_id, name, sent, noted, was_sent in rows:
            known.setdefault(listing_id, {})[name] = sent or False, noted or False
            if was_sent:
                seen.add(listing_id)
        return {listing_id: known[listing_id] for listing_id in seen}

    def _on_offer(self):
        """Return the listings that are to be offered: the product exists and matches the rule of
        the site; of a parent, one of its variants."""
        offered = self.browse()
        for site, listings in self._by_site().items():
            parents = listings.filtered("is_parent")
            products = listings.product_id | parents.child_ids.product_id
            domain = site._product_domain() & Domain("id", "in", products.ids)
            # in the usual order of products their names would have to be read and sorted
            found = set(products.search(domain, order="id")._ids)
            alive = {
                parent.id
                for parent in parents
                if not found.isdisjoint(parent._open_children().product_id._ids)
            }
            offered |= listings.filtered(
                lambda one, found=found, alive=alive: one.product_id.id in found or one.id in alive
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
            if known[listing.id].get(name, NO_HASHES)[1] == noted:
                listing._section(name).noted_hash = False

    def _queued(self, states):
        """Values that are being sent to the site, or wait for a person.

        :param states: of tasks
        :return: dict (listing, kind) -> task
        """
        domain = [("listing_id", "in", self.ids), ("state", "in", states)]
        tasks = self.env["integrator.task"].search(domain)
        return {(task.listing_id, task.kind): task for task in tasks}

    def _plan_closing(self):
        """Queue the closing of these listings, once.

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
                tasks |= tasks._enqueue(listing.site_id, listing._prepare_update("delist"))
        return tasks

    def _plan_unasked(self, values, known):
        """Queue sections whose present value was neither sent nor decided about. Unlike for an
        event, refused and drifted ones are left to people.

        :param dict values: of `_section_values`
        :param dict known: of `_known_hashes`
        :return: the tasks
        """
        tasks = self.env["integrator.task"]
        unasked = {
            listing: names
            for listing in self
            if (names := listing._find_unasked(values[listing], known.get(listing.id, {})))
        }
        queued = self.browse().union(*unasked)._queued(OPEN_STATES)
        for listing, names in unasked.items():
            tasks |= listing._plan_sections(names, values[listing], queued)
        return tasks

    def _find_unasked(self, values, hashes):
        """The sections of a listing to queue, see `_plan_unasked`.

        :param dict values: name -> value
        :param dict hashes: name -> tuple, as in `_known_hashes`
        :return: list of their names
        """
        unasked = []
        for name, value in values.items():
            sent, noted = hashes.get(name, NO_HASHES)
            if value is None or not (value or sent):
                continue
            fingerprint = section_hash(value)
            if fingerprint not in (sent, noted):
                unasked.append(name)
            elif fingerprint == sent and noted:
                # what was decided about another value is over
                self._section(name).noted_hash = False
        return unasked

    def _plan_sections(self, names, values, queued):
        """Queue some sections of a listing; one that was closed needs its product first.

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
            values_of_task = {}
            if tasks and self.state != "live":
                values_of_task = {"after_task_id": tasks[0].id, "state": "waiting"}
            tasks |= tasks._enqueue(self.site_id, self._prepare_update(name), **values_of_task)
        return tasks
