"""How the account library keeps the seeds of second factors: encrypted, with a key outside the database."""

from allauth.mfa.adapter import DefaultMFAAdapter

from holdfast.record import encryption


class Adapter(DefaultMFAAdapter):
    """The library's own, with its two hooks filled in."""

    def encrypt(self, text: str) -> str:
        """What is stored."""
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What was stored."""
        return encryption.decrypt(encrypted_text)
