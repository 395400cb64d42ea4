"""What stands behind an award over HTTP: the operator's reserve, suppliers' debts, their lines and guarantees."""

from typing import Any, Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema

from holdfast.api import edge, fields, pagination, presenting, scopes
from holdfast.api.edge import command
from holdfast.api.shown import guarantee as shown
from holdfast.api.shown import money
from holdfast.contracts import programmes
from holdfast.kernel.identifiers import parse, public
from holdfast.kernel.refusals import NotFound
from holdfast.orders import dockets
from holdfast.orders.operations import debts, reserve
from holdfast.orders.queries import supplier_balance, supplier_owes
from holdfast.parties import access, guarantees
from holdfast.parties.operations import guarantee
from holdfast.parties.queries import installation

router = Router(tags=["guarantee"])
FINANCE = ("finance", "administrator")


class NewReserveChange(fields.Body):
    """So much more (`set_aside`) or less (`give_up`) to stand behind advances, and why."""

    currency: fields.Currency
    kind: Literal["set_aside", "give_up"]
    amount_minor: fields.PositiveMinor
    reason: fields.Reason


class OwnMoney(fields.Body):
    """Own money brought to the clients' bank account, or taken back, with the bank's reference."""

    currency: fields.Currency
    amount_minor: fields.PositiveMinor
    reference: fields.Line = ""


class NewWriteOff(fields.Body):
    """Why nothing more is expected."""

    reason: fields.Reason


class NewLine(fields.Body):
    """For how much open cover a supplier is good; the programme (the installation's own, without one) says what
    guarantee that needs."""

    currency: fields.Currency
    line_minor: fields.Minor
    programme: fields.Short | None = None
    reason: fields.Reason


class GuaranteeAmount(fields.Body):
    """An amount from the balance into the guarantee, or back."""

    currency: fields.Currency
    amount_minor: fields.PositiveMinor


class CurrencyQuery(Schema):
    """Of which currency."""

    currency: fields.Currency


class DebtQuery(pagination.PageQuery):
    """What the list of debts takes."""

    state: Literal["open", "collected", "written_off"] | None = None
    currency: fields.Currency | None = None


# --- the reserve -------------------------------------------------------------------------------------------------


@router.get("/reserve", operation_id="list_reserves", response=presenting.Page[shown.Reserve])
@pagination.paged("currency")
def list_reserves(request: edge.Request) -> dict[str, Any]:
    """The reserve by currency. The operator's."""
    access.require_staff(request.auth, *FINANCE)
    return {"items": [shown.reserve(view) for view in reserve.reserves()]}


@router.get("/reserve/changes", operation_id="list_reserve_changes", response=presenting.Page[shown.ReserveChange])
@pagination.paged()
def list_reserve_changes(request: edge.Request) -> dict[str, Any]:
    """What was set aside or given up, and what waits for a second person; newest first. The operator's."""
    access.require_staff(request.auth, *FINANCE)
    return {"items": [shown.reserve_change(view) for view in reserve.changes()]}


@router.post("/reserve/changes", operation_id="propose_reserve_change", response={201: shown.ReserveChange})
def propose_reserve_change(request: edge.Request, body: NewReserveChange) -> HttpResponse:
    """Say how much more or less is to be set aside; it counts once another person confirms. The operator's."""
    role = access.require_staff(request.auth, *FINANCE)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: reserve.propose_change(
            act=act, currency=body.currency, kind=body.kind, amount_minor=body.amount_minor, reason=body.reason
        ),
        present=shown.reserve_change,
        status=201,
    )


def _change(ref: str) -> Any:
    identifier = parse("rsv", ref)
    if identifier is None:
        raise NotFound
    return identifier


@router.post(
    "/reserve/changes/{change_id}/confirm", operation_id="confirm_reserve_change", response=shown.ReserveChange
)
def confirm_reserve_change(request: edge.Request, change_id: str, body: fields.Nothing) -> HttpResponse:
    """A second person agrees. The operator's."""
    role = access.require_staff(request.auth, *FINANCE)
    change = _change(change_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: reserve.confirm_change(act=act, change_id=change),
        present=shown.reserve_change,
    )


@router.post(
    "/reserve/changes/{change_id}/withdraw", operation_id="withdraw_reserve_change", response=shown.ReserveChange
)
def withdraw_reserve_change(request: edge.Request, change_id: str, body: fields.Nothing) -> HttpResponse:
    """It is not done after all. The operator's."""
    role = access.require_staff(request.auth, *FINANCE)
    change = _change(change_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: reserve.withdraw_change(act=act, change_id=change),
        present=shown.reserve_change,
    )


@router.post("/reserve/fund", operation_id="fund_advance", response=shown.Reserve)
def fund_advance(request: edge.Request, body: OwnMoney) -> HttpResponse:
    """Say that own money was sent to the clients' bank account for what was advanced. The operator's."""
    role = access.require_staff(request.auth, *FINANCE)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: reserve.fund_advance(act=act, **body.dict()),
        present=shown.reserve,
    )


@router.post("/reserve/take-back", operation_id="take_back_advance", response=shown.Reserve)
def take_back_advance(request: edge.Request, body: OwnMoney) -> HttpResponse:
    """Say that own money was taken back, since what it was brought for has come in. The operator's."""
    role = access.require_staff(request.auth, *FINANCE)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: reserve.take_back_advance(act=act, **body.dict()),
        present=shown.reserve,
    )


# --- balance and debts -------------------------------------------------------------------------------------------


@router.get("/balance", operation_id="get_balance", response=money.Balance)
def get_balance(request: edge.Request, asked: Query[CurrencyQuery]) -> dict[str, Any]:
    """What one's own organisation can have paid out."""
    scopes.reads(request.auth)
    owner = edge.owner(request.auth)
    payable = supplier_balance(organisation_id=owner, currency=asked.currency)
    owed = supplier_owes(organisation_id=owner, currency=asked.currency)
    return {
        "organisation_id": public("org", owner),
        "payable_minor": payable,
        "owed_minor": owed,
        "free_minor": max(0, payable - owed),
        "currency": asked.currency,
    }


def _as_operator(request: edge.Request) -> bool:
    return bool(request.auth.staff & set(FINANCE))


@router.get("/debts", operation_id="list_debts", response=presenting.Page[shown.Debt])
def list_debts(request: edge.Request, page: Query[DebtQuery]) -> dict[str, Any]:
    """What one's own organisation owes, newest first; for the operator every supplier's."""
    scopes.reads(request.auth)
    rows = dockets.visible_debts(caller=request.auth)
    for field in ("state", "currency"):
        wanted = getattr(page, field)
        rows = rows.filter(**{field: wanted}) if wanted else rows
    return pagination.newest_first(
        rows, page=page, present=lambda row: shown.debt(dockets.debt_view(row), as_operator=_as_operator(request))
    )


@router.get("/debts/{debt_id}", operation_id="get_debt", response=shown.Debt)
def get_debt(request: edge.Request, debt_id: str) -> dict[str, Any]:
    """One debt, for who owes it."""
    found = dockets.debt_for(caller=request.auth, ref=debt_id)
    scopes.reads(request.auth)
    return shown.debt(dockets.debt_view(found), as_operator=_as_operator(request))


@router.post("/debts/{debt_id}/write-off", operation_id="ask_write_off", response=shown.Debt)
def ask_write_off(request: edge.Request, debt_id: str, body: NewWriteOff) -> HttpResponse:
    """Give a debt up, with a reason; it stays until another person agrees. The operator's."""
    role = access.require_staff(request.auth, *FINANCE)
    found = dockets.debt_for(caller=request.auth, ref=debt_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: debts.ask_write_off(act=act, debt_id=found.id, reason=body.reason),
        present=lambda view: shown.debt(view, as_operator=True),
    )


@router.post("/debts/{debt_id}/write-off/confirm", operation_id="confirm_write_off", response=shown.Debt)
def confirm_write_off(request: edge.Request, debt_id: str, body: fields.Nothing) -> HttpResponse:
    """A second person agrees: what was paid ahead is the operator's loss. The operator's."""
    role = access.require_staff(request.auth, *FINANCE)
    found = dockets.debt_for(caller=request.auth, ref=debt_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: debts.write_off(act=act, debt_id=found.id),
        present=lambda view: shown.debt(view, as_operator=True),
    )


@router.post("/debts/{debt_id}/write-off/refuse", operation_id="refuse_write_off", response=shown.Debt)
def refuse_write_off(request: edge.Request, debt_id: str, body: fields.Nothing) -> HttpResponse:
    """The debt is not given up. The operator's."""
    role = access.require_staff(request.auth, *FINANCE)
    found = dockets.debt_for(caller=request.auth, ref=debt_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: debts.refuse_write_off(act=act, debt_id=found.id),
        present=lambda view: shown.debt(view, as_operator=True),
    )


# --- guarantees --------------------------------------------------------------------------------------------------


@router.get(
    "/organisations/{organisation_id}/guarantees",
    operation_id="list_guarantees",
    response=presenting.Page[shown.Guarantee],
)
@pagination.paged()
def list_guarantees(request: edge.Request, organisation_id: str) -> dict[str, Any]:
    """A supplier's lines and what stands behind them, by currency."""
    standing = access.organisation_for(caller=request.auth, ref=organisation_id)
    found = guarantees.guarantees_of(organisation_id=standing.id)
    return {"items": [shown.guarantee(view, role=standing.role) for view in found]}


@router.post("/organisations/{organisation_id}/line", operation_id="set_line", response=shown.Guarantee)
def set_line(request: edge.Request, organisation_id: str, body: NewLine) -> HttpResponse:
    """Say for how much open cover a supplier is good. The operator's."""
    role = access.require_staff(request.auth, "verifier")
    standing = access.organisation_for(caller=request.auth, ref=organisation_id)
    row = programmes.latest(name=body.programme or installation().programme)
    programme = programmes.programme_of(name=row.name, version=row.version)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: guarantee.set_line(
            act=act,
            organisation_id=standing.id,
            currency=body.currency,
            line_minor=body.line_minor,
            programme=programme,
            reason=body.reason,
        ),
        present=lambda view: shown.guarantee(view, role=role),
    )


@router.post(
    "/organisations/{organisation_id}/guarantee/pay-in", operation_id="pay_in_guarantee", response=shown.Guarantee
)
def pay_in_guarantee(request: edge.Request, organisation_id: str, body: GuaranteeAmount) -> HttpResponse:
    """Put a part of one's balance into one's guarantee; money from outside comes by wire under its reference."""
    standing = _own(request, organisation_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: guarantee.pay_in_from_balance(act=act, organisation_id=standing.id, **body.dict()),
        present=lambda view: shown.guarantee(view, role=standing.role),
    )


@router.post(
    "/organisations/{organisation_id}/guarantee/withdraw", operation_id="withdraw_guarantee", response=shown.Guarantee
)
def withdraw_guarantee(request: edge.Request, organisation_id: str, body: GuaranteeAmount) -> HttpResponse:
    """Take back what is above the requirement, onto one's balance."""
    standing = _own(request, organisation_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: guarantee.withdraw(act=act, organisation_id=standing.id, **body.dict()),
        present=lambda view: shown.guarantee(view, role=standing.role),
    )


def _own(request: edge.Request, ref: str) -> access.Standing:
    """The supplier's money is its own affair, not the operator's."""
    standing = access.organisation_for(caller=request.auth, ref=ref)
    scopes.own_organisation(request.auth)
    access.require(request.auth, scope="payments:write", roles=("owner", "finance"))
    return standing
