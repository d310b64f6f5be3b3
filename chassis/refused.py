"""The one way in which a rule says no. Imports nothing, so that `domain` may use it."""


class Refused(Exception):
    """An expected refusal: a stable word that the API maps to a problem and the page translates.

    `code` is the word (`own_request`), `status` the HTTP status it becomes, `errors` are RFC 9457 details
    with a JSON Pointer each, and everything else (`possible_moves=…`) goes into the problem's body.
    """

    def __init__(
        self,
        code: str,
        *,
        status: int = 409,
        detail: str = "",
        errors: list[dict[str, str]] | None = None,
        retry_after: int | None = None,
        **more: object,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.detail = detail
        self.errors = errors or []
        self.retry_after = retry_after
        self.more = more
