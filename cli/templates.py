"""The texts notify will send, as filed at the vendor's side, which here is the gateway simulator."""

import hashlib
import subprocess
import sys

from cli.failures import CannotStart
from cli.programs import ROOT, Program, Surroundings


def file_templates(surroundings: Surroundings) -> None:
    """Written for the gateway to read at its start; made again when notify or the address in the links has changed."""
    target = surroundings.directory / "templates.json"
    stamp = surroundings.directory / "templates.stamp"
    notify = Program("notify-filed", "notify", "services.notify.filed", None, 0)
    environment = surroundings.environment(notify)
    wanted = _fingerprint(environment)
    if target.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    done = subprocess.run(
        [sys.executable, "-m", "services.notify.filed"], env=environment, cwd=ROOT, capture_output=True, check=False
    )
    if done.returncode != 0:
        raise CannotStart(f"notify's texts could not be read:\n{done.stderr.decode(errors='replace')[-1000:]}")
    target.write_bytes(done.stdout)
    stamp.write_text(wanted)


def _fingerprint(environment: dict[str, str]) -> str:
    digest = hashlib.sha256()
    for name in ("YIHU_CONSOLE_URL", "YIHU_NOTIFY_PUBLIC_URL", "YIHU_NOTIFY_SENDER_SIGNATURE"):
        digest.update(f"{name}={environment.get(name)}\n".encode())
    for path in sorted((ROOT / "services" / "notify").rglob("*")):
        if path.suffix in {".py", ".toml"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()
