"""Before a contract: quotations to a named buyer, their versions, their comparison, their end. Contracts are above."""
