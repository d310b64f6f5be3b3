"""Texts and rules that stood before versions had authors are carried over, and stay live and on file."""

import importlib
import json
from typing import Any

from tests.services.notify.phones import Phones

MIGRATION = importlib.import_module("services.notify.migrations.versions.0003_templates")
BEFORE = (
    "CREATE TABLE templates (name TEXT NOT NULL, version INTEGER NOT NULL, message_class TEXT NOT NULL,"
    " topic TEXT NOT NULL, body TEXT NOT NULL, provider_code TEXT NOT NULL, filed_text TEXT NOT NULL,"
    " live BOOLEAN NOT NULL, PRIMARY KEY (name, version))",
    "CREATE UNIQUE INDEX templates_live ON templates (name) WHERE live",
    "CREATE TABLE rules (name TEXT, version INTEGER, event TEXT, body JSONB, enabled BOOLEAN,"
    " PRIMARY KEY (name, version))",
    "CREATE TABLE messages (id INTEGER)",
    "INSERT INTO messages VALUES (1)",
    "INSERT INTO rules VALUES ('r', 1, 'e', '{}', true)",
    "INSERT INTO templates VALUES ('t', 1, 'notice', 'cases', '旧((a))', 'SMS_t', '旧${a}', false)",
    "INSERT INTO templates VALUES"
    " ('t', 2, 'notice', 'cases', '新((b))和((a)),((b))', 'SMS_t', '新${b}和${a},${b}', true)",
    "INSERT INTO templates VALUES ('u', 1, 'auto', 'cases', '好', 'SMS_u', '好', true)",
)


async def test_texts_from_before_stay_live_and_on_file(phones: Phones) -> None:
    await phones.service.sql("DROP SCHEMA IF EXISTS before CASCADE")
    await phones.service.sql("CREATE SCHEMA before")
    await phones.service.sql("SET search_path TO before, public")
    try:
        for statement in (*BEFORE, *(s for s in MIGRATION.STATEMENTS if "{app}" not in s)):
            await phones.service.sql(statement)
        rows = await phones.service.sql("SELECT * FROM template_versions ORDER BY name, version")
        assert [(r["name"], r["version"], r["state"], value(r["bodies"])) for r in rows] == [
            ("t", 1, "superseded", {"zh-CN": "旧((a))"}),
            ("t", 2, "live", {"zh-CN": "新((b))和((a)),((b))"}),
            ("u", 1, "live", {"zh-CN": "好"}),
        ]
        heads = await phones.service.sql("SELECT name, message_class, channel FROM templates ORDER BY name")
        assert [tuple(r.values()) for r in heads] == [("t", "notice", "sms"), ("u", "auto", "sms")]
        filed = await phones.service.sql("SELECT * FROM provider_templates ORDER BY template")
        assert [(r["code"], value(r["parameters"]), r["state"], value(r["shown"])) for r in filed] == [
            ("SMS_t", ["b", "a"], "approved", []),
            ("SMS_u", [], "approved", []),
        ]
        (rule,) = await phones.service.sql("SELECT * FROM rules")
        assert (rule["enabled"], rule["author"], rule["revision"]) == (True, None, 1)
        assert [r["language"] for r in await phones.service.sql("SELECT language FROM messages")] == [""]
    finally:
        await phones.service.sql("SET search_path TO public")
        await phones.service.sql("DROP SCHEMA before CASCADE")


def value(stored: Any) -> Any:
    return json.loads(stored) if isinstance(stored, str) else stored
