"""Marketplaces are a kind of organisation, and act for those that consented; the outer key is known by its name."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import holdfast.kernel.identifiers


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0006_cover_line"),
    ]

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=holdfast.kernel.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("basis", models.CharField(max_length=8)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), size=None),
                ),
                ("sign_limit_minor", models.BigIntegerField(null=True)),
                ("sign_limit_currency", models.CharField(max_length=3, null=True)),
                ("given_at", models.DateTimeField()),
                ("given_by", models.UUIDField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "parties_consent",
            },
        ),
        migrations.CreateModel(
            name="OuterKey",
            fields=[
                ("id", models.CharField(editable=False, max_length=16, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "parties_outerkey",
            },
        ),
        migrations.RemoveConstraint(
            model_name="apikey",
            name="parties_apikey_known_scopes",
        ),
        migrations.RemoveConstraint(
            model_name="organisation",
            name="parties_organisation_kind",
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
                            "mediate",
                            "operator",
                            "orders:read",
                            "orders:write",
                            "organisation:write",
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
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ("buyer", "supplier", "agent", "inspector", "operator", "marketplace"))
                ),
                name="parties_organisation_kind",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="marketplace",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.organisation"
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="parties.organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="outerkey",
            constraint=models.UniqueConstraint(
                models.Value(1), condition=models.Q(("ended_at__isnull", True)), name="parties_outerkey_one_in_use"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(
                fields=("marketplace", "organisation"), name="parties_consent_one_a_pair"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("marketplace", models.F("organisation")), _negated=True),
                name="parties_consent_of_others",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis__in", ["created", "given"])), name="parties_consent_basis"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "scopes__contained_by",
                        [
                            "claims:read",
                            "claims:write",
                            "contracts:sign",
                            "orders:read",
                            "orders:write",
                            "payments:write",
                            "reports:write",
                        ],
                    ),
                    ("scopes__len__gt", 0),
                ),
                name="parties_consent_known_scopes",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("scopes__contains", ["contracts:sign"]),
                        ("sign_limit_currency__isnull", False),
                        ("sign_limit_minor__gte", 0),
                    ),
                    models.Q(
                        ("sign_limit_currency__isnull", True),
                        ("sign_limit_minor__isnull", True),
                        models.Q(("scopes__contains", ["contracts:sign"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="parties_consent_signs_within_a_limit",
            ),
        ),
    ]
