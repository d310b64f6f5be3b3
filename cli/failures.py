"""How a command can end badly: each failure says in a sentence what to do, and has its exit code."""


class Failure(Exception):
    """It could not be done."""

    exit_code = 1


class CannotStart(Failure):
    """A server or a program did not come up."""


class TookTooLong(Failure):
    """Nothing says that it failed, but nobody waits any longer."""

    exit_code = 3
