import httpx


async def test_unknown_path_is_404_in_the_one_error_shape(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nope")
    assert answer.status_code == 404
    assert answer.json() == {"detail": "Not Found", "code": "not_found", "remedy": ""}
    assert answer.headers["x-request-id"]
