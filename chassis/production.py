"""What production refuses to start with: every one of these has cost somebody their data."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chassis import testing

if TYPE_CHECKING:
    from chassis.service import Running
    from chassis.settings import Settings

_FACTS = (
    "SELECT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS superuser,"
    " (SELECT shift <> interval '0' FROM clock) AS shifted,"
    " EXISTS (SELECT 1 FROM pg_tables WHERE tablename = 'clock' AND tableowner = current_user) AS owner"
)


def unsafe_settings(settings: "Settings") -> list[str]:
    """What in the settings must not be in production, in plain sentences."""
    redis = urlsplit(settings.redis_url or "")
    found = {
        "A crash point is set.": bool(testing.armed()),
        "The sealing key and the index key are the same.": (
            settings.sealing_key.get_secret_value() == settings.index_key.get_secret_value()
        ),
        "Redis is used without a user of its own.": bool(settings.redis_url)
        and not (redis.username and redis.password),
        "members is reached over plain http.": not settings.members_url.startswith("https://"),
        "Keys of people are configured instead of fetched from members.": bool(settings.members_jwks),
    }
    return [sentence for sentence, holds in found.items() if holds]


async def unsafe_database(running: "Running") -> list[str]:
    """What in the database must not be in production, in plain sentences."""
    async with running.database.asking_once() as connection:
        facts = await connection.fetchrow(_FACTS)
    found = {
        "The service runs as a superuser of its database.": facts["superuser"],
        "The service runs as the owner of its tables.": facts["owner"],
        "The clock is moved.": facts["shifted"],
    }
    return [sentence for sentence, holds in found.items() if holds]
