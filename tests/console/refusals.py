"""Every word with which a service may refuse, collected from its source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORD = re.compile(r"[a-z][a-z0-9_]+")
SQL_OUTCOME = re.compile(r"'outcome', *'([a-z_]+)'")
NO_REFUSALS = frozenset({"known", "made", "posted", "released", "opened"})  # what a ledger function says when it did it
REFUSERS = frozenset({"Refused", "problem"})
Function = ast.FunctionDef | ast.AsyncFunctionDef


def refusals() -> set[str]:
    """Codes of problems, codes at single fields, and the words a detail view gives for a move that is not possible."""
    found: set[str] = set()
    for place in (*ROOT.glob("services/**/*.py"), *ROOT.glob("chassis/*.py")):
        found.update(Module(ast.parse(place.read_text(encoding="utf-8"))).codes())
    for place in ROOT.glob("services/**/*.sql"):
        found.update(SQL_OUTCOME.findall(place.read_text(encoding="utf-8")))
    return {one for one in found - NO_REFUSALS if WORD.fullmatch(one)}


class Module:
    """One module: what it refuses with in literals, through its own small makers of refusals, and by its tables."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.functions = {one.name: one for one in ast.walk(tree) if isinstance(one, Function)}
        self.tables = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name) and isinstance(node.value, ast.Dict)
        }

    def codes(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and _name(node.func) in REFUSERS:
                yield from (word for argument in node.args[:2] for word in _literals(argument))
            elif isinstance(node, ast.Dict):
                pairs = zip(node.keys, node.values, strict=True)
                yield from (word for key, value in pairs if _is(key, "code") for word in _literals(value))
        for function in self.functions.values():
            for name in _refused_with(function):
                yield from self._through(function, name)

    def _through(self, function: Function, name: str) -> Iterator[str]:
        """The word is in a variable: a parameter that callers fill, another function's answer, or a table's value."""
        parameters = [one.arg for one in function.args.args]
        if name in parameters:
            place = parameters.index(name)
            for call in _calls(self.tree, function.name):
                yield from (word for argument in call.args[place : place + 1] for word in _literals(argument))
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and any(_name(target) == name for target in node.targets):
                yield from self._answered_by(node.value)

    def _answered_by(self, value: ast.AST) -> Iterator[str]:
        for node in ast.walk(value):
            if isinstance(node, ast.Name) and node.id in self.tables:
                yield from (word for one in self.tables[node.id].values for word in _literals(one))
            elif isinstance(node, ast.Name) and node.id in self.functions:
                returned = [one.value for one in ast.walk(self.functions[node.id]) if isinstance(one, ast.Return)]
                yield from (word for one in returned if one for word in _literals(one))


def _refused_with(function: Function) -> set[str]:
    calls = [one for one in ast.walk(function) if isinstance(one, ast.Call) and _name(one.func) in REFUSERS]
    return {one.args[0].id for one in calls if one.args and isinstance(one.args[0], ast.Name)}


def _calls(tree: ast.AST, name: str) -> list[ast.Call]:
    return [one for one in ast.walk(tree) if isinstance(one, ast.Call) and _name(one.func) == name]


def _literals(node: ast.AST) -> Iterator[str]:
    """A literal, or either branch of a choice between literals."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_literals(node.body), *_literals(node.orelse))


def _is(node: ast.AST | None, word: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == word


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
