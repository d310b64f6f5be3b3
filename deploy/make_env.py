"""`python -m deploy.make_env > deploy/.env`: every secret of a new installation, each made at random.

What only the operator knows (the SMS provider's account, the public address) is left as a line to fill in.
"""

import json
import secrets
import sys

from cli.databases import SERVICES
from cli.keys import Keys

TO_FILL_IN = {
    "PUBLIC_URL": "where residents' pages are, with https",
    "SMS_KEY_ID": "access key of the SMS provider",
    "SMS_KEY_SECRET": "and its secret",
    "SMS_SIGNATURE": "the signature filed at the provider, without brackets",
    "SMS_BASE_NUMBER": "the number the provider assigned to it",
}


def environment() -> dict[str, str]:
    """One value per variable that compose.yaml asks for."""
    keys = Keys.new()
    values = {name: secrets.token_hex(24) for name in ("POSTGRES_PASSWORD", "GRAFANA_PASSWORD")}
    for service in SERVICES:
        upper = service.upper()
        values |= {f"{upper}_{role}_PASSWORD": secrets.token_hex(24) for role in ("OWNER", "APP", "REDIS")}
        values[f"{upper}_SIGNING_KEY"] = keys.signing[service]
        values[f"{upper}_SEALING_KEY"] = keys.sealing[service]
        values[f"{upper}_INDEX_KEY"] = keys.index[service]
    return values | {
        "SERVICE_KEYS": json.dumps(keys.public()),
        "CONSOLE_KEYS": keys.console,
        "SMS_PUSH_SECRET": keys.push_secret,
        "KEEPER_LOGIN": keys.keeper["login"],
        "KEEPER_PASSWORD": keys.keeper["password"],
        "KEEPER_TOTP": keys.keeper["totp_secret"],
    }


def main() -> None:
    made = [f"{name}='{value}'\n" for name, value in environment().items()]
    open_lines = [f"# {meaning}\n{name}=\n" for name, meaning in TO_FILL_IN.items()]
    sys.stdout.writelines([*made, *open_lines])


if __name__ == "__main__":
    main()
