"""Who may examine the goods of an order, what was read on them, and the verdict. Knows nothing of claims."""
