"""What the record keeps. Events and seals are written once; what identifies people stands in rows that can be
erased without touching a hash. No verbs.
"""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from holdfast.database import guards
from holdfast.record.rules import CONCESSION, FLAG, OUTSIDE_MESSAGE

CHAINS = ["order", "organisation", "person", "operator"]


class Event(models.Model):
    """One fact of one chain. `payload` is the hashed document; its hash covers the hash of the one before."""

    id = models.UUIDField(primary_key=True, editable=False)
    chain_kind = models.TextField()
    chain_id = models.UUIDField()
    seq = models.IntegerField()
    name = models.TextField()
    at = models.DateTimeField()
    payload = models.JSONField()
    prev = models.BinaryField()
    hash = models.BinaryField()
    recorded_xid = models.BigIntegerField(editable=False)
    """Filled by the database: which transaction wrote it (`sql/head_v1.sql`)."""

    class Meta:
        db_table = "record_event"
        # Sealing asks for a day of events; they lie in the order of time, so the smallest index finds them.
        indexes = [
            BrinIndex(fields=["at"], name="record_event_day", autosummarize=True),
            models.Index(fields=["recorded_xid", "id"], name="record_event_listed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["chain_id", "seq"], name="record_event_one_a_place"),
        ]
        triggers = [*guards.written_once(), guards.sound("record_event_sound", f" {' '.join(CHAINS)} ")]


class Private(models.Model):
    """A value that an event's payload names only by its salted hash. Erased by emptying salt and value."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="private")
    field = models.TextField()
    salt = models.BinaryField(null=True)
    value = models.JSONField(null=True)

    class Meta:
        db_table = "record_private"
        constraints = [models.UniqueConstraint(fields=["event", "field"], name="record_private_once")]


class Outbox(models.Model):
    """An event that somebody outside may have to hear of; the relay takes waiting rows by state."""

    event_id = models.UUIDField(primary_key=True)
    state = models.TextField(default="waiting")
    attempts = models.SmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    relayed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "record_outbox"
        indexes = [
            models.Index(
                fields=["event_id"],
                name="record_outbox_waiting",
                condition=Q(state="waiting"),
            )
        ]
        triggers = [guards.sound("record_outbox_sound")]


class Deadline(models.Model):
    """By when somebody must act, and on what grounds; `basis` keeps what was used to compute it.

    `notified_at` is when who must act had been told in a way that can be proved; nothing is forfeited without it.
    Since `paused_at` it stands still. `reminded` is the last reminder given, in days before its end.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.TextField()
    subject_kind = models.TextField()
    subject_id = models.UUIDField()
    order_id = models.UUIDField(null=True, db_index=True)
    who = models.TextField()
    due_at = models.DateTimeField()
    zone = models.TextField()
    basis = models.JSONField()
    state = models.TextField(default="open")
    closed_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    reminded = models.SmallIntegerField(null=True)

    class Meta:
        db_table = "record_deadline"
        indexes = [models.Index(fields=["due_at"], name="record_deadline_due", condition=Q(state="open"))]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "kind"],
                condition=Q(state="open"),
                name="record_deadline_one_open",
            ),
        ]
        triggers = [guards.sound("record_deadline_sound")]


class Answer(models.Model):
    """What an idempotent command answered, for whoever sends it again."""

    owner = models.UUIDField()
    key = models.TextField()
    fingerprint = models.BinaryField()
    status = models.SmallIntegerField()
    body = models.TextField()
    at = models.DateTimeField()

    pk = models.CompositePrimaryKey("owner", "key")

    class Meta:
        db_table = "record_answer"
        # Every command adds one and a nightly round drops the old: they lie in the order of time.
        indexes = [BrinIndex(fields=["at"], name="record_answer_time", autosummarize=True)]


class SigningKey(models.Model):
    """The public half of a key that signed daily roots; kept for ever. The private half is never in the database."""

    id = models.TextField(primary_key=True)
    public_key = models.BinaryField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "record_signing_key"


class Seal(models.Model):
    """The Merkle root over the heads of the chains that moved on a day, with the root before, signed."""

    day = models.DateField(primary_key=True)
    root = models.BinaryField()
    previous = models.BinaryField()
    heads = models.JSONField()
    horizon = models.BigIntegerField()
    """Everything recorded by transactions before this one was there to be sealed; what came later is the next seal's,
    whatever day it bears."""
    key = models.ForeignKey(SigningKey, models.PROTECT)
    signature = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        db_table = "record_seal"
        triggers = guards.written_once()


class File(models.Model):
    """A file brought in as evidence or attachment; the bytes lie in storage under their hash."""

    id = models.UUIDField(primary_key=True, editable=False)
    order_id = models.UUIDField(db_index=True)
    organisation_id = models.UUIDField()
    sha256 = models.BinaryField()
    size_bytes = models.BigIntegerField()
    media_type = models.TextField()
    name = models.TextField()
    received_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "record_file"
        indexes = [models.Index(fields=["sha256"], name="record_file_by_hash")]
        constraints = [models.CheckConstraint(condition=Q(size_bytes__gt=0), name="record_file_not_empty")]


class OutsideMessage(models.Model):
    """Material from outside the platform, brought in by one party; the other attests it, denies it or is silent."""

    id = models.UUIDField(primary_key=True, editable=False)
    order_id = models.UUIDField(db_index=True)
    brought_by = models.UUIDField()
    brought_role = models.TextField()
    channel = models.TextField()
    said_on = models.DateField()
    text = models.TextField(null=True)
    term = models.JSONField(null=True)
    file = models.ForeignKey(File, models.PROTECT, null=True)
    sha256 = models.BinaryField()
    state = models.TextField(default="brought")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "record_outside_message"
        triggers = guards.lifecycle(OUTSIDE_MESSAGE)


class Message(models.Model):
    """A message between the two sides of something: an order, later a quotation, an inquiry or a claim.

    Its words stand beside its event (`Private`, field `text`), under whose salted hash they can be proved, and can be
    erased, without touching this row. `files` are IDs of files of the order.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    subject_kind = models.TextField()
    subject_id = models.UUIDField()
    number = models.IntegerField()
    event_id = models.UUIDField(unique=True)
    organisation_id = models.UUIDField()
    role = models.TextField()
    by_kind = models.TextField()
    by_id = models.UUIDField(null=True)
    answers = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    files = models.JSONField(default=list)
    sent_at = models.DateTimeField()

    class Meta:
        db_table = "record_message"
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "number"], name="record_message_one_a_place"),
            models.CheckConstraint(condition=Q(number__gt=0), name="record_message_counted_from_one"),
        ]
        triggers = guards.written_once()


class Flag(models.Model):
    """A message whose sender was told that it looks as if it would take the deal off the platform, and that was sent
    all the same. `kinds` say as what; the words stay with the message, where they can be erased."""

    id = models.UUIDField(primary_key=True, editable=False)
    message = models.OneToOneField(Message, models.PROTECT, related_name="+")
    kinds = models.JSONField()
    state = models.TextField(default=FLAG.initial)
    raised_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "record_flag"
        indexes = [models.Index(fields=["-id"], name="record_flag_open", condition=Q(state="open"))]
        triggers = [*guards.lifecycle(FLAG), *guards.fixed("message_id", "kinds", "raised_at")]


class ThreadRead(models.Model):
    """Up to which message an organisation has read a thread, and since when."""

    subject_kind = models.TextField()
    subject_id = models.UUIDField()
    organisation_id = models.UUIDField()
    number = models.IntegerField()
    read_at = models.DateTimeField()

    class Meta:
        db_table = "record_thread_read"
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "organisation_id"], name="record_thread_read_once"
            )
        ]


class Concession(models.Model):
    """An explicit act about a breach on an order. `document` is what is signed, `digest` its SHA-256; both are fixed
    when it is proposed."""

    id = models.UUIDField(primary_key=True, editable=False)
    order_id = models.UUIDField(db_index=True)
    kind = models.TextField()
    breach = models.TextField()
    proposed_by = models.TextField()
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.TextField(default=CONCESSION.initial)
    proposed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "record_concession"
        constraints = [
            models.UniqueConstraint(
                fields=["order_id"], condition=Q(state="proposed"), name="record_concession_one_open"
            ),
        ]
        triggers = [
            *guards.lifecycle(CONCESSION),
            *guards.fixed("order_id", "kind", "breach", "proposed_by", "document", "digest", "proposed_at"),
        ]


class ConcessionSignature(models.Model):
    """One side's signature over the digest of a concession: a person's, or attested by the marketplace."""

    id = models.UUIDField(primary_key=True, editable=False)
    concession = models.ForeignKey(Concession, models.PROTECT, related_name="signatures")
    side = models.TextField()
    kind = models.TextField()
    signer_kind = models.TextField()
    signer_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "record_concession_signature"
        constraints = [
            models.UniqueConstraint(fields=["concession", "side"], name="record_concession_signature_one_a_side"),
            models.CheckConstraint(
                condition=Q(kind="person", signer_kind="person") | Q(kind="marketplace", signer_kind="key"),
                name="record_concession_signature_kind",
            ),
        ]
        triggers = guards.written_once()


class Label(models.Model):
    """What one organisation calls a thing, and its own words about it: for itself alone."""

    owner = models.UUIDField()
    object_id = models.UUIDField()
    kind = models.TextField()
    external_id = models.TextField(null=True)
    metadata = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    pk = models.CompositePrimaryKey("owner", "object_id")

    class Meta:
        db_table = "record_label"
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind", "external_id"],
                condition=Q(external_id__isnull=False),
                name="record_label_one_name",
            ),
        ]
