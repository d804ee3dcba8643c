# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
import unicodedata


def plain(text):
    """A name without case, accents and blanks around it, for comparing.

    :param str text: any text
    """
    letters = unicodedata.normalize("NFKD", text or "")
    return "".join(one for one in letters if not unicodedata.combining(one)).strip().casefold()


#: Codes that sites use for countries, or for parts of them, that ISO does not know -> its own.
ALIASES = {"UK": "GB", "XI": "GB", "EL": "GR", "IC": "ES"}


def bare(text):
    """A name of a region as it is compared: its letters and digits only."""
    return "".join(one for one in plain(text) if one.isalnum())


class Places:
    """Countries and regions of one batch of orders, each looked up once.

    :param env: names may be written in its language, or in English
    """

    def __init__(self, env):
        self._env = env
        self._countries = {}
        self._states = {}

    def country(self, text):
        """The country by its code or its name; none when there is no such country.

        :param str text: as the site gives it
        """
        key = plain(text)
        if key not in self._countries:
            self._countries[key] = self._find_country(text, key)
        return self._countries[key]

    def _find_country(self, text, key):
        countries = self._env["res.country"]
        if not key:
            return countries
        # a longer text would be cut to the length of a code, and “Germany” be Georgia
        if len(key) == 2:
            code = ALIASES.get(key.upper(), key.upper())
            return countries.search([("code", "=", code)], limit=1)
        name = re.sub(r"[%_\\]", "", text.strip())
        for language in dict.fromkeys(("en_US", self._env.lang or "en_US")):
            spoken = countries.with_context(lang=language)
            named = spoken.search([("name", "=ilike", name)], limit=1)
            if plain(named.name) == key:
                return self._env["res.country"].browse(named.ids)
        return countries

    def state(self, country, text):
        """The region by its code, with or without the country's before it, or its name, with or
        without its second one; none when the country does not know it.

        :param country: `res.country`
        :param str text: as the site gives it
        """
        key = bare(text)
        if not (country and key):
            return self._env["res.country.state"]
        return self._names_of(country).get(key, self._env["res.country.state"])

    def _names_of(self, country):
        if country not in self._states:
            names, parts = {}, {}
            for state in country.state_ids:
                code = bare(state.code)
                names[bare(state.name)] = names[code] = state
                names[bare(country.code) + code] = state
                # “A Coruña (La Coruña)”, “Araba/Álava”
                for part in re.split(r"[()/]", state.name):
                    parts.setdefault(bare(part), []).append(state)
            alone = {part: states[0] for part, states in parts.items() if len(states) == 1}
            self._states[country] = {**alone, **names}
        return self._states[country]
