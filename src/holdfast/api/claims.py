"""Claims over HTTP: opened with evidence, answered, settled or escalated, decided by a named mediator."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field, StringConstraints

from holdfast.api import edge, fields, labels, pagination, presenting, scopes
from holdfast.api.edge import command
from holdfast.api.shown import claims as shown
from holdfast.claims import queries, remedy, rules
from holdfast.claims.operations import answering, deciding, executing, opening
from holdfast.claims.queries import ClaimStanding, claim_for
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import Invalid
from holdfast.orders.queries import order_for

router = Router(tags=["claims"])
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)]
TermId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
LotNumber = Annotated[int, Field(ge=0, le=32767)]
Reason = Literal[*rules.BUYER_REASONS, *rules.SUPPLIER_REASONS]  # type: ignore[valid-type]


class ClaimedUnits(fields.Body):
    """So many units of a line in a lot; lot 0 is what was not shipped."""

    lot: LotNumber
    line: Annotated[int, Field(ge=1, le=32767)]
    units: fields.Quantity


class NewClaim(fields.Body):
    """What is wrong, with which goods, against which terms, and what is wanted. Without units the lots are meant
    whole; without lots all of them."""

    reason: Reason
    lots: Annotated[list[LotNumber], Field(max_length=200)] = []
    units: Annotated[list[ClaimedUnits], Field(max_length=1000)] = []
    terms: Annotated[list[TermId], Field(max_length=200)] = []
    about: Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)] = ""
    remedy: Literal["refund", "price_reduction", "return_and_refund", "replacement", "rework_cost"] = "refund"
    amount_minor: fields.PositiveMinor | None = None
    statement: Text = ""
    cancel_rest: bool = False
    cancel_late: bool = False
    return_waived: bool = False
    counterfeit: bool = False
    dangerous: bool = False
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}


class NewEvidence(fields.Body):
    """What it is, what it points to (a file, message or report), what it costs if it is an invoice."""

    kind: Literal[*answering.EVIDENCE_KINDS]  # type: ignore[valid-type]
    reference: fields.Short | None = None
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")] | None = None
    said_on: fields.Day | None = None
    lot: Annotated[int, Field(ge=1, le=32767)] | None = None
    amount_minor: fields.PositiveMinor | None = None
    note: Text = ""
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}


class NewAnswer(fields.Body):
    """The respondent's word; an offer names its amount."""

    kind: Literal["contest", "offer", "misuse", "force_majeure"]
    text: Text = ""
    offer_minor: fields.PositiveMinor | None = None


class NewReturn(fields.Body):
    """That the goods are on their way back."""

    carrier: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""
    number: fields.Short
    sent_on: fields.Day


class NewAppeal(fields.Body):
    """On which ground, and why."""

    ground: fields.Short
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]


class Adjustment(fields.Body):
    """A line of its own for what departs from the computed ones; below zero it takes away."""

    amount_minor: Annotated[int, Field(ge=-(10**15), le=10**15)]
    reason: fields.Reason
    label: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)] = "departure"
    head: Literal["refund", "cost"] = "refund"


class NewDecision(fields.Body):
    """A mediator's word: which of the computed lines stand (all, if not said), lines of its own, the supplier's share
    of the responsibility, reasons for both sides, and why it departs where it does."""

    outcome: Literal["full", "partial", "denied", "shared"]
    computed: Annotated[list[Annotated[int, Field(ge=0, le=10_000)]], Field(max_length=1000)] | None = None
    adjustments: Annotated[list[Adjustment], Field(max_length=200)] = []
    supplier_percent: Annotated[int, Field(ge=0, le=100)] = 100
    reasons: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
    departure: Text = ""
    goods_back: bool | None = None


class ClaimQuery(pagination.PageQuery):
    """What the list of claims takes."""

    state: fields.Filter | None = None
    external_id: fields.Filter | None = None


def _read(request: edge.Request, ref: str) -> ClaimStanding:
    standing = claim_for(caller=request.auth, ref=ref)
    scopes.reads(request.auth, scope="claims:read")
    return standing


def _act(request: edge.Request, ref: str) -> ClaimStanding:
    standing = claim_for(caller=request.auth, ref=ref)
    scopes.acts(request.auth, role=standing.role, scope="claims:write")
    return standing


@router.post("/orders/{order_id}/claims", operation_id="open_claim", response={201: shown.Step})
def open_claim(request: edge.Request, order_id: str, body: NewClaim) -> HttpResponse:
    """Open a claim: only what is disputed is frozen, the rest goes on."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.acts(request.auth, role=standing.role, scope="claims:write")
    given = body.dict(exclude={"lots", "units", "terms"})
    complaint = opening.Complaint(
        lots=tuple(body.lots),
        units=tuple((row.lot, row.line, row.units) for row in body.units),
        terms=tuple(body.terms),
        **given,
    )
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=labels.labelled(
            lambda act: opening.open_claim(act=act, order_id=standing.order_id, complaint=complaint),
            kind="clm",
            external_id=body.external_id,
            metadata=body.metadata,
            named=lambda result: result.claim_id,
        ),
        present=shown.step,
        status=201,
    )


@router.get("/orders/{order_id}/claims", operation_id="list_order_claims", response=presenting.Page[shown.ClaimInList])
@pagination.paged()
def list_order_claims(request: edge.Request, order_id: str) -> dict[str, Any]:
    """The claims of an order, oldest first."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.reads(request.auth, scope="claims:read")
    return {"items": [shown.claim_line(row) for row in queries.of_order(order_id=standing.order_id)]}


@router.get("/claims", operation_id="list_claims", response=presenting.Page[shown.ClaimInList])
def list_claims(request: edge.Request, page: Query[ClaimQuery]) -> dict[str, Any]:
    """The claims of one's own orders, newest first; for mediators and the operator all of them."""
    scopes.reads(request.auth, scope="claims:read")
    rows = queries.visible(caller=request.auth)
    if page.state is not None:
        rows = rows.filter(state=page.state)
    if page.external_id is not None:
        rows = rows.filter(labels.called(caller=request.auth, kind="clm", external_id=page.external_id))
    before = pagination.opened(page.cursor)
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = queries.lines(rows.order_by("-id")[: page.limit + 1])
    return pagination.shown(found, limit=page.limit, present=shown.claim_line)


@router.get("/claims/{claim_id}", operation_id="get_claim", response=shown.Claim)
def get_claim(request: edge.Request, claim_id: str) -> dict[str, Any]:
    """One case: what was said, what was brought, what is missing, and what may be done now."""
    standing = _read(request, claim_id)
    return shown.claim(queries.page(claim_id=standing.claim_id, role=standing.role, now=request.auth.now))


@router.get("/claims/{claim_id}/assessment", operation_id="get_assessment", response=shown.AssessmentShown)
def get_assessment(request: edge.Request, claim_id: str) -> dict[str, Any]:
    """What the rules compute for the case as it stands."""
    standing = _read(request, claim_id)
    act = request.auth.act(role=standing.role)
    return shown.assessment(queries.assessment(act=act, claim_id=standing.claim_id))


@router.post("/claims/{claim_id}/evidence", operation_id="add_evidence", response={201: shown.ExhibitAdded})
def add_evidence(request: edge.Request, claim_id: str, body: NewEvidence) -> HttpResponse:
    """Bring evidence into an undecided case."""
    standing = _act(request, claim_id)
    exhibit = answering.Exhibit(
        kind=body.kind,
        reference=_reference(body.kind, body.reference),
        sha256=bytes.fromhex(body.sha256) if body.sha256 else None,
        said_on=body.said_on,
        lot=body.lot,
        amount_minor=body.amount_minor,
        note=body.note,
    )
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=labels.labelled(
            lambda act: answering.add_evidence(
                act=act, order_id=standing.order_id, claim_id=standing.claim_id, exhibit=exhibit
            ),
            kind="evd",
            external_id=body.external_id,
            metadata=body.metadata,
            named=lambda result: result.evidence_id,
        ),
        present=lambda result: labels.given(shown.added(result), body),
        status=201,
    )


def _reference(kind: str, text: str | None) -> Any:
    if text is None:
        return None
    prefix = {"message": "msg", "inspection_report": "rpt"}.get(kind, "fil")
    found = parse(prefix, text)
    if found is None:
        raise Invalid(field="reference", accepted=f"{prefix}_…", found=text)
    return found


@router.post("/claims/{claim_id}/answer", operation_id="answer_claim", response=shown.Step)
def answer_claim(request: edge.Request, claim_id: str, body: NewAnswer) -> HttpResponse:
    """The respondent contests, offers an amount, or alleges misuse or force majeure."""
    standing = _act(request, claim_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: answering.answer(
            act=act, order_id=standing.order_id, claim_id=standing.claim_id, **body.dict()
        ),
        present=shown.step,
    )


@router.post("/claims/{claim_id}/accept", operation_id="accept_claim", response=shown.Step)
def accept_claim(request: edge.Request, claim_id: str, body: fields.Nothing) -> HttpResponse:
    """The respondent accepts the claim, or the claimant the offer: it is carried out at once."""
    standing = _act(request, claim_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: answering.accept(act=act, order_id=standing.order_id, claim_id=standing.claim_id),
        present=shown.step,
    )


@router.post("/claims/{claim_id}/escalate", operation_id="escalate_claim", response=shown.Step)
def escalate_claim(request: edge.Request, claim_id: str, body: fields.Nothing) -> HttpResponse:
    """Ask for a mediator."""
    standing = _act(request, claim_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: answering.escalate(act=act, order_id=standing.order_id, claim_id=standing.claim_id),
        present=shown.step,
    )


@router.post("/claims/{claim_id}/withdraw", operation_id="withdraw_claim", response=shown.Step)
def withdraw_claim(request: edge.Request, claim_id: str, body: fields.Nothing) -> HttpResponse:
    """The claimant takes the claim back."""
    standing = _act(request, claim_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: answering.withdraw(act=act, order_id=standing.order_id, claim_id=standing.claim_id),
        present=shown.step,
    )


@router.post("/claims/{claim_id}/determine", operation_id="determine_claim", response=shown.Step)
def determine_claim(request: edge.Request, claim_id: str, body: NewDecision) -> HttpResponse:
    """Decide as a mediator: a key may only where it stands for a named one (scope `mediate`)."""
    standing = _act(request, claim_id)

    def decide(act: Any) -> Any:
        computed = queries.assessment(act=act, claim_id=standing.claim_id).lines
        return deciding.determine(
            act=act,
            order_id=standing.order_id,
            claim_id=standing.claim_id,
            decision=deciding.Decision(
                outcome=body.outcome,
                lines=_lines(body, computed),
                reasons=body.reasons,
                supplier_percent=body.supplier_percent,
                departure=body.departure,
                goods_back=body.goods_back,
            ),
        )

    return command(request, caller=request.auth, role=standing.role, operation=decide, present=shown.step)


def _lines(body: NewDecision, computed: tuple[remedy.Line, ...]) -> tuple[remedy.Line, ...]:
    """The computed lines that stand, and the mediator's own."""
    chosen = range(len(computed)) if body.computed is None else body.computed
    if len(set(chosen)) != len(chosen) or any(place >= len(computed) for place in chosen):
        raise Invalid(field="computed", accepted=f"places from 0 to {len(computed) - 1}, each once")
    own = [
        remedy.adjustment(exact_minor=row.amount_minor, reason=row.reason, label=row.label, head=row.head)
        for row in body.adjustments
    ]
    return (*(computed[place] for place in chosen), *own)


@router.post("/claims/{claim_id}/waive-appeal", operation_id="waive_appeal", response=shown.Step)
def waive_appeal(request: edge.Request, claim_id: str, body: fields.Nothing) -> HttpResponse:
    """Take the decision as it is; when both sides do, it is carried out at once."""
    standing = _act(request, claim_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: deciding.waive_appeal(act=act, order_id=standing.order_id, claim_id=standing.claim_id),
        present=shown.step,
    )


@router.post("/claims/{claim_id}/appeal", operation_id="appeal_claim", response=shown.Step)
def appeal_claim(request: edge.Request, claim_id: str, body: NewAppeal) -> HttpResponse:
    """Ask for the one review of a decision, by another mediator, on one of the programme's grounds."""
    standing = _act(request, claim_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: deciding.appeal(
            act=act, order_id=standing.order_id, claim_id=standing.claim_id, ground=body.ground, text=body.text
        ),
        present=shown.step,
    )


@router.post("/claims/{claim_id}/send-back", operation_id="send_goods_back", response=shown.Step)
def send_goods_back(request: edge.Request, claim_id: str, body: NewReturn) -> HttpResponse:
    """The buyer proves that the goods are on their way back."""
    standing = _act(request, claim_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: executing.send_goods_back(
            act=act, order_id=standing.order_id, claim_id=standing.claim_id, **body.dict()
        ),
        present=shown.step,
    )


@router.post("/claims/{claim_id}/confirm-replacement", operation_id="confirm_replacement", response=shown.Step)
def confirm_replacement(request: edge.Request, claim_id: str, body: fields.Nothing) -> HttpResponse:
    """The buyer has the new goods: what stood frozen for them goes on."""
    standing = _act(request, claim_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: executing.confirm_replacement(
            act=act, order_id=standing.order_id, claim_id=standing.claim_id
        ),
        present=shown.step,
    )


@router.post("/claims/{claim_id}/confirm-return", operation_id="confirm_return", response=shown.Step)
def confirm_return(request: edge.Request, claim_id: str, body: fields.Nothing) -> HttpResponse:
    """The supplier has the goods back: the award is carried out."""
    standing = _act(request, claim_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: executing.confirm_return(act=act, order_id=standing.order_id, claim_id=standing.claim_id),
        present=shown.step,
    )
