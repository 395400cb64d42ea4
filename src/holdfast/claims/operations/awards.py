"""What a decision moves, read from the determination that stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from holdfast.claims import models


@dataclass(frozen=True, slots=True)
class Award:
    """The refund of each place (0: not shipped), the costs, whether goods go back first, or new ones come instead."""

    award_minor: int
    cost_minor: int
    places: Mapping[int, int]
    goods_back: bool
    replacement: bool = False


NOTHING = Award(0, 0, {}, goods_back=False)


def award_of(made: models.Determination) -> Award:
    """What a determination moves."""
    places = {int(number): amount for number, amount in made.places.items()}
    return Award(made.award_minor, made.cost_minor, places, goods_back=made.goods_back, replacement=made.replacement)


def not_returned(award: Award) -> Award:
    """What is left of an award when the goods did not go back: the part for what had not been shipped."""
    places = {number: amount for number, amount in award.places.items() if number == 0}
    return Award(sum(places.values()), 0, places, goods_back=False)


def latest_determination(claim_id: UUID) -> models.Determination:
    """The decision that stands."""
    return models.Determination.objects.filter(claim_id=claim_id).order_by("-id")[0]
