"""Events in hash chains, the outbox, the deadline register, files and messages: what happened, provably."""
