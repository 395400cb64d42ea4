"""How money enters and leaves: payments, refunds sent back, payouts, and money that nobody can place."""
