"""What is stored of notices: the words each person was told, whether they were read, how the mail fared. No verbs."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from holdfast.database import guards
from holdfast.notices.rules import MAIL


class Notice(models.Model):
    """One person told of one thing. `state` is that of the mail; the row itself is what the console shows.

    `about_id` is the event or, for a moved deadline, the deadline; `deadlines` are those whose notice this is.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.TextField()
    about_id = models.UUIDField()
    order_id = models.UUIDField(null=True)
    organisation_id = models.UUIDField(null=True)
    person_id = models.UUIDField()
    address = models.TextField()
    language = models.TextField()
    subject = models.TextField()
    text = models.TextField()
    deadlines = ArrayField(models.UUIDField(), default=list)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    state = models.TextField(default=MAIL.initial)
    attempts = models.SmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    answer = models.TextField(default="")

    class Meta:
        db_table = "notices_notice"
        indexes = [
            models.Index(fields=["person_id", "-id"], name="notices_notice_person"),
            models.Index(fields=["order_id"], name="notices_notice_order", condition=Q(order_id__isnull=False)),
            models.Index(
                fields=["created_at"], name="notices_notice_to_send", condition=Q(state__in=["waiting", "sending"])
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["about_id", "person_id"], name="notices_notice_once"),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(accepted_at__isnull=False), name="notices_notice_accepted_when"
            ),
        ]
        triggers = guards.lifecycle(MAIL)
