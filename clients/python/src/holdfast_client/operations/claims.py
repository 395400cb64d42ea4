"""Operations on claims. Made from the API's description by `python3 run.py client`; a test refuses it when it is
stale."""

from __future__ import annotations

from typing import Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import Adjustment, AssessmentShown, Claim, ClaimInList, ClaimedUnits, ExhibitAdded, Step


class ClaimsOperations(Core):
    """What may be asked and done about claims."""

    def open_claim(
        self,
        order_id: str,
        *,
        reason: Literal[
            "late_shipment",
            "late_delivery",
            "not_shipped",
            "not_delivered",
            "quality",
            "quantity",
            "wrong_goods",
            "packaging_labelling",
            "supplier_cancelled",
            "carrier_damage",
            "customs",
            "subjective",
            "balance_unpaid",
            "wrongful_rejection",
            "goods_not_returned",
            "used_goods_returned",
        ],
        lots: list[int] | None = None,
        units: list[ClaimedUnits] | None = None,
        terms: list[str] | None = None,
        about: str | None = None,
        remedy: Literal["refund", "price_reduction", "return_and_refund", "replacement", "rework_cost"] | None = None,
        amount_minor: int | None = None,
        statement: str | None = None,
        cancel_rest: bool | None = None,
        cancel_late: bool | None = None,
        return_waived: bool | None = None,
        counterfeit: bool | None = None,
        dangerous: bool | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Step:
        """Open a claim: only what is disputed is frozen, the rest goes on."""
        return cast(
            "Step",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/claims",
                body=given(
                    reason=reason,
                    lots=lots,
                    units=units,
                    terms=terms,
                    about=about,
                    remedy=remedy,
                    amount_minor=amount_minor,
                    statement=statement,
                    cancel_rest=cancel_rest,
                    cancel_late=cancel_late,
                    return_waived=return_waived,
                    counterfeit=counterfeit,
                    dangerous=dangerous,
                    external_id=external_id,
                    metadata=metadata,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_order_claims(
        self, order_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Listing[ClaimInList]:
        """The claims of an order, oldest first."""
        return Listing(
            lambda query: self._json("GET", f"/v1/orders/{_in_path(order_id)}/claims", query=query),
            {"limit": limit, "cursor": cursor},
        )

    def list_claims(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: str | None = None,
        external_id: str | None = None,
    ) -> Listing[ClaimInList]:
        """The claims of one's own orders, newest first; for mediators and the operator all of them."""
        return Listing(
            lambda query: self._json("GET", "/v1/claims", query=query),
            {"limit": limit, "cursor": cursor, "state": state, "external_id": external_id},
        )

    def get_claim(self, claim_id: str) -> Claim:
        """One case: what was said, what was brought, what is missing, and what may be done now."""
        return cast("Claim", self._json("GET", f"/v1/claims/{_in_path(claim_id)}"))

    def get_assessment(self, claim_id: str) -> AssessmentShown:
        """What the rules compute for the case as it stands."""
        return cast("AssessmentShown", self._json("GET", f"/v1/claims/{_in_path(claim_id)}/assessment"))

    def add_evidence(
        self,
        claim_id: str,
        *,
        kind: Literal[
            "contract_version",
            "listing",
            "message",
            "photo",
            "unboxing_video",
            "inspection_report",
            "tracking",
            "test_report",
            "document",
            "spec_comparison",
            "bill_of_lading",
            "air_waybill",
            "carrier_acceptance_scan",
            "inspection_invoice",
            "rework_invoice",
            "return_freight_invoice",
            "customs_brokerage",
            "duty",
            "tax",
            "bank_fee",
        ],
        reference: str | None = None,
        sha256: str | None = None,
        said_on: str | None = None,
        lot: int | None = None,
        amount_minor: int | None = None,
        note: str | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> ExhibitAdded:
        """Bring evidence into an undecided case."""
        return cast(
            "ExhibitAdded",
            self._json(
                "POST",
                f"/v1/claims/{_in_path(claim_id)}/evidence",
                body=given(
                    kind=kind,
                    reference=reference,
                    sha256=sha256,
                    said_on=said_on,
                    lot=lot,
                    amount_minor=amount_minor,
                    note=note,
                    external_id=external_id,
                    metadata=metadata,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def answer_claim(
        self,
        claim_id: str,
        *,
        kind: Literal["contest", "offer", "misuse", "force_majeure"],
        text: str | None = None,
        offer_minor: int | None = None,
        idempotency_key: str | None = None,
    ) -> Step:
        """The respondent contests, offers an amount, or alleges misuse or force majeure."""
        return cast(
            "Step",
            self._json(
                "POST",
                f"/v1/claims/{_in_path(claim_id)}/answer",
                body=given(kind=kind, text=text, offer_minor=offer_minor),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def accept_claim(self, claim_id: str, *, idempotency_key: str | None = None) -> Step:
        """The respondent accepts the claim, or the claimant the offer: it is carried out at once."""
        return cast(
            "Step",
            self._json(
                "POST", f"/v1/claims/{_in_path(claim_id)}/accept", body={}, acts=True, idempotency_key=idempotency_key
            ),
        )

    def escalate_claim(self, claim_id: str, *, idempotency_key: str | None = None) -> Step:
        """Ask for a mediator."""
        return cast(
            "Step",
            self._json(
                "POST", f"/v1/claims/{_in_path(claim_id)}/escalate", body={}, acts=True, idempotency_key=idempotency_key
            ),
        )

    def withdraw_claim(self, claim_id: str, *, idempotency_key: str | None = None) -> Step:
        """The claimant takes the claim back."""
        return cast(
            "Step",
            self._json(
                "POST", f"/v1/claims/{_in_path(claim_id)}/withdraw", body={}, acts=True, idempotency_key=idempotency_key
            ),
        )

    def determine_claim(
        self,
        claim_id: str,
        *,
        outcome: Literal["full", "partial", "denied", "shared"],
        reasons: str,
        computed: list[int] | None = None,
        adjustments: list[Adjustment] | None = None,
        supplier_percent: int | None = None,
        departure: str | None = None,
        goods_back: bool | None = None,
        idempotency_key: str | None = None,
    ) -> Step:
        """Decide as a mediator: a key may only where it stands for a named one (scope `mediate`)."""
        return cast(
            "Step",
            self._json(
                "POST",
                f"/v1/claims/{_in_path(claim_id)}/determine",
                body=given(
                    outcome=outcome,
                    computed=computed,
                    adjustments=adjustments,
                    supplier_percent=supplier_percent,
                    reasons=reasons,
                    departure=departure,
                    goods_back=goods_back,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def waive_appeal(self, claim_id: str, *, idempotency_key: str | None = None) -> Step:
        """Take the decision as it is; when both sides do, it is carried out at once."""
        return cast(
            "Step",
            self._json(
                "POST",
                f"/v1/claims/{_in_path(claim_id)}/waive-appeal",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def appeal_claim(self, claim_id: str, *, ground: str, text: str, idempotency_key: str | None = None) -> Step:
        """Ask for the one review of a decision, by another mediator, on one of the programme's grounds."""
        return cast(
            "Step",
            self._json(
                "POST",
                f"/v1/claims/{_in_path(claim_id)}/appeal",
                body=given(ground=ground, text=text),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def send_goods_back(
        self,
        claim_id: str,
        *,
        number: str,
        sent_on: str,
        carrier: str | None = None,
        idempotency_key: str | None = None,
    ) -> Step:
        """The buyer proves that the goods are on their way back."""
        return cast(
            "Step",
            self._json(
                "POST",
                f"/v1/claims/{_in_path(claim_id)}/send-back",
                body=given(carrier=carrier, number=number, sent_on=sent_on),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def confirm_replacement(self, claim_id: str, *, idempotency_key: str | None = None) -> Step:
        """The buyer has the new goods: what stood frozen for them goes on."""
        return cast(
            "Step",
            self._json(
                "POST",
                f"/v1/claims/{_in_path(claim_id)}/confirm-replacement",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def confirm_return(self, claim_id: str, *, idempotency_key: str | None = None) -> Step:
        """The supplier has the goods back: the award is carried out."""
        return cast(
            "Step",
            self._json(
                "POST",
                f"/v1/claims/{_in_path(claim_id)}/confirm-return",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )
