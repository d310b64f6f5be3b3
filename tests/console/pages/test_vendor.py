"""Other people's files are the locked ones, and the console does not start with any other."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from console import assets, vendor


def test_every_vendored_file_is_the_locked_one() -> None:
    vendor.verify()


def test_the_console_refuses_to_start_with_an_altered_asset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(vendor.STATIC, tmp_path / "static")
    (tmp_path / "static/vendor/htmx.min.js").write_text("altered", encoding="utf-8")
    monkeypatch.setattr(vendor, "HERE", tmp_path)
    monkeypatch.setattr(vendor, "STATIC", tmp_path / "static")
    with pytest.raises(vendor.Altered, match=r"htmx\.min\.js"):
        assets.Assets()


def test_a_tarball_with_another_sum_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tarball = tmp_path / "one.tgz"
    tarball.write_bytes(b"something else")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: None)
    package = json.loads(vendor.LOCK.read_text(encoding="utf-8"))["packages"][0]
    with pytest.raises(vendor.Altered, match="the tarball has the sum"):
        vendor._fetched(package, tmp_path)


def test_no_more_icons_than_the_sprite_may_hold_and_every_used_one_is_there() -> None:
    sprite = (vendor.STATIC / vendor.SPRITE).read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', sprite))
    templates = "\n".join(path.read_text(encoding="utf-8") for path in (vendor.HERE / "templates").rglob("*.html"))
    used = set(re.findall(r'icon\("([a-z-]+)"', templates))
    assert len(drawn) <= 40
    assert used <= drawn
