"""Every setting of funds, typed, with its default."""

from chassis.settings import Settings


class FundsSettings(Settings):
    """Documents are files of up to 10 MB, so this service takes larger bodies than the others."""

    body_max_bytes: int = 10_000_000
