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

from ...access_token import ACCESS_TOKEN
from ...exceptions import ConfigurationError
from ...secret_field import Secret
from ...utils import server_option

#: Prefix of an encrypted value.
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
    """Return whether a kept value is locked with the key that encrypts now."""
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


#: Suffixes of the name of a secret that waits to replace another, or was replaced.
WAITING, PREVIOUS = ".new", ".old"
#: Time for which a new secret waits for somebody to finish what he began.
WAITS_FOR = timedelta(hours=1)


class IntegratorSecretMixin(models.AbstractModel):
    """A secret of something that has to log in. No access right may name a model that inherits: no
    user, not even an administrator, reads it over RPC or the web client; only the code that calls
    the remote does. Where the installation has a key, values are encrypted."""

    _name = "integrator.secret.mixin"
    _description = "Kept secret"
    _rec_name = "name"
    #: Name of the field that says whose secret it is.
    _owner_field = ""

    name = fields.Char(required=True)
    value = fields.Char(required=True)

    # === BUSINESS METHODS === #

    @api.model
    def _store(self, owner, name, value):
        """Keep, replace or (empty value) forget one secret.

        :param owner: record whose secret it is
        """
        columns = {self._owner_field: owner.id, "name": name}
        self._find_sudo(owner, name)._put(value, **columns)

    @api.model
    def _fetch(self, owner, name):
        """The secret's value, or an empty string.

        :raise ConfigurationError: when it is encrypted and the key is not there
        """
        return self._find_sudo(owner, name)._secret()

    @api.model
    def _has(self, owner, name):
        """Return whether there is such a secret, readable or not."""
        return bool(self._find_sudo(owner, name))

    @api.model
    def _forget(self, owners, names):
        """Forget secrets for good: also what waits to take their place, and what was in it before
        and could be used again.

        :param names: names of the secrets
        """
        for owner in owners:
            for name in names:
                for kept in (name, name + WAITING, name + PREVIOUS):
                    self._store(owner, kept, "")

    def _find_sudo(self, owner, name):
        """The row of a secret, which nobody reads with rights of his own."""
        return self.sudo().search([(self._owner_field, "in", owner.ids), ("name", "=", name)])

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


class IntegratorSecretFieldsMixin(models.AbstractModel):
    """A record with fields of the type `Secret`: what is entered there is kept apart, never shown
    again, noted in the log, and forgotten when somebody changes where it is sent."""

    _name = "integrator.secret.fields.mixin"
    _description = "Record with secrets"

    kept_secrets = fields.Char(
        string="Secrets kept",
        compute="_compute_kept_secrets",
        compute_sudo=True,
        help="What was entered and is never shown again. Enter it anew to replace it.",
    )

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    def _compute_kept_secrets(self):
        for record in self:
            kept = [field for field in self._secret_fields() if record._has_secret(field.name)]
            record.kept_secrets = ", ".join(one._description_string(self.env) for one in kept)

    def _compute_secrets(self):
        """Secrets are never read back: the fields are for writing only."""
        for field in self._secret_fields():
            self[field.name] = False

    def _inverse_secrets(self):
        names = [field.name for field in self._secret_fields()]
        for record in self:
            entered = [name for name in names if record[name]]
            for name in entered:
                record._keep_secret(name, record[name].strip())
            record._note_secrets(entered)
        # what was entered is still at hand until the end of the request
        self.invalidate_recordset([*names, "kept_secrets"])

    # === CRUD METHODS === #

    def write(self, vals):
        """Override: whoever changes where secrets are sent enters them again, so that nobody has
        those sent elsewhere that he does not know."""
        for address in {name for field in self._secret_fields() for name in field.sent_to}:
            if address in vals:
                value = vals[address] or False
                moved = self.sudo().filtered(
                    lambda one, address=address, value=value: (one[address] or False) != value
                )
                moved._forget_secrets(address, vals)
        return super().write(vals)

    # === BUSINESS METHODS === #

    @api.model
    def _secret_fields(self):
        return [field for field in self._fields.values() if isinstance(field, Secret)]

    def _secret_place(self, name):
        """Hook: where a secret is kept.

        :param str name: of the field
        :return: tuple (model with `integrator.secret.mixin`, its owner, its name there)
        """
        return self.env["integrator.secret"], self, name

    def _secret(self, name):
        """The value of a secret, or an empty string; for the code that calls the remote.

        :param str name: of the field
        :raise ConfigurationError: when it is encrypted and the key is not there
        """
        secrets, owner, kept_as = self._secret_place(name)
        return secrets._fetch(owner, kept_as)

    def _has_secret(self, name):
        """Return whether a secret was entered."""
        secrets, owner, kept_as = self._secret_place(name)
        return secrets._has(owner, kept_as)

    def _keep_secret(self, name, value):
        secrets, owner, kept_as = self._secret_place(name)
        secrets._store(owner, kept_as, value)

    def _forget_secrets(self, address, vals):
        """Forget what was sent to an address that is about to change.

        :param str address: name of the field
        :param dict vals: what is written; secrets among them are kept, later
        :return: the records that have lost some
        """
        names = [field.name for field in self._secret_fields() if address in field.sent_to]
        losing = self.filtered(lambda one: any(map(one._has_secret, names)))
        for record in losing:
            for secrets, owner, kept_as in map(record._secret_place, names):
                secrets._forget(owner, [kept_as])
            if not all(vals.get(name) for name in names):
                text = self.env._(
                    "“%s” has changed, so the secrets that were sent there are forgotten. Enter "
                    "them again.",
                    self._fields[address]._description_string(self.env),
                )
                record._note_in_log(text)
        return losing

    def _note_secrets(self, names):
        """Note who has entered a secret, and when."""
        for name in names:
            label = self._fields[name]._description_string(self.env)
            self._note_in_log(self.env._("A new secret was entered: %s.", label))

    def _note_in_log(self, text):
        if "message_ids" in self._fields:
            self.message_post(body=text)


class IntegratorSecret(models.Model):
    """Credentials of sites."""

    _name = "integrator.secret"
    _inherit = "integrator.secret.mixin"
    _description = "Secret of a channel"
    _owner_field = "site_id"

    site_id = fields.Many2one(
        "integrator.site", string="Channel", required=True, ondelete="cascade"
    )
    _name_uniq = models.UniqueIndex("(site_id, name)", "A channel keeps one secret per name.")

    # === BUSINESS METHODS === #

    @api.model
    def _store(self, site, name, value):
        """Keep, replace or (empty value) forget one secret of a site. Whoever enters a secret
        begins its time anew, and ends the pauses that waited for it."""
        result = super()._store(site, name, value)
        # it belongs to the secrets that were there before
        self._find_sudo(site, ACCESS_TOKEN).value = "{}"
        self.env["integrator.credential"].sudo()._note(site.sudo(), name, value)
        site.sudo().circuit_ids.filtered("lasting")._end_pause()
        return result

    @api.model
    def _keep_access_token(self, site, text):
        """Keep what a log-in has given, see `access_token`; nobody has entered anything."""
        columns = {"site_id": site.id, "name": ACCESS_TOKEN}
        self._find_sudo(site, ACCESS_TOKEN)._put(text, **columns)

    @api.model
    def _has_plain(self, site):
        """Return whether secrets of a site are kept as they are, and will be: the server has no
        key."""
        if keys():
            return False
        found_sudo = self.sudo().search([("site_id", "in", site.ids)])
        return any(not secret.value.startswith(MARK) for secret in found_sudo)

    # === CLEAN-UP === #

    @api.autovacuum
    def _gc_waiting(self):
        """Forget new secrets with which nobody went on: the fetch request was closed."""
        before = fields.Datetime.now() - WAITS_FOR
        self.search([("name", "=like", f"%{WAITING}"), ("write_date", "<", before)]).unlink()
