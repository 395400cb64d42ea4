"""What is stored of notices: the words each person was told, whether they were read, how the mail fared; and what each
person has chosen. No verbs."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from holdfast.database import guards
from holdfast.notices.kinds import DIGEST
from holdfast.notices.rules import MAIL, MORNING, WAYS


class Notice(models.Model):
    """One person told of one thing. `state` is that of the mail; the row itself is what the console shows.

    `about_id` is the event or, for a moved deadline, the deadline; `deadlines` are those whose notice this is. `path`
    leads to what it is about. A digest is a row too, which no list shows; its notices name it in `digest_id`.
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
    # The release before this one goes on writing notices while the schema is new already.
    path = models.TextField(default="", db_default="")
    deadlines = ArrayField(models.UUIDField(), default=list)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    state = models.TextField(default=MAIL.initial)
    attempts = models.SmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    answer = models.TextField(default="")
    digest_id = models.UUIDField(null=True)

    class Meta:
        db_table = "notices_notice"
        indexes = [
            models.Index(fields=["person_id", "-id"], name="notices_notice_person"),
            models.Index(fields=["order_id"], name="notices_notice_order", condition=Q(order_id__isnull=False)),
            models.Index(
                fields=["created_at"], name="notices_notice_to_send", condition=Q(state__in=["waiting", "sending"])
            ),
            models.Index(fields=["organisation_id", "-id"], name="notices_notice_of_members"),
            models.Index(fields=["person_id"], name="notices_notice_to_gather", condition=Q(state="gathered")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["about_id", "person_id"], name="notices_notice_once"),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(accepted_at__isnull=False), name="notices_notice_accepted_when"
            ),
            # What a deadline hangs on is mailed at once, whatever its reader has chosen.
            models.CheckConstraint(
                condition=Q(deadlines=[]) | ~Q(state__in=["gathered", "digested", "kept"]),
                name="notices_notice_deadline_is_mailed",
            ),
            models.CheckConstraint(
                condition=~Q(state="digested") | Q(digest_id__isnull=False), name="notices_notice_in_a_digest"
            ),
        ]
        triggers = guards.lifecycle(MAIL)


class Choice(models.Model):
    """How a person wants one kind of notice. Without a row it is mailed at once."""

    id = models.UUIDField(primary_key=True, editable=False)
    person_id = models.UUIDField()
    kind = models.TextField()
    way = models.TextField()

    class Meta:
        db_table = "notices_choice"
        constraints = [
            models.UniqueConstraint(fields=["person_id", "kind"], name="notices_choice_once"),
            models.CheckConstraint(condition=Q(way__in=WAYS) & ~Q(kind=DIGEST), name="notices_choice_way"),
        ]


class Morning(models.Model):
    """At which hour of their own day a person wants their digest."""

    person_id = models.UUIDField(primary_key=True, editable=False)
    hour = models.SmallIntegerField(default=MORNING)

    class Meta:
        db_table = "notices_morning"
        constraints = [models.CheckConstraint(condition=Q(hour__gte=0, hour__lte=23), name="notices_morning_hour")]


class DeadAddress(models.Model):
    """An address from which mails come back for good: nothing more is sent there until somebody says that it works."""

    id = models.UUIDField(primary_key=True, editable=False)
    address = models.TextField()
    notice_id = models.UUIDField()
    said = models.TextField()
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notices_dead_address"
        constraints = [
            models.UniqueConstraint(
                fields=["address"], name="notices_dead_address_once", condition=Q(ended_at__isnull=True)
            )
        ]
