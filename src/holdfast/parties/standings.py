"""What it means how a marketplace stands: pure. It knows what bars a key, and refuses to know the database."""

from holdfast.kernel.refusals import Refusal
from holdfast.parties import rules


class MarketplaceSuspended(Refusal):
    """This marketplace is suspended: it takes on nobody new until the operator takes it back."""

    status = 403


class MarketplaceEnded(Refusal):
    """This marketplace has ended: its keys and tokens open nothing, and it is given none."""

    status = 403


def has_ended(*, kind: str, standing: str) -> bool:
    """Whether this is a marketplace that has ended. Of other kinds a standing bars no key: trade under way goes on."""
    return kind == rules.MARKETPLACE and standing == rules.ENDED


def check_takes_on(*, standing: str) -> None:
    """A marketplace founds something only in good standing. Refusals: `MarketplaceSuspended`, `MarketplaceEnded`."""
    if standing == rules.ENDED:
        raise MarketplaceEnded
    if standing == rules.SUSPENDED:
        raise MarketplaceSuspended
