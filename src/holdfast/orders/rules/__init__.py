"""What may happen to an order and what its money then does: tables and pure arithmetic, no database, no clock."""
