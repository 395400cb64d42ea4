"""The verbs of notices: tell people of events, send the mails, gather digests, note what comes back, read, choose."""

from holdfast.notices.operations.bouncing import bounced, hand_in, take_report, works_again
from holdfast.notices.operations.choosing import choose, stop
from holdfast.notices.operations.digest import send_digests
from holdfast.notices.operations.mail import send_waiting
from holdfast.notices.operations.reading import mark_read
from holdfast.notices.operations.relay import relay, tell_of_extensions
from holdfast.notices.operations.reminding import remind

__all__ = [
    "bounced",
    "choose",
    "hand_in",
    "mark_read",
    "relay",
    "remind",
    "send_digests",
    "send_waiting",
    "stop",
    "take_report",
    "tell_of_extensions",
    "works_again",
]
