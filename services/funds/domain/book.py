"""The book (账套): a host's accounts. [1] has one, with one bank account; both are loaded by the first migration."""

from typing import Final
from uuid import UUID

BOOK_ID: Final = UUID("01900000-0000-7000-8000-000000000001")
BANK_ACCOUNT_ID: Final = UUID("01900000-0000-7000-8000-000000000002")
CURRENCY: Final = "CNY"
