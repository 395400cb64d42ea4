"""The tables of the room: people, organisations, members, keys, beneficiaries, the installation."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import holdfast.kernel.identifiers


class Migration(migrations.Migration):
    initial = True

    dependencies = [("database", "0001_guards")]

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "id",
                    models.UUIDField(
                        default=holdfast.kernel.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("language", models.CharField(default="en", max_length=12)),
                ("time_zone", models.CharField(default="UTC", max_length=64)),
                ("is_active", models.BooleanField(default=True)),
                ("date_joined", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "db_table": "parties_person",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="parties_person_email_lower",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Installation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=holdfast.kernel.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("singular", models.BooleanField(default=True, unique=True)),
                ("sandbox", models.BooleanField()),
                ("clock_offset_seconds", models.BigIntegerField(default=0)),
                ("operator_name", models.CharField(max_length=200)),
                ("programme", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "parties_installation",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("singular", True)), name="parties_installation_single"),
                    models.CheckConstraint(
                        condition=models.Q(("sandbox", True), ("clock_offset_seconds", 0), _connector="OR"),
                        name="parties_installation_clock_sandbox_only",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=holdfast.kernel.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=12)),
                ("country", models.CharField(max_length=2)),
                ("time_zone", models.CharField(max_length=64)),
                ("language", models.CharField(max_length=12)),
                ("tier", models.CharField(default="none", max_length=12)),
                ("individual_cap_minor", models.BigIntegerField(null=True)),
                ("individual_cap_currency", models.CharField(max_length=3, null=True)),
                ("programme_standing", models.CharField(default="good", max_length=12)),
                ("external_id", models.CharField(max_length=128, null=True)),
                ("metadata", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "parties_organisation",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("buyer", "supplier", "agent", "inspector", "operator"))),
                        name="parties_organisation_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tier__in", ("none", "enrolled", "verified", "gold"))),
                        name="parties_organisation_tier",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("programme_standing__in", ("good", "suspended", "ended"))),
                        name="parties_organisation_standing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("country__regex", "^[A-Z]{2}$")), name="parties_organisation_country"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("individual_cap_currency__isnull", True), ("individual_cap_minor__isnull", True)),
                            models.Q(("individual_cap_currency__isnull", False), ("individual_cap_minor__gte", 0)),
                            _connector="OR",
                        ),
                        name="parties_organisation_cap_has_currency",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "operator")),
                        fields=("kind",),
                        name="parties_organisation_one_operator",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("external_id__isnull", False)),
                        fields=("external_id",),
                        name="parties_organisation_external",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=holdfast.kernel.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("prefix", models.CharField(max_length=16, unique=True)),
                ("sha256", models.BinaryField()),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), size=None),
                ),
                (
                    "addresses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=49), default=list, size=None
                    ),
                ),
                ("sign_limit_minor", models.BigIntegerField(null=True)),
                ("sign_limit_currency", models.CharField(max_length=3, null=True)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.UUIDField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "replaces",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.apikey"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="parties.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "parties_apikey",
            },
        ),
        migrations.CreateModel(
            name="Staff",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=holdfast.kernel.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("role", models.CharField(max_length=16)),
                ("granted_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff_roles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "parties_staff",
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=holdfast.kernel.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("role", models.CharField(max_length=12)),
                ("created_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="parties.organisation",
                    ),
                ),
            ],
            options={
                "db_table": "parties_membership",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ("owner", "trader", "finance", "viewer"))),
                        name="parties_membership_role",
                    ),
                    models.UniqueConstraint(fields=("person", "organisation"), name="parties_membership_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=holdfast.kernel.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("email", models.EmailField(db_index=True, max_length=254)),
                ("role", models.CharField(max_length=12)),
                ("invited_by", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="parties.organisation",
                    ),
                ),
            ],
            options={
                "db_table": "parties_invitation",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ("owner", "trader", "finance", "viewer"))),
                        name="parties_invitation_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="parties_invitation_email_lower",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("accepted_at__isnull", True), ("withdrawn_at__isnull", True)),
                        fields=("organisation", "email"),
                        name="parties_invitation_one_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Beneficiary",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=holdfast.kernel.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=140)),
                ("currency", models.CharField(max_length=3)),
                ("iban", models.CharField(blank=True, max_length=34)),
                ("bic", models.CharField(blank=True, max_length=11)),
                ("account", models.CharField(blank=True, max_length=34)),
                ("bank", models.CharField(blank=True, max_length=140)),
                ("state", models.CharField(max_length=12)),
                ("added_by", models.UUIDField(null=True)),
                ("verified_by", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField()),
                ("verified_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("external_id", models.CharField(max_length=128, null=True)),
                ("metadata", models.JSONField(default=dict)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="beneficiaries",
                        to="parties.organisation",
                    ),
                ),
            ],
            options={
                "db_table": "parties_beneficiary",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(models.Q(("iban", ""), _negated=True), ("account", "")),
                            models.Q(("iban", ""), models.Q(("account", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="parties_beneficiary_one_account",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "verified"), _negated=True),
                            models.Q(("verified_at__isnull", False), ("verified_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="parties_beneficiary_verified_by_someone",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="beneficiary",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('pending', ' pending>verified pending>withdrawn verified>withdrawn ')",
                    func="RETURN NULL;",
                    hash="145a873302ee3b6a9a7082590a597b596532263a",
                    operation="INSERT",
                    pgid="pgtrigger_begins_70245",
                    table="parties_beneficiary",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="beneficiary",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    execute="holdfast_lifecycle('pending', ' pending>verified pending>withdrawn verified>withdrawn ')",
                    func="RETURN NULL;",
                    hash="994537b2ca2018c9a2b662240e49d3adf8468308",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_7546a",
                    table="parties_beneficiary",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(("scopes__len__gt", 0)), name="parties_apikey_has_scope"
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "scopes__contained_by",
                        [
                            "claims:read",
                            "claims:write",
                            "contracts:sign",
                            "operator",
                            "orders:read",
                            "orders:write",
                            "payments:write",
                            "reports:write",
                            "sandbox",
                        ],
                    )
                ),
                name="parties_apikey_known_scopes",
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sign_limit_currency__isnull", True), ("sign_limit_minor__isnull", True)),
                    models.Q(("sign_limit_currency__isnull", False), ("sign_limit_minor__gte", 0)),
                    _connector="OR",
                ),
                name="parties_apikey_limit_has_currency",
            ),
        ),
        migrations.AddConstraint(
            model_name="staff",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ("verifier", "mediator", "finance", "administrator"))),
                name="parties_staff_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="staff",
            constraint=models.UniqueConstraint(fields=("person", "role"), name="parties_staff_once"),
        ),
    ]
