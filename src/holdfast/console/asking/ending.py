"""How an order is ended early, each ground under its own words.

Whether a ground holds is the operation's to say.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from holdfast.console.asking.base import OrderAct
from holdfast.orders.operations import cancelling
from holdfast.record.act import Act


class Cancel(OrderAct):
    """An end, on one ground."""

    ground: ClassVar[cancelling.Ground]
    ends = True

    def operation(self) -> Callable[[Act], Any]:
        """Cancels."""
        return lambda act: cancelling.cancel(act=act, order_id=self.page.order.id, ground=self.ground)


class Withdraw(Cancel):
    """The supplier gives up."""

    title = _("Cancel the order")
    says = _("Everything paid for what has not been shipped goes back to the buyer, and the cancellation is recorded.")
    submit = _("Cancel the order")
    ground = "withdrawal"


class CancelBeforeProduction(Cancel):
    """The buyer, early."""

    title = _("Cancel before production")
    says = _("What you paid goes back to you; the payment provider's fee does not.")
    submit = _("Cancel the order")
    ground = "before_production"


class CancelForLateness(Cancel):
    """The buyer, for lateness."""

    title = _("Cancel for lateness")
    says = _("What has not been shipped is cancelled and its money goes back to you. What was shipped goes on.")
    submit = _("Cancel what is late")
    ground = "lateness"


class CancelForUnpaidBalance(Cancel):
    """The supplier, unpaid."""

    title = _("Cancel for the unpaid balance")
    says = _("The balance is overdue. What has not been shipped is cancelled.")
    submit = _("Cancel the order")
    ground = "balance_unpaid"


class CancelUnpaid(Cancel):
    """Only a part was ever paid."""

    title = _("Cancel the order, which was not paid in full")
    says = _("The time to pay is over. What was paid goes back to the buyer.")
    submit = _("Cancel the order")
    ground = "unpaid"


class AgreeToCancel(Cancel):
    """Both want it."""

    title = _("Agree to cancel")
    says = _("The other side proposed to cancel. If you agree, what has not been shipped is given back.")
    submit = _("Agree to cancel")
    ground = "agreement"


class ProposeCancel(OrderAct):
    """Ask the other side."""

    title = _("Propose to cancel by agreement")
    says = _("Nothing changes until the other side agrees.")
    submit = _("Propose to cancel")
    ends = True

    def operation(self) -> Callable[[Act], Any]:
        """Proposes."""
        return lambda act: cancelling.propose_cancel(act=act, order_id=self.page.order.id)
