"""Claims: from the complaint to the determination and what it moves.

The room knows orders from above; orders never ask about claims.
"""
