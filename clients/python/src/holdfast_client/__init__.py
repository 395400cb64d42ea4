"""A typed client of Holdfast: one method for each operation of the API, with typed requests and answers."""

from holdfast_client.client import Holdfast
from holdfast_client.core import Patience, new_key
from holdfast_client.errors import (
    Conflict,
    Fault,
    HoldfastError,
    Invalid,
    NotAllowed,
    NotFound,
    Problem,
    TooManyRequests,
    Unauthenticated,
    Unreachable,
)
from holdfast_client.listing import Listing
from holdfast_client.shortcuts import component, line
from holdfast_client.webhooks import NotGenuine, Webhook

__all__ = [
    "Conflict",
    "Fault",
    "Holdfast",
    "HoldfastError",
    "Invalid",
    "Listing",
    "NotAllowed",
    "NotFound",
    "NotGenuine",
    "Patience",
    "Problem",
    "TooManyRequests",
    "Unauthenticated",
    "Unreachable",
    "Webhook",
    "component",
    "line",
    "new_key",
]
