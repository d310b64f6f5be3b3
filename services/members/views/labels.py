"""What another person is called in a message: never her name, only what she is to the neighbourhood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from chassis.transaction import Transaction
from services.members.store.identity.grants import grants

# The weightiest role first; everybody else is a resident.
WORDS: Mapping[str, str] = {
    "leader": "组长",
    "secretary": "社区书记",
    "district": "街道工作人员",
    "operator": "社区工作人员",
    "counsellor": "咨询员",
    "member": "核心成员",
    "treasurer": "财务人员",
    "auditor": "监督员",
    "message_manager": "消息管理员",
    "keeper": "系统管理员",
    "resident": "居民",
}
_ORDER = list(WORDS)


@dataclass(frozen=True, slots=True)
class Label:
    role: str
    words: str


async def labels_of(tx: Transaction, person_ids: Sequence[UUID]) -> dict[UUID, Label]:
    if not person_ids:
        return {}
    lasting = grants.c.valid_until.is_(None) | (grants.c.valid_until > tx.now)
    statement = select(grants.c.subject_id, grants.c.role).where(grants.c.subject_id.in_(person_ids), lasting)
    roles = dict.fromkeys(person_ids, "resident")
    for row in await tx.execute(statement.where(grants.c.valid_from <= tx.now)):
        roles[row.subject_id] = min(roles[row.subject_id], row.role, key=_ORDER.index)
    return {person_id: Label(role, WORDS[role]) for person_id, role in roles.items()}
