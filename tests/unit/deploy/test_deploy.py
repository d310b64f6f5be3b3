"""No Docker engine is needed to see that what is deployed fits the code: names, ports, files, metrics."""

import importlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from chassis.settings import Settings
from chassis.telemetry import GAUGES
from cli import databases, postgres
from deploy import healthy, make_env

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
SERVICES = ("members", "tickets", "funds", "notify", "console")
VARIABLE = re.compile(r"\$\{([A-Z_]+)(:[-?][^}]*)?\}")
FROM_ELSEWHERE = ("up", "process_", "yihu_span_")
PORT_BASE = {"console": 8800, "members": 8801, "tickets": 8802, "funds": 8803, "notify": 8804}


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return read


def ours() -> dict[str, dict[str, Any]]:
    return {name: service for name, service in compose()["services"].items() if "build" in service}


def service_of(name: str) -> str:
    return name.partition("-")[0]


def package_of(service: str) -> str:
    return "console" if service == "console" else f"services/{service}"


def settings_of(service: str) -> type[Settings]:
    module = importlib.import_module(f"{package_of(service).replace('/', '.')}.settings")
    found: type[Settings] = getattr(module, f"{service.title()}Settings")
    return found


def copied(service: str) -> list[tuple[str, str]]:
    """Source and target of every COPY from the tree, as they are for one service."""
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    lines = [line.split()[1:] for line in text.splitlines() if line.startswith("COPY ") and "--from" not in line]
    return [(source.replace("${PACKAGE}", package_of(service)), words[-1]) for words in lines for source in words[:-1]]


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*.y*ml")), ids=lambda path: path.name)
def test_every_yaml_file_can_be_read(path: Path) -> None:
    assert yaml.safe_load(path.read_text("utf-8"))


@pytest.mark.parametrize("service", SERVICES)
def test_everything_an_image_is_made_of_exists(service: str) -> None:
    assert [source for source, _ in copied(service) if not (ROOT / source).exists()] == []


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
def test_an_image_holds_all_that_its_service_imports(service: str, tmp_path: Path) -> None:
    """The tree as the Dockerfile copies it is enough to wire the service, and holds no other service."""
    for source, target in copied(service):
        if target == "./":
            continue
        place = tmp_path / target.replace("${PACKAGE}", package_of(service))
        place.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, place)
    module = package_of(service).replace("/", ".")
    describe = [sys.executable, "-m", module, "describe"]
    done = subprocess.run(describe, cwd=tmp_path, env={"PATH": ""}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "tests").exists()
    assert [path.name for path in (tmp_path / "services").glob("*")] == ([] if service == "console" else [service])


@pytest.mark.parametrize("name", ours())
def test_every_variable_of_a_container_is_a_setting(name: str) -> None:
    """As chassis reads them: `YIHU_<SERVICE>_<FIELD>`, else `YIHU_<FIELD>`."""
    service = service_of(name)
    fields = settings_of(service).model_fields
    for variable in ours()[name]["environment"]:
        own, shared = variable.removeprefix(f"YIHU_{service.upper()}_"), variable.removeprefix("YIHU_")
        assert own.lower() in fields or shared.lower() in fields, variable


@pytest.mark.parametrize("name", ours())
def test_only_migrations_know_the_owner_of_a_database(name: str) -> None:
    knows = [variable for variable in ours()[name]["environment"] if variable.endswith("_OWNER_URL")]
    assert bool(knows) == name.endswith("-migrate")


def test_every_service_runs_in_each_of_its_roles() -> None:
    roles = {(service_of(name), service["command"][1]) for name, service in ours().items()}
    fronts = {(service, "web" if service == "console" else "api") for service in SERVICES}
    assert roles == fronts | {(service, role) for service in SERVICES for role in ("worker", "migrate")}


def test_addresses_and_ports_agree() -> None:
    for name, service in ours().items():
        for variable, value in service["environment"].items():
            if variable.endswith("_PORT"):
                expected = PORT_BASE[service_of(name)] + (20 if variable.endswith("_WORKER_PORT") else 0)
                assert int(value) == expected, name
        front = {other: "web" if other == "console" else "api" for other in SERVICES}
        for other in SERVICES:
            address = service["environment"][f"YIHU_{other.upper()}_URL"]
            assert address == f"http://{other}-{front[other]}:{PORT_BASE[other]}"


def test_health_is_asked_where_the_process_answers() -> None:
    for name, service in ours().items():
        addresses = healthy.addresses(service["environment"])
        assert len(addresses) == (0 if name.endswith("-migrate") else 1), name
        assert all(address.endswith("/metrics" if name.endswith("-worker") else "/livez") for address in addresses)


def test_nothing_is_published_beyond_the_machine_itself() -> None:
    published = [port for service in compose()["services"].values() for port in service.get("ports", [])]
    assert published
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []


def test_every_foreign_image_has_a_version() -> None:
    images = [service["image"] for name, service in compose()["services"].items() if name not in ours()]
    assert len(images) == 5
    assert [image for image in images if not re.search(r":v?\d", image)] == []


def test_every_mounted_file_exists() -> None:
    mounted = [m for service in compose()["services"].values() for m in service.get("volumes", [])]
    files = [mount.partition(":")[0] for mount in mounted if mount.startswith("./")]
    assert files
    assert [file for file in files if not (DEPLOY / file).exists()] == []


def test_every_variable_of_compose_is_made_or_asked_for() -> None:
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    needed = {name for name, default in VARIABLE.findall(text) if not default.startswith(":-")}
    assert needed == make_env.environment().keys() | make_env.TO_FILL_IN.keys()


def test_no_two_installations_share_a_secret() -> None:
    first, second = make_env.environment(), make_env.environment()
    assert [name for name in first if first[name] == second[name]] == ["KEEPER_LOGIN"]


def test_redis_forgets_nothing_by_itself() -> None:
    command = compose()["services"]["redis"]["command"]
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"
    assert command[command.index("--appendonly") + 1] == "yes"


def test_every_service_signs_in_at_redis_as_itself() -> None:
    command = compose()["services"]["redis"]["command"]
    assert command[command.index("--aclfile") + 1] == "/tmp/users.acl"
    for name, service in ours().items():
        own = service_of(name)
        address = f"redis://{own}:${{{own.upper()}_REDIS_PASSWORD:?}}@redis:6379/0"
        assert service["environment"]["YIHU_REDIS_URL"] == address


def test_the_database_keeps_words_out_of_its_log() -> None:
    command = compose()["services"]["postgres"]["command"]
    silent = {name: value for name, value in postgres.SETTINGS.items() if name.startswith("log_")}
    for name, value in silent.items():
        if name != "log_timezone":
            assert f"-c {name}={value}" in command


def test_databases_are_prepared_as_the_embedded_ones_are() -> None:
    script = re.sub(r':"(\w+)"', r"\1", (DEPLOY / "postgres" / "databases.sh").read_text("utf-8"))
    for statement in databases._privileges("database", "owner", "app"):
        assert f"{statement};" in script
    for extension in databases.EXTENSIONS:
        assert f"CREATE EXTENSION IF NOT EXISTS {extension};" in script
    assert f"for service in {' '.join(databases.SERVICES)};" in script


def test_prometheus_scrapes_every_process() -> None:
    scraped = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yaml").read_text("utf-8"))["scrape_configs"]
    targets = {target for job in scraped for group in job["static_configs"] for target in group["targets"]}
    expected = {
        f"{name}:{port}"
        for name, service in ours().items()
        for variable, port in service["environment"].items()
        if variable.endswith("_PORT")
    }
    assert targets == expected | {"otel:8889"}


def expressions() -> Iterator[str]:
    dashboard = json.loads((DEPLOY / "grafana" / "dashboards" / "flow.json").read_text("utf-8"))
    yield from (target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", []))
    alerts = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text("utf-8"))
    yield from (rule["expr"] for group in alerts["groups"] for rule in group["rules"])


def declared() -> set[str]:
    """The names under which what the code declares is exposed."""
    places = [path for folder in ("chassis", "services", "console") for path in (ROOT / folder).rglob("*.py")]
    code = "\n".join(path.read_text("utf-8") for path in places)
    names = set(GAUGES)
    names |= {f"{name}_total" for name in re.findall(r'counter\(\s*"(\w+)"', code)}
    for name in re.findall(r'histogram\(\s*"(\w+)"', code):
        names |= {f"{name}_{part}" for part in ("bucket", "sum", "count")}
    return names


def test_every_metric_that_is_watched_is_declared_in_the_code() -> None:
    watched = {name for text in expressions() for name in re.findall(r"\b(?:yihu|process)_\w+|\bup\b", text)}
    known = declared()
    assert {name for name in watched if not name.startswith(FROM_ELSEWHERE) and name not in known} == set()


def test_what_a_module_declares_when_it_is_imported_is_exposed() -> None:
    """Declarations stand at the top of modules, before the process begins to measure."""
    program = """
from chassis.settings import Settings
from chassis.telemetry import measure, metrics_text, start_telemetry
kept = measure.counter("yihu_things", "Things")
start_telemetry(Settings(service="tickets"), "api")
kept.add(3)
print(metrics_text().decode())
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    [line] = [line for line in done.stdout.splitlines() if line.startswith("yihu_things_total")]
    assert line.endswith(" 3.0")


def test_the_dashboard_asks_the_source_that_is_provisioned() -> None:
    sources = yaml.safe_load(
        (DEPLOY / "grafana" / "provisioning" / "datasources" / "prometheus.yaml").read_text("utf-8")
    )["datasources"]
    dashboard = json.loads((DEPLOY / "grafana" / "dashboards" / "flow.json").read_text("utf-8"))
    asked = {panel["datasource"]["uid"] for panel in dashboard["panels"] if panel["type"] != "row"}
    assert asked == {source["uid"] for source in sources}


def test_the_panels_of_the_dashboard_do_not_overlap() -> None:
    dashboard = json.loads((DEPLOY / "grafana" / "dashboards" / "flow.json").read_text("utf-8"))
    cells = [
        (x, y)
        for panel in dashboard["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) == 23


def test_the_collector_uses_only_what_it_defines() -> None:
    collector = yaml.safe_load((DEPLOY / "otel" / "collector.yaml").read_text("utf-8"))
    connectors = collector["connectors"].keys()
    for pipeline in collector["service"]["pipelines"].values():
        assert set(pipeline["receivers"]) <= collector["receivers"].keys() | connectors
        assert set(pipeline["exporters"]) <= collector["exporters"].keys() | connectors
        assert set(pipeline.get("processors", [])) <= collector["processors"].keys()
    assert set(collector["service"]["extensions"]) <= collector["extensions"].keys()
