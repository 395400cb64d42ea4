"""A way to ask for any number of rows: their values travel as one array, since a statement takes 65,535 parameters.

It knows fields and lists, no room.
"""

from typing import Any

from django.db.models import Field, ForeignObject, Lookup


class Among(Lookup):
    """`id__among=[…]`: as `id__in`, in one parameter."""

    lookup_name = "among"

    def get_prep_lookup(self) -> list[Any]:
        """The values as the field stores them."""
        field = self.lhs.output_field
        return [field.get_prep_value(value) for value in self.rhs]

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """One array."""
        field = self.lhs.output_field
        return "%s", ([field.get_db_prep_value(one, connection, prepared=True) for one in value],)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """`column = ANY(array)`."""
        column, parameters = self.process_lhs(compiler, connection)
        place, values = self.process_rhs(compiler, connection)
        return f"{column} = ANY({place}::{self.lhs.output_field.db_type(connection)}[])", (*parameters, *values)


def register() -> None:
    """Every field knows it; foreign keys, which hear of no other field's lookups, on their own."""
    Field.register_lookup(Among)
    ForeignObject.register_lookup(Among)
