"""A form that two people may have open at once: it writes what was changed in it, and never over what a colleague changed.

What a newcomer gets wrong: comparing with the row as it is now. Each field carries along what it showed (Django's hidden
initial value); saving again after a conflict is a choice of the person who reads what the other one made of it.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class SeenForm(forms.ModelForm):
    """Fields of a row. `as_one` names fields that only make sense together: changing one of them vouches for all."""

    as_one: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self._of_the_row():
            self.fields[name].show_hidden_initial = True

    def clean(self):
        cleaned = super().clean()
        mine = self._vouched_for()
        for name in self._of_the_row():
            now = getattr(self.instance, name)
            if self._same(self._seen(name), now):
                continue
            self._show(self.add_initial_prefix(name), name, now)
            if name not in mine:
                # Only what is shown when the page comes back: what nobody changed here is not written.
                self._show(self.add_prefix(name), name, now)
            elif name in cleaned and not self._same(cleaned[name], now):
                self.add_error(name, self._taken_by_a_colleague(name, now))
        return cleaned

    def _of_the_row(self):
        known = {field.name for field in self._meta.model._meta.fields if field.editable}
        return [name for name in self.fields if name in known and name != self._meta.model._meta.pk.name]

    def _vouched_for(self):
        changed = [name for name in self._of_the_row() if name in self.changed_data]
        return {*changed, *self.as_one} if set(changed) & set(self.as_one) else changed

    def _seen(self, name):
        """What the field showed when the page was made."""
        field = self.fields[name]
        raw = field.hidden_widget().value_from_datadict(self.data, self.files, self.add_initial_prefix(name))
        try:
            return field.clean(raw)
        except ValidationError:
            return None

    def _same(self, one, other) -> bool:
        return _plain(one) == _plain(other)

    def _show(self, key, name, now):
        """From here on this is what the person sees: the next time it counts as read."""
        self.data = self.data.copy()
        value = self.fields[name].prepare_value(now)
        if isinstance(value, list):
            self.data.setlist(key, value)
        else:
            self.data[key] = "" if value is None else value

    def _taken_by_a_colleague(self, name, now):
        words = {"now": in_words(self.fields[name], now) or _("(empty)")}
        return _("A colleague made this “%(now)s” in the meantime. Is yours right? Then save again.") % words


def _plain(value):
    """A text is the same with each kind of line end; nothing is the same as an empty text."""
    return "\n".join(value.splitlines()) if isinstance(value, str) else value if value is not None else ""


def in_words(field, value) -> str:
    """A value as the field shows it to people."""
    choices = {} if isinstance(field, forms.ModelChoiceField) else dict(getattr(field, "choices", ()))
    values = value if isinstance(value, list) else [value]
    return ", ".join(str(choices.get(one, field.prepare_value(one) if choices else one)) for one in values if one)
