# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m tools.proofs.kill_play DATABASE URL FILE KILLS CYCLES SEED`: the main job under
SIGKILL.

Runs inside Odoo. Started by `tools/proofs/kill_proof.py` in Odoo's environment, once with kills and
once without; the end state goes to the file, as JSON.
"""

import json
import random
import sys
from contextlib import contextmanager
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from tools.demo.demo_scenario import MARKETPLACE, Demo
from tools.environment.inside_odoo import environment
from tools.proofs import kill_operations
from tools.proofs.kill_books import Books, books_state
from tools.proofs.kill_state import TIME_PASSES, WORK, end_state
from tools.proofs.kill_worker import Death, draw, run_worker

#: Orders that are placed in each cycle: one of each usual kind.
ORDERS = 16
#: Rounds without a kill after which what is still under way counts as lost.
ROUNDS = 40
#: Workers in a row that may die before some live.
DEATHS = 12
LIVING = Death()


class KillDemo(Demo):
    """The demo's merchant; his stages run in workers that die."""

    def prepare(self):
        """Site, tax and products; nothing but our stages is scheduled."""
        from odoo.addons.integrator.const import STAGES

        self.add_site(self.remote.url)
        # time passes in the database only; the local Amazon's buckets would empty for ever
        self.remote.settings(unlimited=True)
        self.site.write({"interval_seconds": 1, "daily_order_check": False})
        self.add_catalogue()
        kill_operations.prepare(self)
        jobs = [self.env.ref(f"integrator.ir_cron_{stage}").id for stage in STAGES]
        self.env.cr.execute("UPDATE ir_cron SET active = id IN %s", (tuple(jobs),))
        return jobs

    def resume(self):
        """Find the site again, in a new transaction."""
        self.site = self.site.search([("site_type", "=", "amazon")], limit=1)
        return self

    def ship(self):
        """Everything that is ready leaves the warehouse: every third in two parcels, and of every
        fourth the buyer gets half of a line back."""
        pickings = self.env["stock.picking"].search(
            [
                ("sale_id.integrator_site_id", "=", self.site.id),
                ("state", "=", "assigned"),
                ("integrator_hold", "=", False),
            ]
        )
        for number, picking in enumerate(
            pickings.sorted(lambda one: one.sale_id.integrator_order_ref)
        ):
            if number % 3 == 0:
                self._pack(picking)
            else:
                picking.carrier_tracking_ref = f"TRACK-{picking.sale_id.integrator_order_ref}"
            picking.with_context(skip_sms=True).button_validate()
            if number % 4 == 0:
                self._refund(picking.sale_id)

    def _pack(self, picking):
        """Put the pieces into two parcels with a tracking number each, in turns."""
        name = picking.sale_id.integrator_order_ref
        parcels = self.env["stock.package"].create(
            [{"integrator_tracking": f"PARCEL-{name}-{half}"} for half in (1, 2)]
        )
        counts = {move: int(move.product_uom_qty) for move in picking.move_ids}
        picking.move_line_ids.unlink()
        rows = []
        for move, count in counts.items():
            halves = (count - count // 2, count // 2)
            for parcel, quantity in zip(parcels, halves, strict=True):
                if quantity:
                    values = move._prepare_move_line_vals()
                    rows.append({**values, "quantity": quantity, "result_package_id": parcel.id})
        self.env["stock.move.line"].create(rows)
        picking.move_ids.picked = True

    def _refund(self, order):
        """Half of the price of the first item goes back."""
        order._create_invoices().action_post()
        invoice = order.invoice_ids
        note = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        item = note.invoice_line_ids.filtered(lambda line: line.price_unit > 0)[:1]
        others = [(2, line.id) for line in note.invoice_line_ids - item]
        note.invoice_line_ids = [(1, item.id, {"price_unit": item.price_unit / 2}), *others]
        note.action_post()

    def close(self, day):
        """One product a day is not sold any more."""
        product = self.env["product.product"].search([("default_code", "=", f"DEMO-{day:03d}")])
        product.product_tmpl_id.action_archive()


class Play:
    """The merchant's days, and the workers between them.

    :param str database: its name
    :param str url: of the local Amazon
    :param int kills: how many there have to be; the merchant goes on selling until there were
    :param int cycles: how many days, where nobody is killed
    :param int seed: of the chance
    """

    def __init__(self, database, url, kills, cycles, seed):
        self.database = database
        self.url = url
        self.wanted = kills
        self.cycles = cycles
        self.chance = random.Random(seed)
        self.kills = self.days = 0
        self.jobs = []

    def run(self):
        """Play it.

        :return: dict: kills, days, and the end state
        """
        with environment(self.database) as env:
            self.jobs = self._demo(env).prepare()
        self.work()
        while self.days < self.cycles or self.kills < self.wanted:
            self.days += 1
            with self.acting() as demo:
                options = {"count": ORDERS, "marketplace_id": MARKETPLACE}
                demo.remote.demo(**options, seed=self.days)
                kill_operations.sell(demo, self.days)
            self.work()
            with self.acting() as demo:
                demo.ship()
                demo.close(self.days)
                kill_operations.answer(demo)
            self.work()
            with self.acting() as demo:
                kill_operations.leave(demo, self.days)
            self.work()
            print(f"day {self.days}: {self.kills} kills", flush=True)
        books = Books(self)
        books.settle()
        with self.acting() as demo:
            state = {**end_state(demo), **kill_operations.end_state(demo), **books_state(demo)}
            return {"kills": self.kills + books.kills, "days": self.days, "state": state}

    def _demo(self, env):
        return KillDemo(env, self.url, lambda _line: None)

    @contextmanager
    def acting(self):
        """Give an environment in which people act, in a transaction of their own."""
        with Registry(self.database).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            yield self._demo(env(context=env["res.users"].context_get())).resume()

    def work(self):
        """Workers one after the other: some that are killed, whatever there is to do, then some
        that live."""
        for _worker in range(DEATHS if self.kills < self.wanted else 0):
            self.pass_time()
            jobs = self.chance.sample(self.jobs, len(self.jobs))
            self.kills += run_worker(self.database, jobs, draw(self.chance))
        quiet = 0
        for _round in range(ROUNDS):
            run_worker(self.database, self.jobs, LIVING)
            quiet = 0 if self.pass_time() else quiet + 1
            if quiet == 2:  # once more, so that what is new is seen
                return
        raise RuntimeError("Something is still under way: it is lost")

    def pass_time(self):
        """Let every time to wait for be over.

        :return: whether there is work
        """
        with Registry(self.database).cursor() as cr:
            cr.execute(TIME_PASSES)
            cr.execute(kill_operations.TIME_PASSES)
            cr.execute(WORK)
            left = cr.fetchone()
            cr.execute(kill_operations.WORK)
            return any((*left, *cr.fetchone()))


def main(database, url, file, *numbers):
    """Play, and write what came of it.

    :param database: its name
    :param url: of the local Amazon
    :param file: it is there only when the play came to its end
    :param numbers: kills, cycles, seed
    """
    answer = Play(database, url, *map(int, numbers)).run()
    Path(file).write_text(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
