"""The dashboard under /app: its files, and its one page for every address of it that a person may open or send on."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header, Response
from fastapi.responses import HTMLResponse

from carbon_nexus.web.files import HASHED, Built, find

DIST = Path(__file__).parent / "dist"
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        # what keeps the page behind a dialog from scrolling is a style element made on the way
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "Accept-Encoding",
}
FOR_EVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"
NOT_BUILT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Carbon Nexus</title></head>
<body>
<h1>The dashboard is not built</h1>
<p>This engine runs from its sources, and nobody has built its page yet. In the folder of the sources:</p>
<pre>make frontend</pre>
<p>Then load this page again. The API is here already: <a href="/docs">/docs</a>.</p>
</body>
</html>
"""

router = APIRouter(include_in_schema=False)


@router.get("/app")
@router.get("/app/{path:path}")
async def dashboard(
    path: str = "",
    accept_encoding: Annotated[str, Header()] = "",
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """A file of the page; any other address is the page's own, which it reads itself."""
    packed = "gzip" in accept_encoding
    found = find(DIST, path, packed) if path else None
    if found is None and path.startswith(f"{HASHED}/"):
        return Response("There is no such file.", 404, HEADERS, "text/plain; charset=utf-8")
    found = found or find(DIST, "index.html", packed)
    if found is None:
        return HTMLResponse(NOT_BUILT, 503, HEADERS)
    return _answer(found, if_none_match)


def _answer(found: Built, known: str) -> Response:
    # a file under assets/ has its content in its name, and is never another one
    headers = HEADERS | {"Cache-Control": FOR_EVER if found.hashed else ASK_FIRST, "ETag": found.tag}
    if found.tag in known:
        return Response(None, 304, headers)
    if found.packed:
        headers["Content-Encoding"] = "gzip"
    return Response(found.content, 200, headers, found.media_type)
