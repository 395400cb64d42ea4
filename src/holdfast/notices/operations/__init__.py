"""The verbs of notices: tell people of events, send the mails, note what comes back, read."""

from holdfast.notices.operations.mail import bounced, send_waiting
from holdfast.notices.operations.reading import mark_read
from holdfast.notices.operations.relay import relay, tell_of_extensions
from holdfast.notices.operations.reminding import remind

__all__ = ["bounced", "mark_read", "relay", "remind", "send_waiting", "tell_of_extensions"]
