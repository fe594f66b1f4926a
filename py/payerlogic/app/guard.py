"""What stands before the app: pages of other sites open no session, and show none of its pages in a frame.

A session is opened by a WebSocket. Streamlit, asked for one by a page of another site, would look up this computer's
address at an outside host before it refuses; here the request ends before that.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY_VIOLATION = 1008
HEADERS = {
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Guard:
    """Refuses sessions to other origins, and adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not from_here(Headers(scope=scope)):
            await receive()
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, with_headers)


def from_here(headers: Headers) -> bool:
    """Whether a request comes from a page of this app, or from no page at all.

    >>> from_here(Headers({"host": "localhost:8501", "origin": "http://localhost:8501"}))
    True
    >>> from_here(Headers({"host": "localhost:8501", "origin": "http://localhost:3000"}))
    False
    """
    origins = headers.getlist("origin")
    try:
        return all(urlsplit(origin).netloc == headers.get("host") for origin in origins)
    except ValueError:
        return False


GUARDS = [Middleware(Guard)]
