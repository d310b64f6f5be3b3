"""The texts filed at a vendor: only these may be sent, with values in their gaps (Aliyun `${name}`, Tencent `{1}`)."""

import re

from pydantic import BaseModel, ConfigDict, Field

GAP = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
VALUE_LENGTH_MAX = 35
"""The vendor's limit for one variable of a notice."""


class Refusal(Exception):
    """The vendor answers 200 with this code; nothing is sent."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Filing(BaseModel):
    """One text as an operator files it: without the 【signature】, which the vendor puts first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(min_length=1, max_length=64)
    sign_name: str = Field(min_length=1, max_length=32)
    text: str = Field(min_length=1, max_length=1_000)
    base_number: str | None = Field(None, pattern=r"^\d{5,18}$")


class Templates:
    """What is filed: texts by code, sending numbers by signature."""

    def __init__(self) -> None:
        self._filed: dict[str, Filing] = {}

    def file(self, filing: Filing) -> None:
        self._filed[filing.code] = filing

    def all(self) -> list[Filing]:
        return list(self._filed.values())

    def clear(self) -> None:
        self._filed.clear()

    def filed(self, code: str) -> Filing | None:
        return self._filed.get(code)

    def signed(self, sign_name: str) -> bool:
        """Whether the account has this signature."""
        return any(filing.sign_name == sign_name for filing in self._filed.values())

    def base_number(self, sign_name: str, default: str) -> str:
        own = (filing.base_number for filing in self._filed.values() if filing.sign_name == sign_name)
        return next((number for number in own if number), default)

    def sign_name(self, sending_number: str, default_base: str) -> str:
        """Whose number this is: the longest base that the number begins with."""
        bases = {filing.base_number or default_base: filing.sign_name for filing in reversed(self._filed.values())}
        fitting = [base for base in bases if sending_number.startswith(base)]
        return bases[max(fitting, key=len)] if fitting else ""

    def render(self, code: str, sign_name: str, values: dict[str, str]) -> str:
        """The text a handset shows, as Aliyun fills it."""
        if not self.signed(sign_name):
            raise Refusal("isv.SMS_SIGNATURE_ILLEGAL", "该账号下找不到对应签名")
        if code not in self._filed:
            raise Refusal("isv.SMS_TEMPLATE_ILLEGAL", "该账号下找不到对应模板")
        text = self._filed[code].text
        missing = [gap for gap in GAP.findall(text) if gap not in values]
        if missing:
            raise Refusal("isv.TEMPLATE_MISSING_PARAMETERS", f"模板变量缺少对应参数值: {','.join(missing)}")
        return f"【{sign_name}】" + GAP.sub(lambda gap: _fitting(gap[1], values[gap[1]]), text)


def _fitting(name: str, value: str) -> str:
    if len(value) > VALUE_LENGTH_MAX:
        raise Refusal("isv.PARAM_LENGTH_LIMIT", f"参数超过长度限制: {name}")
    return value
