# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amazon's published models (Swagger 2.0): every request and every answer is held against them.

Without the models nothing is checked and every answer counts as good.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import ApiError, invalid_input
from .http import Answer, Call
from .paths import match_parts
from .times import parse_time

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_METHODS = ("get", "put", "post", "patch", "delete")
_NOTIFICATIONS = "schemas/notifications"
_FEEDS = "schemas/feeds/listings-feed-{}schema-v2.json"


def find_models(models_dir: str | Path | None) -> Path | None:
    """Return the folder with Amazon's models, or None to go without.

    :param models_dir: the folder; None looks at the environment variable SPAPI_MODELS, then at
        ``../shared/spapi/models`` beside the repository; an empty text means none.
    """
    if models_dir is None:
        beside = Path(__file__).resolve().parents[2] / "shared" / "spapi" / "models"
        models_dir = os.environ.get("SPAPI_MODELS", str(beside))
    return Path(models_dir) if models_dir and Path(models_dir).is_dir() else None


@lru_cache(maxsize=4)
def load(folder: Path | None) -> Contract:
    """Return the contract of a folder; it is read once and never changed."""
    return Contract(folder)


class Contract:
    """The operations of Amazon's models and their schemas.

    :param folder: the folder of the models, or None to check nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._operations: dict[str, list[Operation]] = {}
        for path in sorted(folder.glob("*/*.json")) if folder else []:
            self._read(path)

    def find(self, method: str, path: str) -> str:
        """Return the operationId of a still encoded path, or an empty text."""
        found = self._match(method, path.strip("/").split("/"))
        return found.operation_id if found else ""

    def request_problem(self, call: Call) -> ApiError | None:
        """Return the 400 that a request deserves, or None."""
        operation = self._of(call)
        return operation.request_problem(call) if operation else None

    def answer_problem(self, call: Call, answer: Answer) -> str:
        """Return why an answer is not what the model says, or an empty text."""
        operation = self._of(call)
        return operation.answer_problem(answer) if operation else ""

    def feed_problem(self, kind: str, data: Any) -> str:
        """Return why a listings feed is not what Amazon's schema says, or an empty text.

        :param kind: ``""`` for a feed, ``"message-"`` for one message, ``"processing-report-"``.
        """
        if self.folder is None:
            return ""
        return first_error(_feed_validator(self.folder, kind), data)

    def notification_problem(self, name: str, data: Any) -> str:
        """Return why a notification is not what Amazon's schema of this name says, or nothing."""
        if self.folder is None:
            return ""
        return first_error(_notification_validator(self.folder, name), data)

    def _read(self, path: Path) -> None:
        model = json.loads(path.read_bytes())
        for template, item in model.get("paths", {}).items():
            for method in _METHODS:
                if method in item:
                    row = Operation(model, method.upper(), template, item)
                    self._operations.setdefault(row.method, []).append(row)

    def _of(self, call: Call) -> Operation | None:
        if not call.operation:
            return None
        return self._match(call.method, call.path.strip("/").split("/"))

    def _match(self, method: str, parts: list[str]) -> Operation | None:
        rows = self._operations.get(method, [])
        return next((row for row in rows if match_parts(row.parts, parts) is not None), None)


class Operation:
    """One operation of a model: what may be asked and what may be answered."""

    def __init__(self, model: dict[str, Any], method: str, template: str, item: Any) -> None:
        spec = item[method.lower()]
        self.operation_id = str(spec.get("operationId", ""))
        self.method = method
        self.parts = template.strip("/").split("/")
        self._definitions = model.get("definitions", {})
        self._responses = spec.get("responses", {})
        self._parameters = [*item.get("parameters", []), *spec.get("parameters", [])]
        self._validators: dict[str, Validator] = {}

    def request_problem(self, call: Call) -> ApiError | None:
        """Return the 400 that a request deserves, or None; keys that no model names are free."""
        for parameter in self._parameters:
            check = {"query": self._query_problem, "body": self._body_problem}
            problem = check.get(parameter["in"], _nothing)(parameter, call)
            if problem:
                return problem
        return None

    def answer_problem(self, answer: Answer) -> str:
        """Return why an answer is not what the model says, or an empty text."""
        response = self._responses.get(str(answer.status))
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        if response is None:
            # Faults and 501 are no answers that a model knows.
            return "" if answer.status >= 400 else f"status {answer.status} is not in the model"
        if "schema" not in response or not is_json:
            return ""
        return first_error(
            self._validator(f"answer {answer.status}", response["schema"]), answer.payload
        )

    def _query_problem(self, parameter: dict[str, Any], call: Call) -> ApiError | None:
        name = parameter["name"]
        text = call.text(name)
        if text is None:
            return (
                invalid_input(f"Missing required parameter: {name}")
                if parameter.get("required")
                else None
            )
        try:
            value = _READERS.get(parameter.get("type", ""), str)(text)
        except ValueError:
            return invalid_input(f"Invalid value for parameter: {name}")
        error = first_error(self._validator(f"query {name}", _plain(parameter)), value)
        return invalid_input(f"Invalid value for parameter: {name}", error) if error else None

    def _body_problem(self, parameter: dict[str, Any], call: Call) -> ApiError | None:
        try:
            data = call.json()
        except ValueError:
            return invalid_input("Could not match input arguments")
        validator = self._validator("body", parameter["schema"])
        error = next(iter(validator.iter_errors(data)), None)
        if error is None:
            return None
        place = ".".join(str(part) for part in error.absolute_path if not isinstance(part, int))
        if error.validator == "type":
            text = "The input you have submitted is not valid. "
            return invalid_input(f"{text}Please check the fields with invalid type [{place}].")
        return ApiError(400, "InvalidInput", "Invalid Input", f"{place}: {error.message[:200]}")

    def _validator(self, key: str, schema: dict[str, Any]) -> Validator:
        if key not in self._validators:
            from jsonschema import Draft4Validator

            whole = {"allOf": [schema], "definitions": self._definitions}
            self._validators[key] = Draft4Validator(whole, format_checker=_formats())
        return self._validators[key]


def first_error(validator: Validator, data: Any) -> str:
    """Return the first thing that a schema finds wrong, or an empty text."""
    error = next(iter(validator.iter_errors(data)), None)
    if error is None:
        return ""
    return f"{'/'.join(str(part) for part in error.absolute_path)}: {error.message[:300]}"


def _nothing(parameter: dict[str, Any], call: Call) -> None:
    return None


def _plain(parameter: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter as a schema: `required` is a flag there, a list in a schema."""
    skipped = ("name", "in", "required", "description", "collectionFormat")
    return {key: value for key, value in parameter.items() if key not in skipped}


def _split(text: str) -> list[str]:
    return text.split(",")


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


_READERS: dict[str, Any] = {"array": _split, "integer": int, "boolean": _boolean, "number": float}


@lru_cache(maxsize=1)
def _formats() -> Any:
    from jsonschema import FormatChecker

    checker = FormatChecker(formats=())
    checker.checks("date-time", raises=ValueError)(
        lambda value: bool(parse_time(value)) if isinstance(value, str) else True
    )
    return checker


@lru_cache(maxsize=8)
def _notification_validator(folder: Path, name: str) -> Validator:
    from jsonschema import Draft7Validator

    return Draft7Validator(json.loads((folder / f"{_NOTIFICATIONS}/{name}.json").read_bytes()))


@lru_cache(maxsize=8)
def _feed_validator(folder: Path, kind: str) -> Validator:
    from jsonschema import Draft7Validator

    return Draft7Validator(json.loads((folder / _FEEDS.format(kind)).read_bytes()))
