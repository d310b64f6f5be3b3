"""What a fund should do, in plain arithmetic: no database, no states but words, no code of the service."""

from dataclasses import dataclass, field

AUTHOR = "author"


@dataclass
class Case:
    fen: int
    state: str = "deciding"
    approval: str = "open"
    votes: dict[str, str] = field(default_factory=dict)
    paid: int = 0
    released: int = 0

    @property
    def rest(self) -> int:
        return self.fen - self.paid - self.released


@dataclass
class Slip:
    case: Case
    fen: int
    final: bool
    state: str = "ready"
    payer: str = ""


@dataclass
class Oracle:
    cash: int = 0
    committed: int = 0
    entries: int = 0
    queue: list[Case] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)

    def receive(self, fen: int) -> str:
        self.cash, self.entries = self.cash + fen, self.entries + 1
        return self.carry()

    def carry(self) -> str:
        for case in [c for c in self.queue if c.state == "deciding" and c.fen <= self.cash - self.committed]:
            if case.fen <= self.cash - self.committed:
                case.state, self.committed = "approved", self.committed + case.fen
        return "ok"

    def vote(self, case: Case, who: str, decision: str) -> str:
        if who in case.votes:
            return "ok" if case.votes[who] == decision else "already_voted"
        if who == AUTHOR:
            return "own_request"
        if case.approval != "open":
            return "approval_closed"
        case.votes[who] = decision
        if decision == "no":
            case.approval, case.state = "refused", "rejected"
        elif list(case.votes.values()).count("yes") == 2:
            case.approval = "granted"
            self.queue.append(case)
            if case.fen <= self.cash - self.committed:
                case.state, self.committed = "approved", self.committed + case.fen
        return "ok"

    def open_slips(self, case: Case) -> list[Slip]:
        return [slip for slip in self.slips if slip.case is case and slip.state in ("ready", "in_hand")]

    def prepare(self, case: Case, fen: int, final: bool) -> str:
        under_way = self.open_slips(case)
        if final and under_way:
            return "orders_open"
        ordered = case.rest if any(s.final for s in under_way) else sum(s.fen for s in under_way)
        if fen > case.rest - ordered:
            return "over_commitment"
        self.slips.append(Slip(case, fen, final))
        return "ok"

    def take(self, slip: Slip, who: str) -> str:
        if slip.state == "in_hand" and slip.payer != who:
            return "in_hand"
        if slip.state != "ready":
            return f"cannot_take_when_{slip.state}"
        slip.state, slip.payer = "in_hand", who
        return "ok"

    def put_back(self, slip: Slip, who: str) -> str:
        if slip.state != "in_hand":
            return f"cannot_put_back_when_{slip.state}"
        if slip.payer != who:
            return "in_hand"
        slip.state, slip.payer = "ready", ""
        return "ok"

    def send(self, slip: Slip, who: str) -> str:
        if slip.state != "in_hand":
            return f"cannot_send_when_{slip.state}"
        if slip.payer != who:
            return "in_hand"
        case, slip.state = slip.case, "sent"
        case.paid, self.cash, self.entries = case.paid + slip.fen, self.cash - slip.fen, self.entries + 1
        given_up = case.rest if slip.final else 0
        case.released, self.committed = case.released + given_up, self.committed - slip.fen - given_up
        if case.rest == 0:
            case.state = "paid"
        return self.carry()

    def withdraw(self, case: Case) -> str:
        if case.state not in ("deciding", "approved"):
            return f"cannot_withdraw_when_{case.state}"
        if any(slip.state == "in_hand" for slip in self.open_slips(case)):
            return "payment_in_hand"
        if case.paid:
            return "payment_sent"
        for slip in self.open_slips(case):
            slip.state = "cancelled"
        if case.state == "approved":
            case.released, self.committed = case.fen, self.committed - case.fen
        case.state, case.approval = "withdrawn", "void" if case.approval == "open" else case.approval
        return self.carry()
