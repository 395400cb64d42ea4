"""Where providers tell of what happened: signed by them, kept once, acted on by the worker.

It knows HTTP, size and signature. A message changes nothing by itself: it only has something asked for sooner. No key
of ours opens this door, and it is there only where the provider is.
"""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from holdfast import jobs
from holdfast.api import edge, problems
from holdfast.kernel import clock
from holdfast.kernel.refusals import Refusal
from holdfast.parties.installation import clock_offset_seconds
from holdfast.rails.operations import events
from holdfast.rails.stripe import news


@csrf_exempt
def stripe(request: HttpRequest) -> HttpResponse:
    """A message of Stripe's. 200 also for what is known already or concerns nothing here, so that it is not repeated;
    400 for what Stripe did not sign, or too long ago."""
    if settings.CARD != "stripe":
        return problems.from_status(404)
    if request.method != "POST":
        return problems.from_status(405)
    try:
        told = news.read(body=_body(request), signature=request.headers.get("Stripe-Signature", ""))
    except Refusal as refusal:
        return problems.from_refusal(request, refusal)
    if told.about is None:
        return edge.answer({"received": True})
    is_new = events.enter(
        provider=news.PROVIDER, event_id=told.event_id, kind=told.kind, object_id=told.object_id, now=_now()
    )
    if is_new:
        jobs.news_came()
    return edge.answer({"received": True})


def _now() -> datetime:
    return clock.read(offset_seconds=clock_offset_seconds())


def _body(request: HttpRequest) -> bytes:
    """The bytes as they were signed. Refusal: `BodyTooLarge`, before they are read where the length is said."""
    said = request.headers.get("Content-Length", "")
    if (said.isdigit() and int(said) > news.LARGEST) or len(request.body) > news.LARGEST:
        raise edge.BodyTooLarge(accepted={"at_most_bytes": news.LARGEST})
    return request.body
