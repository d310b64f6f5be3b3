"""The chart in force from 2026-01-01 (财会〔2024〕25号). Not yet checked against the official annex: 科目表待核对.

A wrong code here costs one data migration and no template: templates name roles.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from services.funds.domain.chart import Account, Cash, Chart, Element, Role

_NAMES: Final[Mapping[Element, str]] = MappingProxyType(
    {
        Element.ASSET: (
            "1001 现金 · 1002 银行存款 · 1009 其他货币资金 · 1101 短期投资 · 1102 短期投资跌价准备 · "
            "1111 应收票据 · 1121 应收账款 · 1122 其他应收款 · 1131 坏账准备 · 1141 预付账款 · 1201 存货 · "
            "1202 存货跌价准备 · 1301 待摊费用 · 1401 长期股权投资 · 1402 长期债权投资 · "
            "1403 其他长期投资 · 1421 长期投资减值准备 · 1501 固定资产 · 1502 累计折旧 · 1505 在建工程 · "
            "1506 文物资源 · 1509 固定资产清理 · 1601 无形资产 · 1602 累计摊销 · 1701 长期待摊费用 · "
            "1801 受托代理资产"
        ),
        Element.LIABILITY: (
            "2101 短期借款 · 2201 应付票据 · 2202 应付账款 · 2203 预收账款 · 2204 应付职工薪酬 · "
            "2206 应交税费 · 2209 其他应付款 · 2301 预提费用 · 2501 长期借款 · 2502 长期应付款 · "
            "2503 预计负债 · 2601 受托代理负债"
        ),
        Element.NET_ASSETS: "3101 非限定性净资产 · 3102 限定性净资产 · 3201 以前年度净资产调整",
        Element.INCOME: (
            "4101 捐赠收入 · 4201 会费收入 · 4301 提供服务收入 · 4401 政府补助收入 · 4501 商品销售收入 · "
            "4601 投资收益 · 4701 总部拨款收入 · 4901 其他收入"
        ),
        Element.EXPENSE: (
            "5101 业务活动成本 · 5201 税金及附加 · 5301 管理费用 · 5401 筹资费用 · 5501 资产减值损失 · "
            "5601 所得税费用 · 5901 其他费用"
        ),
    }
)

_BANK: Final = "1002"
_CASH_BOX: Final = "1001"


def _accounts() -> Iterator[Account]:
    for element, names in _NAMES.items():
        for entry in names.split(" · "):
            code, name = entry.split(" ")
            yield from _account(code, name, element)


def _account(code: str, name: str, element: Element) -> Iterator[Account]:
    """An account with its details: each income has two halves, each bank account and cash box an agency detail."""
    details: tuple[tuple[str, str, Cash], ...] = ()
    if element is Element.INCOME:
        details = ((f"{code}01", "非限定性", Cash.NO), (f"{code}02", "限定性", Cash.NO))
    if code in (_BANK, _CASH_BOX):
        details = ((f"{code}-01", "自有", Cash.OWN), (f"{code}-01A", "受托代理", Cash.AGENCY))
    yield Account(code=code, name=name, element=element, cash=Cash.NO, postable=not details, parent=None)
    for detail, half, cash in details:
        yield Account(code=detail, name=f"{name} {half}", element=element, cash=cash, postable=True, parent=code)


CHART_2026: Final = Chart(
    standard="2026",
    valid_from=date(2026, 1, 1),
    verified=False,
    accounts=tuple(_accounts()),
    roles=MappingProxyType({Role.BANK: "1002-01", Role.DONATION: "410101", Role.PROGRAMME: "5101"}),
)
