"""Everything a browser needs around a page (sessions, language, CSRF), and nothing of it around the API.

One middleware that contains the others, so that a program's request with a key pays for none of them. Django asks
only the outermost for its hooks, so this one hands them on: the CSRF check is such a hook.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.module_loading import import_string

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ConsoleMiddleware:
    """Runs settings.CONSOLE_MIDDLEWARE for every path but those of settings.PATHS_WITHOUT_CONSOLE."""

    def __init__(self, get_response: GetResponse) -> None:
        self._plain = get_response
        self._without: tuple[str, ...] = tuple(settings.PATHS_WITHOUT_CONSOLE)
        self._inner: list[Any] = []
        chain: Any = get_response
        for path in reversed(settings.CONSOLE_MIDDLEWARE):
            layer = import_string(path)(chain)
            self._inner.insert(0, layer)
            chain = convert_exception_to_response(layer)
        self._chain: GetResponse = chain

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """One request, with or without the browser's layers around it."""
        if request.path_info.startswith(self._without):
            return self._plain(request)
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            # NUL is in no name of anything, and a database cannot even be asked for it.
            return HttpResponse("There is no such page.", status=404, content_type="text/plain")
        if _length(request) > settings.LARGEST_FORM_BYTES:
            # Before anything reads it: a form's files are written to disk while it is read, whoever sent it.
            return HttpResponse("This is larger than what is taken here.", status=413, content_type="text/plain")
        return self._chain(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Outermost first, until one answers: as Django itself does it."""
        if request.path_info.startswith(self._without):
            return None
        for layer in self._inner:
            if hasattr(layer, "process_view"):
                response: HttpResponseBase | None = layer.process_view(request, view, args, kwargs)
                if response is not None:
                    return response
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Innermost first, until one answers."""
        if request.path_info.startswith(self._without):
            return None
        for layer in reversed(self._inner):
            if hasattr(layer, "process_exception"):
                response: HttpResponseBase | None = layer.process_exception(request, exception)
                if response is not None:
                    return response
        return None


def _length(request: HttpRequest) -> int:
    """What the sender says that follows; Django reads no more than that."""
    said: str = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdigit() else 0
