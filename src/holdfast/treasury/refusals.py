"""Why the treasury says no."""

from holdfast.kernel.refusals import Refusal


class BooksNotProven(Refusal):
    """The ledger does not prove itself; no day is closed before that is mended."""


class AccountingDayNotOver(Refusal):
    """A day is closed when it is over where the operator is."""


class DayClosed(Refusal):
    """The books of this day are closed; nothing enters them any more."""


class MoneyMoving(Refusal):
    """Money has been moving without a pause; try again in a moment."""
