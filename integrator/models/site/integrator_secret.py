# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Secrets at rest, encrypted with a key of the installation.

The key stands in Odoo's configuration file, `integrator_secret_key`, or in the environment,
`INTEGRATOR_SECRET_KEY`: one or more Fernet keys, separated by commas. The first encrypts, all of
them decrypt, which is how a key is changed. Without a key secrets are kept as they are, in a table
that no user can read.
"""

from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from odoo import api, fields, models

from ...exceptions import ConfigurationError
from ...utils import server_option

#: What an encrypted value begins with.
MARK = "fernet:"


def keys():
    """The keys of the installation, the one that encrypts first."""
    return server_option("integrator_secret_key")


def lock(env, value):
    """Encrypt a value, where the installation has a key.

    :param str value: the secret
    :raise ConfigurationError: when the key is no key
    """
    box = _box(env)
    return MARK + box.encrypt(value.encode()).decode() if box else value


def unlock(env, kept):
    """The secret of a kept value, encrypted or not.

    :param str kept: what `lock` gave, maybe before there was a key
    :raise ConfigurationError: when it is encrypted and no key of the installation fits
    """
    if not kept.startswith(MARK):
        return kept
    box = _box(env)
    try:
        return box.decrypt(kept[len(MARK) :].encode()).decode() if box else _no_key(env)
    except InvalidToken:
        return _no_key(env)


def is_current(kept):
    """Whether a kept value is locked with the key that encrypts now."""
    first = keys()[:1]
    if not first:
        return True
    try:
        Fernet(first[0]).decrypt(kept[len(MARK) :].encode())
    except InvalidToken:
        return False
    return kept.startswith(MARK)


def _box(env):
    try:
        fernets = [Fernet(key) for key in keys()]
    except ValueError as error:
        raise ConfigurationError(
            env._(
                "“integrator_secret_key” of the server is not a key. Make one with "
                "`python -c 'from cryptography.fernet import Fernet; "
                "print(Fernet.generate_key().decode())'`."
            ),
            code="secret_key",
        ) from error
    return MultiFernet(fernets) if fernets else None


def _no_key(env):
    raise ConfigurationError(
        env._(
            "The credentials of this database are encrypted with a key that this server does not "
            "have. Put the key into “integrator_secret_key” of its configuration, or enter the "
            "credentials again."
        ),
        code="secret_key",
    )


#: What the name of a secret ends with that waits to take the place of another, or that was in it.
WAITING, PREVIOUS = ".new", ".old"
#: How long a new secret waits for somebody to finish what he began.
WAITS_FOR = timedelta(hours=1)


class IntegratorSecretMixin(models.AbstractModel):
    """A secret of something that has to log in. No access right may name a model that inherits: no
    user, not even an administrator, reads it over RPC or the web client; only the code that calls
    the remote does. Where the installation has a key, values are encrypted."""

    _name = "integrator.secret.mixin"
    _description = "Kept secret"
    _rec_name = "name"

    name = fields.Char(required=True)
    value = fields.Char(required=True)

    # === BUSINESS METHODS === #

    def _put(self, value, **owner):
        """Keep or replace this secret, or (empty value) forget it.

        :param str value: the secret
        :param owner: columns of a new one
        """
        if not value:
            self.unlink()
        elif self:
            self.value = lock(self.env, value)
        else:
            self.create({**owner, "value": lock(self.env, value)})

    def _secret(self):
        """The value, or an empty string where there is none.

        :raise ConfigurationError: when it is encrypted and the key is not there
        """
        return unlock(self.env, self.value or "")

    # === CLEAN-UP === #

    @api.autovacuum
    def _relock(self):
        """Bring secrets under the key that encrypts now: after a key was given or changed."""
        if self._abstract:
            # the vacuum calls mixins, too
            return
        for secret in self.search([("value", "!=", False)]):
            if not is_current(secret.value):
                secret.value = lock(self.env, unlock(self.env, secret.value))


class IntegratorSecret(models.Model):
    """Credentials of sites."""

    _name = "integrator.secret"
    _inherit = "integrator.secret.mixin"
    _description = "Secret of a channel"

    site_id = fields.Many2one(
        "integrator.site", string="Channel", required=True, ondelete="cascade"
    )
    _name_uniq = models.UniqueIndex("(site_id, name)", "A channel keeps one secret per name.")

    # === BUSINESS METHODS === #

    @api.model
    def _store(self, site, name, value):
        """Keep, replace or (empty value) forget one secret of a site. Whoever enters a secret
        begins its time anew, and ends the pauses that waited for it."""
        self._find_sudo(site, name)._put(value, site_id=site.id, name=name)
        self.env["integrator.credential"].sudo()._note(site.sudo(), name, value)
        site.sudo().circuit_ids.filtered("lasting")._end_pause()

    @api.model
    def _fetch(self, site, name):
        """The secret's value, or an empty string.

        :raise ConfigurationError: when it is encrypted and the key is not there
        """
        return self._find_sudo(site, name)._secret()

    @api.model
    def _has(self, site, name):
        """Whether there is such a secret, readable or not."""
        return bool(self._find_sudo(site, name))

    @api.model
    def _forget(self, sites, names):
        """Forget secrets of sites for good: also what waits to take their place, and what was in
        it before and could be used again.

        :param names: names of the secrets
        """
        for site in sites:
            for name in names:
                for kept in (name, name + WAITING, name + PREVIOUS):
                    self._store(site, kept, "")

    @api.model
    def _has_plain(self, site):
        """Whether secrets of a site are kept as they are, and will be: the server has no key."""
        if keys():
            return False
        found_sudo = self.sudo().search([("site_id", "in", site.ids)])
        return any(not secret.value.startswith(MARK) for secret in found_sudo)

    def _find_sudo(self, site, name):
        """The row of a secret, which nobody reads with rights of his own."""
        return self.sudo().search([("site_id", "in", site.ids), ("name", "=", name)])

    # === CLEAN-UP === #

    @api.autovacuum
    def _gc_waiting(self):
        """Forget new secrets with which nobody went on: the fetch request was closed."""
        before = fields.Datetime.now() - WAITS_FOR
        self.search([("name", "=like", f"%{WAITING}"), ("write_date", "<", before)]).unlink()
