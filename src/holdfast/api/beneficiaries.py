"""Bank accounts over HTTP: seen by their organisation, set up by the operator's key.

In production the second of the four eyes is a person, in the console; a sandbox has no money to lose.
"""

from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from holdfast.api import edge, fields, labels, pagination, presenting
from holdfast.api.edge import command
from holdfast.parties import access, operations, payees, queries
from holdfast.parties.operations.beneficiaries import Account

router = Router(tags=["beneficiaries"])


class NewBeneficiary(fields.Body):
    """A bank account: an IBAN, or a local account number with its bank's BIC or name."""

    name: fields.Name
    currency: fields.Currency
    iban: fields.Line = ""
    bic: fields.Line = ""
    account: fields.Line = ""
    bank: fields.Line = ""
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}


class Verification(fields.Body):
    """Why the account is the organisation's all the same; needed where the names do not match."""

    reason: fields.Reason | None = None


@router.get(
    "/beneficiaries", operation_id="list_waiting_beneficiaries", response=presenting.Page[presenting.Beneficiary]
)
@pagination.paged()
def list_waiting_beneficiaries(request: edge.Request) -> dict[str, Any]:
    """Bank accounts that wait to be verified or for their cooling-off to end, the oldest first. The operator's."""
    role = access.require_staff(request.auth, "verifier", "finance", "administrator")
    return {"items": [presenting.beneficiary(one.view, role) for one in payees.waiting_beneficiaries()]}


@router.get(
    "/organisations/{organisation_id}/beneficiaries",
    operation_id="list_beneficiaries",
    response=presenting.Page[presenting.Beneficiary],
)
@pagination.paged()
def list_beneficiaries(
    request: edge.Request, organisation_id: str, called: Query[labels.CalledQuery]
) -> dict[str, Any]:
    """Every bank account of an organisation, newest first."""
    standing = access.organisation_for(caller=request.auth, ref=organisation_id)
    if request.auth.through is not None:
        access.require(request.auth, scope="payments:write")
    found = queries.beneficiaries(organisation_id=standing.id)
    items = [presenting.beneficiary(view, standing.role) for view in found]
    return {"items": labels.only_called(items, caller=request.auth, kind="ben", external_id=called.external_id)}


@router.post(
    "/organisations/{organisation_id}/beneficiaries",
    operation_id="add_beneficiary",
    response={201: presenting.Beneficiary},
)
def add_beneficiary(request: edge.Request, organisation_id: str, body: NewBeneficiary) -> HttpResponse:
    """Name a bank account; nothing is paid to it before it is verified. The operator's."""
    role = access.require_staff(request.auth, "administrator", "finance")
    standing = access.organisation_for(caller=request.auth, ref=organisation_id)
    account = Account(body.iban, body.bic, body.account, body.bank)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=labels.labelled(
            lambda act: operations.add_beneficiary(
                act=act,
                organisation_id=standing.id,
                name=body.name,
                currency=body.currency,
                account=account,
                external_id=body.external_id,
                metadata=body.metadata,
            ),
            kind="ben",
            external_id=body.external_id,
            metadata=body.metadata,
        ),
        present=lambda view: presenting.beneficiary(view, role),
        status=201,
    )


@router.post(
    "/beneficiaries/{beneficiary_id}/verify", operation_id="verify_beneficiary", response=presenting.Beneficiary
)
def verify_beneficiary(request: edge.Request, beneficiary_id: str, body: Verification) -> HttpResponse:
    """Say that account and holder were looked at by a second person. The first account in a currency is paid to from
    now on; one that follows another is `cooling` for 72 hours, and those whom it concerns are told. The operator's."""
    role = access.require_staff(request.auth, "verifier", "finance")
    standing = access.beneficiary_for(caller=request.auth, ref=beneficiary_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.verify_beneficiary(
            act=act, beneficiary_id=standing.id, reason=body.reason or ""
        ),
        present=lambda view: presenting.beneficiary(view, role),
    )


@router.post(
    "/beneficiaries/{beneficiary_id}/withdraw", operation_id="withdraw_beneficiary", response=presenting.Beneficiary
)
def withdraw_beneficiary(request: edge.Request, beneficiary_id: str, body: fields.Nothing) -> HttpResponse:
    """Pay nothing more to this account; one that is cooling off is stopped. The operator's; owners do it in the
    console."""
    role = access.require_staff(request.auth, "administrator", "finance")
    standing = access.beneficiary_for(caller=request.auth, ref=beneficiary_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.withdraw_beneficiary(act=act, beneficiary_id=standing.id),
        present=lambda view: presenting.beneficiary(view, role),
    )
