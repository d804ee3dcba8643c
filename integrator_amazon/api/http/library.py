# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The one door through which python-amazon-sp-api is imported.

While it is imported the library reads its environment variables: an invalid value would break the
import, and with it Odoo. Here they are put aside for that moment; what they say never counts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from ..redaction import install_log_filter

_VARIABLES = (
    "AWS_ENV",
    "SP_API_AUTH_CACHE_SIZE",
    "SP_API_AUTH_CACHE_TTL",
    "SP_API_DEFAULT_MARKETPLACE",
)


@contextmanager
def _without_variables() -> Iterator[None]:
    kept = {name: os.environ.pop(name) for name in _VARIABLES if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


with _without_variables():
    from sp_api.auth import AccessTokenClient, AccessTokenResponse
    from sp_api.auth.credentials import Credentials as LibraryCredentials
    from sp_api.base.client import Client
    from sp_api.base.credential_provider import (
        CredentialProvider,
        FromCodeCredentialProvider,
    )

install_log_filter()

__all__ = [
    "AccessTokenClient",
    "AccessTokenResponse",
    "Client",
    "CredentialProvider",
    "FromCodeCredentialProvider",
    "LibraryCredentials",
]
