"""What anybody may ask without a key: whether we live, whether the database answers, and our public keys."""

import base64

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from holdfast.kernel.clock import rfc3339
from holdfast.record.models import SigningKey


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def readiness(request: HttpRequest) -> JsonResponse:
    """The database answers too; 503 if not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "unreachable"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})


@require_safe
def signing_keys(request: HttpRequest) -> JsonResponse:
    """Every public key that ever signed a seal or a bundle here, old ones too: JSON Web Keys (RFC 8037)."""
    return JsonResponse(
        {
            "keys": [
                {
                    "kid": key.id,
                    "kty": "OKP",
                    "crv": "Ed25519",
                    "use": "sig",
                    "alg": "EdDSA",
                    "x": base64.urlsafe_b64encode(bytes(key.public_key)).decode().rstrip("="),
                    "valid_from": rfc3339(key.valid_from),
                    "valid_until": rfc3339(key.valid_until) if key.valid_until else None,
                }
                for key in SigningKey.objects.order_by("valid_from", "id")
            ]
        }
    )
