# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def choices_of(model, field):
    """The choices of another field, for `fields.Selection`, in the language of who looks.

    :param str model: its model
    :param str field: a selection field
    :return: function model -> list of (value, label)
    """
    return lambda self: self.env[model]._fields[field]._description_selection(self.env)


def labels_of(records, field):
    """The labels of a selection in the reader's language.

    :param str field: name of a field of the records
    :return: dict value -> label
    """
    return dict(records._fields[field]._description_selection(records.env))
