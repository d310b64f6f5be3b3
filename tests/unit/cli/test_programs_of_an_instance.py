"""Which programs there are, on which ports, and what each of them is told."""

import json
from pathlib import Path

import pytest

from cli.failures import CannotStart
from cli.keys import Keys
from cli.programs import Surroundings, all_ports, base_from_environment, free_base, matching, programs, taken, urls
from demo.places import id_of


@pytest.fixture
def surroundings(tmp_path: Path) -> Surroundings:
    databases = {
        s: {"app": f"app-{s}", "owner": f"owner-{s}"} for s in ("members", "tickets", "funds", "notify", "console")
    }
    return Surroundings(tmp_path, 8800, Keys.new(), databases, "redis://somewhere")


def test_ports_follow_the_base() -> None:
    assert urls(8800)["console"] == "http://127.0.0.1:8800"
    assert urls(9000)["gateway"] == "http://127.0.0.1:9010"
    assert len(set(all_ports(8800))) == len(programs(8800))


def test_a_service_is_all_its_programs_and_a_program_is_itself() -> None:
    assert matching("notify") == ["notify-api", "notify-worker"]
    assert matching("notify-worker") == ["notify-worker"]
    assert matching("redis") == ["redis"]
    with pytest.raises(LookupError, match="nothing is called nobody"):
        matching("nobody")


def test_a_service_learns_its_own_secrets_and_everybodys_public_keys(surroundings: Surroundings) -> None:
    program = next(each for each in programs(8800) if each.name == "tickets-api")
    environment = surroundings.environment(program)
    secrets_of_others = [surroundings.keys.signing["funds"], surroundings.keys.push_secret, surroundings.keys.console]
    assert environment["YIHU_TICKETS_SIGNING_KEY"] == surroundings.keys.signing["tickets"]
    assert all(public in environment["YIHU_SERVICE_KEYS"] for public in surroundings.keys.public().values())
    assert not any(secret in value for secret in secrets_of_others for value in environment.values())


def test_a_running_service_never_knows_the_owner_of_its_database(
    surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIHU_FUNDS_OWNER_URL", "owner-funds")
    for program in programs(8800):
        assert not any(value.startswith("owner-") for value in surroundings.environment(program).values())
    assert surroundings.migration("funds")["YIHU_FUNDS_OWNER_URL"] == "owner-funds"


def test_only_the_migration_of_members_learns_the_first_password(surroundings: Surroundings) -> None:
    password = surroundings.keys.keeper["password"]
    told = {s for s in ("members", "tickets", "funds", "notify") if password in surroundings.migration(s).values()}
    assert told == {"members"}


def test_keys_are_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first, second = Keys.of(tmp_path), Keys.of(tmp_path)
    assert first == second
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_only_the_migration_of_notify_learns_the_key_of_the_first_client(surroundings: Surroundings) -> None:
    key = surroundings.keys.notify
    told = {s for s in ("members", "tickets", "funds", "notify") if key in surroundings.migration(s).values()}
    assert told == {"notify"}
    assert not any(key in surroundings.environment(program).values() for program in programs(8800))
    assert key[-73:-37] == id_of("中一路社区")


def test_a_directory_of_before_gets_the_keys_that_are_new_and_keeps_its_own(tmp_path: Path) -> None:
    first = Keys.of(tmp_path)
    path = tmp_path / "keys.json"
    kept = {name: value for name, value in json.loads(path.read_text()).items() if name != "notify"}
    path.write_text(json.dumps(kept))
    after = Keys.of(tmp_path)
    assert after.push_secret == first.push_secret
    assert after.notify != first.notify
    assert Keys.of(tmp_path) == after


@pytest.mark.parametrize("given", ["80", "many", "65536", "-1"])
def test_an_unusable_port_base_is_refused_with_its_name(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIHU_PORT_BASE", given)
    with pytest.raises(CannotStart, match="YIHU_PORT_BASE"):
        base_from_environment()


def test_a_free_base_has_only_free_ports() -> None:
    assert taken(free_base()) == []
