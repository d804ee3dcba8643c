# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.integrator.utils import in_own_transaction


class AmazonQuota(models.Model):
    """Token buckets of Amazon's operations, per account, shared by all workers and hosts.

    Each take is one statement in a transaction of its own that is over before the call begins, so
    no lock is ever held over a call. The clock is the database's: hosts need not agree.
    """

    _name = "integrator.amazon.quota"
    _description = "Amazon quota"
    _rec_name = "bucket"
    _log_access = False

    account = fields.Char(required=True, readonly=True)
    bucket = fields.Char(string="Operation", required=True, readonly=True)
    tokens = fields.Float(readonly=True)
    rate = fields.Float(readonly=True, help="Calls per second, as Amazon says it.")
    burst = fields.Integer(readonly=True)
    updated_at = fields.Float(string="Updated on", readonly=True, help="Seconds since the epoch.")

    _bucket_uniq = models.UniqueIndex("(account, bucket)", "One bucket per account and operation.")

    def _levels(self, account):
        """Tokens that an account has now, by bucket.

        :return: dict name of the bucket -> number; a bucket that is left out is full
        """
        self.env.cr.execute(
            SQL(
                "SELECT bucket, %s FROM integrator_amazon_quota WHERE account = %s",
                DatabaseLimiter._level,
                account,
            )
        )
        return dict(self.env.cr.fetchall())

    def _rate(self, account, bucket):
        """Calls a second that Amazon grants an account, by the headers of its answers.

        :return: number; 0 where nothing is known
        """
        return self.search([("account", "=", account), ("bucket", "=", bucket)]).rate

    def _limiter(self):
        """A limiter for the gateway that keeps its buckets in this table."""
        return DatabaseLimiter(self.env.registry)


def level_at(now):
    """Return the level of a bucket at a time: what was left, plus what has flowed in since.

    :param SQL now: seconds since the epoch
    """
    return SQL("LEAST(burst, tokens + rate * GREATEST(%s - updated_at, 0))", now)


class DatabaseLimiter:
    """The `Limiter` protocol of `api.quota.guards` over PostgreSQL."""

    _now = SQL("extract(epoch FROM clock_timestamp())")
    _level = level_at(_now)

    def __init__(self, registry):
        self._registry = registry

    def acquire(self, account, bucket, rate, burst, reserve=0):
        """Take a token.

        :param str account: whose bucket
        :param str bucket: operation id, with its bucket where it has one
        :param float rate: tokens per second by Amazon's usage plan
        :param int burst: size of the bucket
        :param int reserve: tokens that have to be left for what is more urgent
        :return: 0.0 when a token was taken, else the seconds until there is one
        """
        return in_own_transaction(
            self._registry, lambda cr: self._take(cr, account, bucket, rate, burst, reserve)
        )

    def observe(self, account, bucket, rate):
        """Raise the rate of a bucket to that of Amazon's header; it is never lowered."""
        assignment = SQL("tokens = %s, rate = GREATEST(rate, %s)", self._level, rate)
        self._change(account, bucket, assignment)

    def give_back(self, account, bucket):
        """Put a token back that was taken and not used."""
        self._change(account, bucket, SQL("tokens = LEAST(burst, %s + 1)", self._level))

    def penalise(self, account, bucket, left=0):
        """Empty a bucket after a 429: Amazon counts differently from us.

        :param int left: tokens that stay, where it may have been another bucket that is empty
        """
        self._change(account, bucket, SQL("tokens = LEAST(%s, %s)", self._level, left))

    def _take(self, cr, account, bucket, rate, burst, reserve):
        self._open(cr, account, bucket, rate, burst)
        cr.execute(
            SQL(
                "UPDATE integrator_amazon_quota SET tokens = %s - 1, updated_at = %s"
                " WHERE account = %s AND bucket = %s AND %s >= 1 + %s RETURNING id",
                self._level,
                self._now,
                account,
                bucket,
                self._level,
                reserve,
            )
        )
        return 0.0 if cr.fetchone() else self._wait(cr, account, bucket, reserve)

    def _open(self, cr, account, bucket, rate, burst):
        """Make the bucket, full, when this account has never called the operation."""
        cr.execute(
            SQL(
                "INSERT INTO integrator_amazon_quota"
                " (account, bucket, tokens, rate, burst, updated_at)"
                " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                account,
                bucket,
                burst,
                rate,
                burst,
                self._now,
            )
        )

    def _wait(self, cr, account, bucket, reserve):
        cr.execute(
            SQL(
                "SELECT (1 + %s - %s) / rate FROM integrator_amazon_quota"
                " WHERE account = %s AND bucket = %s",
                reserve,
                self._level,
                account,
                bucket,
            )
        )
        return max(float(cr.fetchone()[0]), 0.001)

    def _change(self, account, bucket, assignment):
        statement = SQL(
            "UPDATE integrator_amazon_quota SET %s, updated_at = %s"
            " WHERE account = %s AND bucket = %s",
            assignment,
            self._now,
            account,
            bucket,
        )
        in_own_transaction(self._registry, lambda cr: cr.execute(statement))
