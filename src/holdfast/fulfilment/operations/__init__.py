"""The verbs of a shipment: ship, bring documents, report what happened on the way. The only writers of its rows.

Each locks the order first, asks the rules, changes the lot through the order's own steps, and makes one event on the
order's chain.
"""

from holdfast.fulfilment.operations.dating import Document
from holdfast.fulfilment.operations.sending import add_documents, ship
from holdfast.fulfilment.operations.tracking import asked, track

__all__ = ["Document", "add_documents", "asked", "ship", "track"]
