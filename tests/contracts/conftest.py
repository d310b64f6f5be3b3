"""Each service is asked once what it publishes."""

import pytest

from cli.contracts import Described, describe_all


@pytest.fixture(scope="session")
def described() -> dict[str, Described]:
    return describe_all()
