import re

import httpx


async def test_unknown_path_is_404_in_the_one_error_shape(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nope")
    assert answer.status_code == 404
    assert answer.json() == {"detail": "Not Found", "code": "not_found", "remedy": ""}
    assert answer.headers["x-request-id"]


async def test_the_documentation_page_needs_no_internet(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.status_code == 200
    parts = re.findall(r"""(?:src|href)=["']([^"']+)["']""", page.text)
    assert parts
    for part in parts:
        assert part.startswith("/"), part
        assert (await client.get(part)).status_code == 200
