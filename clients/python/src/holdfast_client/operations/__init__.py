"""Every operation of the API. Made from the API's description by `python3 run.py client`; a test refuses it when
it is stale."""

from holdfast_client.operations.amendments import AmendmentsOperations
from holdfast_client.operations.bank import BankOperations
from holdfast_client.operations.beneficiaries import BeneficiariesOperations
from holdfast_client.operations.books import BooksOperations
from holdfast_client.operations.claims import ClaimsOperations
from holdfast_client.operations.contracts import ContractsOperations
from holdfast_client.operations.cover import CoverOperations
from holdfast_client.operations.guarantee import GuaranteeOperations
from holdfast_client.operations.inspections import InspectionsOperations
from holdfast_client.operations.keys import KeysOperations
from holdfast_client.operations.labels import LabelsOperations
from holdfast_client.operations.ledger import LedgerOperations
from holdfast_client.operations.marketplaces import MarketplacesOperations
from holdfast_client.operations.messages import MessagesOperations
from holdfast_client.operations.money import MoneyOperations
from holdfast_client.operations.notices import NoticesOperations
from holdfast_client.operations.oauth import OauthOperations
from holdfast_client.operations.orders import OrdersOperations
from holdfast_client.operations.papers import PapersOperations
from holdfast_client.operations.parties import PartiesOperations
from holdfast_client.operations.payouts import PayoutsOperations
from holdfast_client.operations.problems import ProblemsOperations
from holdfast_client.operations.programmes import ProgrammesOperations
from holdfast_client.operations.protection import ProtectionOperations
from holdfast_client.operations.record import RecordOperations
from holdfast_client.operations.sampling import SamplingOperations
from holdfast_client.operations.sandbox import SandboxOperations
from holdfast_client.operations.shipments import ShipmentsOperations
from holdfast_client.operations.sourcing import SourcingOperations
from holdfast_client.operations.terms import TermsOperations
from holdfast_client.operations.treasury import TreasuryOperations
from holdfast_client.operations.webhooks import WebhooksOperations


class Operations(
    AmendmentsOperations,
    BankOperations,
    BeneficiariesOperations,
    BooksOperations,
    ClaimsOperations,
    ContractsOperations,
    CoverOperations,
    GuaranteeOperations,
    InspectionsOperations,
    KeysOperations,
    LabelsOperations,
    LedgerOperations,
    MarketplacesOperations,
    MessagesOperations,
    MoneyOperations,
    NoticesOperations,
    OauthOperations,
    OrdersOperations,
    PapersOperations,
    PartiesOperations,
    PayoutsOperations,
    ProblemsOperations,
    ProgrammesOperations,
    ProtectionOperations,
    RecordOperations,
    SamplingOperations,
    SandboxOperations,
    ShipmentsOperations,
    SourcingOperations,
    TermsOperations,
    TreasuryOperations,
    WebhooksOperations,
):
    """All of them on one connection."""
