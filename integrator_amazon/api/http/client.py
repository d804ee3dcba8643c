# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The library's client with our transport, our token cache and a check of every answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from ..json_values import jsonable
from ..quota.operations import Operation
from ..times import format_time
from .answers import Answer, check_answer
from .credentials import Credentials, Endpoint
from .library import Client, CredentialProvider, FromCodeCredentialProvider
from .login import LoginClient
from .tokens import TokenCache
from .transport import Received, Transport


class SellingPartnerClient(Client):
    """One seller at one endpoint. It keeps state of the call under way: use one per thread.

    The parent's constructor is not called: it lets an environment variable override the endpoint
    and opens two connection pools of which it closes one.

    :param credentials: of the seller and the application.
    :param endpoint: whom to call.
    :param tokens: where access tokens are kept.
    :param transport: how requests are sent; the caller closes it.
    :raise Configuration: when a credential is empty.
    """

    user_agent = "OdooIntegratorAmazon/19.0 (Language=Python)"

    def __init__(
        self,
        credentials: Credentials,
        endpoint: Endpoint,
        tokens: TokenCache,
        transport: Transport,
    ) -> None:
        self.credentials = library_credentials(credentials)
        self.endpoint = endpoint.api_url
        self.marketplace_id = ""  # every call names its marketplaces itself
        self.region = endpoint.region
        self.restricted_data_token: str | None = None
        self.proxies = None
        self.timeout = None
        self.version = None
        self.verify = True
        self._transport = transport
        self._auth = LoginClient(
            credentials=self.credentials,
            lwa_url=endpoint.lwa_url,
            cache=tokens,
            transport=transport,
        )
        self._operation: Operation | None = None
        self.received: Received | None = None

    def send(
        self,
        operation: Operation,
        path: Mapping[str, str],
        query: Mapping[str, Any],
        body: Mapping[str, Any] | Sequence[Any] | None,
        restricted_token: str | None = None,
    ) -> Answer:
        """Send one call.

        :param path: values for the placeholders of the operation's path, not yet encoded.
        :param query: texts, numbers, booleans, datetimes (aware) and lists of these.
        :param body: JSON-ready; Decimal is taken too.
        :param restricted_token: goes out instead of the access token, with this call only.
        :raise SpapiError: for whatever goes wrong.
        """
        self._operation, self.received = operation, None
        self.restricted_data_token = restricted_token or self._application_token(operation)
        params = {"method": operation.method, **format_query(query)}
        data = jsonable(body) if body is not None else None
        return self._request(
            format_path(operation.path_template, path),
            data=data,
            params=params,
            add_marketplace=False,
        )

    def _application_token(self, operation: Operation) -> str | None:
        """Return the token of the application itself, where an operation asks for that."""
        if not operation.scope:
            return None
        return str(self._auth.get_grantless_auth(operation.scope).access_token)

    def forget_token(self) -> None:
        """Drop the access token, so that the next call logs in."""
        self._auth.forget()

    def _check_response(self, res: Received, *_flags: object) -> Answer:
        """Check the status before anything else (the library looks at the body only)."""
        self.received = res
        assert self._operation is not None
        return check_answer(self._operation, res)


def format_path(template: str, values: Mapping[str, str]) -> str:
    """Return a path with its placeholders filled in and percent-encoded, also "/" and "."."""
    return template.format(**{name: _encode(str(value)) for name, value in values.items()})


def format_query(query: Mapping[str, Any]) -> dict[str, str]:
    """Return query parameters as Amazon wants them: lists as CSV, times as ISO 8601 in UTC.

    What is None is left out.
    """
    return {name: _format_value(value) for name, value in query.items() if value is not None}


def _format_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ",".join(_format_value(item) for item in value)
    return str(value)


def _encode(value: str) -> str:
    encoded = quote(value, safe="")
    # a SKU of dots only would be taken for a step up in the path
    return encoded.replace(".", "%2E") if set(encoded) == {"."} else encoded


def library_credentials(credentials: Credentials) -> Any:
    """Return the library's form of credentials, with environment and files kept out.

    :raise Configuration: when a credential is empty.
    """
    credentials.check()
    values = {
        "refresh_token": credentials.refresh_token,
        "lwa_app_id": credentials.client_id,
        "lwa_client_secret": credentials.client_secret,
    }
    providers = (FromCodeCredentialProvider,)
    return CredentialProvider("default", values, credential_providers=providers).credentials
