"""What the number of a consignment proves by itself: whether its check digit is right.

Pure. It knows the published schemes of numbers; whether a carrier has ever heard of one is for the carrier to say.
"""

import re
from dataclasses import dataclass

from stdnum import iso6346

UPU_S10, ISO_6346, AIR_WAYBILL, SIMULATED = "upu_s10", "iso_6346", "air_waybill", "simulated"

_S10 = re.compile(r"[A-Z]{2}(\d{8})(\d)[A-Z]{2}")
_CONTAINER = re.compile(r"[A-Z]{3}[UJZ]\d{7}")
_WAYBILL = re.compile(r"\d{3}(\d{7})(\d)")
_SIMULATED = re.compile(r"SIM(\d{8})(\d)")
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


@dataclass(frozen=True, slots=True)
class Checked:
    """`scheme`: what the number looks like, None when nothing known; `is_valid`: its check digit is right."""

    scheme: str | None
    is_valid: bool


def normal(text: str) -> str:
    """The one spelling under which a number is kept and compared."""
    return re.sub(r"[\s\-./]", "", text).upper()


def check_digit(serial: str) -> str:
    """The check digit of eight digits by UPU S10, section 6."""
    rest = 11 - sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, serial, strict=True)) % 11
    return str({10: 0, 11: 5}.get(rest, rest))


def check(*, number: str, mode: str) -> Checked:
    """Which scheme a number in its normal spelling follows, and whether its check digit is right.

    Eleven bare digits are an air waybill only where the goods fly (IATA Resolution 600a: serial modulo 7).
    """
    if found := _S10.fullmatch(number):
        return Checked(UPU_S10, check_digit(found[1]) == found[2])
    if _CONTAINER.fullmatch(number):
        return Checked(ISO_6346, iso6346.is_valid(number))
    if mode == "air" and (found := _WAYBILL.fullmatch(number)):
        return Checked(AIR_WAYBILL, int(found[1]) % 7 == int(found[2]))
    if found := _SIMULATED.fullmatch(number):
        return Checked(SIMULATED, check_digit(found[1]) == found[2])
    return Checked(None, is_valid=False)
