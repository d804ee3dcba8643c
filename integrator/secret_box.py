# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Encryption of secrets at rest, with a key of the installation.

The key stands in Odoo's configuration file, `integrator_secret_key`, or in the environment,
`INTEGRATOR_SECRET_KEY`: one or more Fernet keys, separated by commas. The first encrypts, all of
them decrypt, which is how a key is changed. Without a key secrets are kept as they are, in a table
that no user can read.
"""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from .exceptions import ConfigurationError
from .server_options import server_option

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
                "“integrator_secret_key” of the server is no key. Make one with "
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
