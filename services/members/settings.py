"""Every setting of members, with its default."""

from pydantic import SecretStr

from chassis.settings import Settings
from services.members.domain.places.area import AreaKind


class MembersSettings(Settings):
    """`first_keeper_*`: who lets everybody else in, made by `migrate` while there is no account."""

    root_area_name: str = "重庆市"
    root_area_kind: AreaKind = AreaKind.CITY
    first_keeper_login: str = ""
    first_keeper_password: SecretStr = SecretStr("")
    first_keeper_totp: SecretStr = SecretStr("")
