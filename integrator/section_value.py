# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Values of the sections of a listing: how they are told apart, by pure functions."""

import json
from hashlib import sha256

#: JSON in the one form of which fingerprints are made; made once, for it is asked very often.
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def section_hash(value):
    """The fingerprint of a section's value; equal for values that are equal as JSON.

    :param value: JSON-able value; None: the section says nothing
    :return: 64 hexadecimal digits, or an empty text for None
    """
    if value is None:
        return ""
    return sha256(_encode(value).encode()).hexdigest()
