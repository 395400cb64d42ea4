"""Words for what must be done by when: those that mails and the API use too."""

from holdfast.notices.due import WHAT

DEADLINE = WHAT
