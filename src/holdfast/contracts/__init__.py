"""The contract: what was agreed, in one canonical text, signed by both sides; and the programmes it may name."""
