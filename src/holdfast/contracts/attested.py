"""The terms that goods are judged by: the contract's, and those that both sides attested to outside it, where the
programme lets such messages count as terms. What a reading means is for `terms`.
"""

from dataclasses import replace

from holdfast.contracts.agreement import Agreement
from holdfast.programme import rules as programme_rules
from holdfast.record import messages
from holdfast.terms import Specification, Term
from holdfast.terms.documents import from_document


def specification_of(agreement: Agreement) -> Specification:
    """Every term in force for an order; a message never replaces a term of the contract."""
    own = agreement.document.specification
    counts = programme_rules.outside_message(programme=agreement.programme, attested=True, states_value=True)
    if counts != "term":
        return own
    found = [message.term for message in messages.attested(order_id=agreement.order_id) if message.term is not None]
    terms = {term.id: term for term in own.terms}
    for document in found:
        term = from_document(Term, document)
        terms.setdefault(term.id, term)
    return replace(own, terms=tuple(terms.values()))
