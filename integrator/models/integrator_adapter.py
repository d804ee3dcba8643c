# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IntegratorAdapter(models.AbstractModel):
    """The ONE place where a site addon plugs in.

    A site addon adds a value to `integrator.site.site_type` and a model
    `integrator.adapter.<site_type>` that inherits this one. Every hook gets what it works on and
    returns plain values; it never commits, never sleeps and never writes states: the stages do.
    Trouble is said with the exceptions of `integrator.exceptions`.
    """

    _name = "integrator.adapter"
    _description = "Adapter of a site"

    # === THE ACCOUNT === #

    def _test_connection(self, site):
        """Try the site's parameters (001-82).

        :return: a sentence for people that names the account and what it may do
        :raise IntegratorError: with a different, useful sentence for each cause
        """
        raise NotImplementedError

    def _capabilities(self, site):
        """What can be done there.

        :return: set of the task kinds and `"orders"`
        """
        return set()

    # === IN === #

    def _fetch(self, window):
        """Get the next page of an order window.

        :param window: `integrator.window`: date_from, date_to, page, next_token
        :return: dict with `content` (bytes as received), `charset`, `headers` (dict without
            secrets), `request_id`, `received_at`, `next_token` (str|None) and `watermark` (UTC
            datetime up to which the remote says the answer is complete)
        """
        raise NotImplementedError

    def _acknowledge(self, documents):
        """Tell the remote that documents were taken over (000-02).

        :return: dict document -> error message; documents without one were accepted
        """
        return {}

    def _extract(self, document):
        """Read a stored document into neutral orders (000-03).

        :return: list of dicts in the form documented in `docs/architecture.md`, "A neutral order"
        :raise RejectedError: for any problem anywhere in the document (000-20)
        """
        raise NotImplementedError

    # === OUT === #

    def _plan(self, site, events):
        """Say which tasks events make for a site.

        :param events: `product.integration` or `order.integration`, all of one model
        :return: dict event -> list of dicts: `kind`, `target_ref` and any other task values;
            `after` may hold the `target_ref` key of a task that has to succeed first
        """
        return {}

    def _lane(self, task):
        """Tasks of one lane travel in one submission and never overtake each other.

        :return: name of the task's lane
        """
        return task.kind

    def _batch_size(self, lane):
        """How many tasks of a lane go out in one submission."""
        return 1

    def _in_flight(self, lane):
        """How many submissions of a lane may be under way at once; 0: any number."""
        return 0

    def _prepare(self, batch):
        """Build what will be sent, from the current state of the records.

        :return: tuple (content bytes, dict task -> IntegratorError for tasks that cannot be sent)
        """
        raise NotImplementedError

    def _submit(self, batch):
        """Send a prepared batch.

        :return: dict with `ticket`, `refs` (all ids of the answer, 004-30) and, where the answer is
            final, `results` as `_check` gives them
        :raise OutcomeUnknownError: when the remote may have taken it
        :raise TransientError: when it certainly did not
        """
        raise NotImplementedError

    def _recover(self, batch):
        """Ask the remote whether it took a batch whose answer never arrived.

        :return: what `_submit` gives, or None when the remote does not know it
        """

    def _check(self, batch):
        """Ask for the state of a ticket (004-31 … 004-36): one call per ticket.

        :return: dict with `running` (bool), `retry_after` (seconds) and `results`: dict task ->
            None (success) or RejectedError
        """
        raise NotImplementedError
