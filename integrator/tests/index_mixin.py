# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo.orm.table_objects import Index, UniqueIndex

#: Conditions of an index on a column of choices: `state = 'x'`, `state IN ('x', 'y')`.
CONDITION = re.compile(r"(\w+)\s*(?:=|!=|IN)\s*(\((?:'[^']*'(?:,\s*)?)+\)|'[^']*')")


class IndexMixin:
    """Checks of the indexes that an addon defines, and of what its computed fields cost others."""

    #: Name of the addon.
    addon = ""
    # else Odoo runs none of the tests that a class only inherits
    allow_inherited_tests_method = True

    def indexes(self):
        """The indexes of the addon.

        :return: list of (model, index)
        """
        return [
            (model, index)
            for model in self.env.registry.values()
            for index in model._table_objects.values()
            if isinstance(index, Index) and index._module == self.addon
        ]

    def test_unique_indexes_cover_empty_values(self):
        """PostgreSQL takes two empty values for different ones, and “not empty” for empty: a box
        that nobody ticked, or a number that nobody gave, would switch the index off."""
        unique = [one for one in self.indexes() if isinstance(one[1], UniqueIndex)]
        self.assertTrue(unique)
        for model, index in unique:
            definition = re.sub(r"COALESCE\([^)]*\)", "", index.get_definition(self.registry))
            columns, _where, condition = definition.partition(" WHERE ")
            words = re.findall(r"\w+", columns) + re.findall(r"NOT (\w+)", condition)
            fields = [model._fields[word] for word in words if word in model._fields]
            empty = [
                field.name
                for field in fields
                if field.type in ("boolean", "float", "integer", "monetary") and not field.required
            ]
            self.assertFalse(empty, f"{index.name} of {model._name}")

    def test_conditions_name_what_there_is(self):
        """An index whose condition names a state that no record can be in guards nothing."""
        for model, index in self.indexes():
            for column, words in CONDITION.findall(index.get_definition(self.registry) or ""):
                field = model._fields.get(column)
                if not field or field.type != "selection":
                    continue
                named = set(re.findall(r"'([^']*)'", words))
                known = set(field.get_values(self.env))
                self.assertLessEqual(named, known, f"{index.name} of {model._name}")

    def test_computed_fields_cost_other_records_no_query(self):
        """Check that each computed field has the other side of its relations. When a record
        changes, Odoo looks up the fields that depend on it by that side. Without one it asks the
        database, for each change and each new record anew."""
        one_sided = {
            str(relation)
            for model in self.env.registry.values()
            for field in model._fields.values()
            if field._module == self.addon and field.compute and field.store and model._auto
            for path in self.registry.field_depends[field]
            for relation in self.relations_of(model, path)
            if not self.registry.field_inverses[relation]
        }
        self.assertFalse(one_sided)

    def relations_of(self, model, path):
        """The fields by which a dependency goes to many records."""
        *names, _last = path.split(".")
        for name in names:
            field = model._fields[name]
            if field.type in ("one2many", "many2many"):
                yield field
            model = self.env.registry[field.comodel_name]
