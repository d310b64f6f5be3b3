"""Settings come from the environment, a service's own before the common one."""

import pytest
from pydantic import ValidationError

from chassis.settings import Settings, load


class OwnSettings(Settings):
    limit_minutes: int = 15


def test_a_services_own_variable_wins_over_the_common_one() -> None:
    env = {"YIHU_PORT": "1", "YIHU_TICKETS_PORT": "2"}
    assert load(Settings, "tickets", env).port == 2
    assert load(Settings, "funds", env).port == 1


def test_structured_values_are_json() -> None:
    assert load(Settings, "funds", {"YIHU_SERVICE_KEYS": '{"members": "k"}'}).service_keys == {"members": "k"}


def test_own_fields_have_their_default_and_can_be_set() -> None:
    assert load(OwnSettings, "tickets", {}).limit_minutes == 15
    assert load(OwnSettings, "tickets", {"YIHU_TICKETS_LIMIT_MINUTES": "3"}).limit_minutes == 3


def test_a_value_of_the_wrong_kind_names_its_field() -> None:
    with pytest.raises(ValidationError, match="port"):
        load(Settings, "tickets", {"YIHU_PORT": "many"})


def test_secrets_print_masked() -> None:
    assert "hunter2" not in repr(load(Settings, "tickets", {"YIHU_SEALING_KEY": "hunter2"}))
