"""The reference pages, each a function from what the code declares to Markdown or JSON.

A page says nothing that is not in the code: what people want explained stands beside the code it explains, or in the
documents that are written by hand.
"""

from __future__ import annotations

import argparse
import ast
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from holdfast.cli.docs import source, variables
from holdfast.cli.docs.source import Handed
from holdfast.kernel.refusals import Refusal, every_refusal

MADE = "Made by `holdfast docs` from the code; a test refuses it when it is stale."


def pages(*, command_line: argparse.ArgumentParser) -> dict[str, str]:
    """Every page by its file name. Django must be set up."""
    source.modules()
    return {
        "README.md": _contents(),
        "lifecycles.md": _lifecycles(),
        "refusals.md": _refusals(),
        "accounts.md": _accounts(),
        "events.md": _events(),
        "event-kinds.md": _event_kinds(),
        "deadlines.md": _deadlines(),
        "settings.md": _settings(),
        "test-numbers.md": _test_numbers(),
        "cli.md": _command_line(command_line),
        "openapi.json": _openapi(),
        **_schemas(),
    }


def _page(title: str, about: str, parts: Iterable[str]) -> str:
    return "\n".join([f"# {title}", "", f"{about} {MADE}", "", *parts]).rstrip() + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _contents() -> str:
    rows = [
        ("[lifecycles.md](lifecycles.md)", "states and steps of every noun, and who may take them"),
        ("[refusals.md](refusals.md)", "every expected no: its code, status and sentence"),
        ("[accounts.md](accounts.md)", "the ledger's accounts and the movements between them"),
        ("[events.md](events.md)", "what is written into the record"),
        ("[event-kinds.md](event-kinds.md)", "what webhooks can be told of, with an example each"),
        ("[deadlines.md](deadlines.md)", "what somebody must do in time, and what follows if not"),
        ("[settings.md](settings.md)", "the environment"),
        ("[cli.md](cli.md)", "the command line"),
        ("[test-numbers.md](test-numbers.md)", "what simulated rails and carriers do"),
        ("[openapi.json](openapi.json)", "the API, as OpenAPI 3.1"),
        ("[contract.schema.json](contract.schema.json)", "a contract's document, as JSON Schema"),
        ("[conformity.schema.json](conformity.schema.json)", "terms and readings in one file, as JSON Schema"),
        ("[verdict.schema.json](verdict.schema.json)", "the verdict on them, as JSON Schema"),
        ("[../programmes.md](../programmes.md)", "every key of a programme file"),
    ]
    return _page("Reference", "What Holdfast is made of, listed.", _table(("page", "what it lists"), rows))


# --- lifecycles --------------------------------------------------------------------------------------------------


def _lifecycles() -> str:
    parts: list[str] = []
    for name, (table, room, remark) in source.lifecycles().items():
        parts += [f"## {name[0].upper()}{name[1:]}", "", f"Room `{room}`. {remark}".rstrip(), ""]
        parts += ["```mermaid", table.mermaid(), "```", ""]
        rows = [(f"`{row.verb}`", row.source, row.target, ", ".join(sorted(row.by))) for row in table.steps]
        parts += _table(("verb", "from", "to", "open to"), rows)
    about = (
        "Every state there is and every step between states. The guard in the code, the trigger in the database and"
        " the list of what a party may do now are read from these tables."
    )
    return _page("Lifecycles", about, parts)


# --- refusals ----------------------------------------------------------------------------------------------------


def _refusals() -> str:
    from holdfast.api.problems import FRAMEWORK_CODES

    rooms: dict[str, list[type[Refusal]]] = defaultdict(list)
    for refusal in every_refusal():
        if refusal is not Refusal and refusal.__module__.startswith("holdfast."):
            rooms[source.room(refusal.__module__)].append(refusal)
    parts: list[str] = []
    for room in sorted(rooms):
        rows = {(one.code(), str(one.status), one.message()) for one in rooms[room]}
        parts += [f"## {room}", "", *_table(("code", "status", "meaning"), _named(sorted(rows)))]
    rows = {(code, str(status), said) for status, (code, said) in FRAMEWORK_CODES.items()}
    parts += ["## HTTP", "", "What the API answers before a request reaches a room.", ""]
    parts += _table(("code", "status", "meaning"), _named(sorted(rows)))
    about = (
        "An expected no. When one is given, nothing has changed. Over the API it is a problem document whose `code` is"
        " the first column; a code never changes its meaning. `GET /v1/problems` lists the same."
    )
    return _page("Refusals", about, parts)


def _named(rows: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [(f"`{first}`", *rest) for first, *rest in rows]


# --- accounts ----------------------------------------------------------------------------------------------------


def _accounts() -> str:
    from holdfast.ledger.chart import ACCOUNTS, MOVEMENTS

    kinds = [
        (
            f"`{kind.code}`",
            kind.purpose,
            kind.owner,
            kind.side,
            "never below zero" if kind.guarded else "summed",
            "yes" if kind.clients_money else "",
        )
        for kind in ACCOUNTS.values()
    ]
    movements = [
        (f"`{name}`" if place == 0 else "", f"`{debit}`", f"`{credit}`")
        for name, pairs in MOVEMENTS.items()
        for place, (debit, credit) in enumerate(sorted(pairs))
    ]
    parts = ["## Accounts", ""]
    parts += _table(("account", "what it holds", "one for each", "side", "balance", "owed to clients"), kinds)
    parts += ["## Movements", "", "A transfer debits one account and credits one other; no other pairs exist.", ""]
    parts += _table(("movement", "debit", "credit"), movements)
    about = (
        "The chart of accounts, per currency. An account that may never go below zero keeps a running balance, which"
        " the database guards; the others are summed from their entries."
    )
    return _page("Accounts and movements", about, parts)


# --- events ------------------------------------------------------------------------------------------------------


def _events() -> str:
    rooms: dict[str, dict[str, list[Handed]]] = defaultdict(lambda: defaultdict(list))
    for one in source.handed_to("event", keyword="event"):
        rooms[one.room][one.name].append(one)
    parts: list[str] = []
    for room in sorted(rooms):
        rows = []
        for name, found in sorted(rooms[room].items()):
            rows.append((f"`{name}`", _code(_keys(found, "data")), _code(_keys(found, "private"))))
        parts += [f"## {room}", "", *_table(("event", "figures, among others", "private, hashed with a salt"), rows)]
    about = (
        "What is written into the hash chains: one event an act. `figures` are part of the hashed payload and hold"
        " nothing personal; `private` values enter it as salted digests and can be erased."
    )
    return _page("Events", about, parts)


def _event_kinds() -> str:
    from holdfast.webhooks.catalogue import kinds

    rows = [
        (f"`{one.name}`", one.says, one.chain, f"`{json.dumps(one.data, ensure_ascii=False)}`")
        for one in kinds()
        if one.is_sent
    ]
    about = (
        "What a webhook endpoint can subscribe to: each kind of event, whose chain it stands on (an order's, which"
        " quotations have as well, an organisation's, or the operator's), and the `data` of an example."
        " `GET /v1/event-kinds` lists the same, each as it is sent."
    )
    return _page("Kinds of event", about, _table(("kind", "what happened", "chain", "data of an example"), rows))


def _keys(found: Iterable[Handed], keyword: str) -> list[str]:
    """The literal keys of a mapping given as this keyword, in order, each once."""
    keys: dict[str, None] = {}
    for one in found:
        given = one.given.get(keyword)
        literal = given.body if isinstance(given, ast.IfExp) else given
        if isinstance(literal, ast.Dict):
            keys.update({str(key.value): None for key in literal.keys if isinstance(key, ast.Constant)})
    return list(keys)


# --- deadlines ---------------------------------------------------------------------------------------------------


def _deadlines() -> str:
    handlers = _handlers()
    kinds: dict[str, list[Handed]] = defaultdict(list)
    for one in source.handed_to("deadline", keyword="kind"):
        kinds[one.name].append(one)
    rows = []
    for kind, found in sorted(kinds.items()):
        rooms = ", ".join(dict.fromkeys(one.room for one in found))
        who = ", ".join(dict.fromkeys(text for one in found for text in _texts(one.given.get("who"))))
        rules = dict.fromkeys(text for one in found for text in _rule(one))
        rows.append((f"`{kind}`", rooms, who or "either side", _code(rules), handlers.get(kind, _QUEUE)))
    about = (
        "Everything that somebody must do in time is a row of one register. `by` is who must act; the figure is the"
        " programme's or the contract's; the last column is what the clock does when the time is over."
    )
    return _page("Deadlines", about, _table(("kind", "room", "by", "figure", "when it is over"), rows))


_QUEUE = "Nothing by itself: it stays in the operator's queue."


def _handlers() -> dict[str, str]:
    """What each kind of deadline does, in the first sentence of its handler."""
    from holdfast.jobs import HANDLERS

    return {kind: _first_paragraph(handler) for kind, handler in HANDLERS.items()}


def _first_paragraph(handler: Any) -> str:
    said = handler.__doc__
    if said is None:
        # A lambda that hands the deadline on: what it calls says what happens.
        called: Any = None
        for name in handler.__code__.co_names:
            called = handler.__globals__[name] if called is None else getattr(called, name, called)
        said = called.__doc__
    return " ".join(said.strip().split("\n\n")[0].split())


def _texts(node: ast.expr | None) -> list[str]:
    if node is None:
        return []
    constants = [one for one in ast.walk(node) if isinstance(one, ast.Constant)]
    return [one.value for one in constants if isinstance(one.value, str)]


def _rule(one: Handed) -> list[str]:
    basis = one.given.get("basis")
    if not isinstance(basis, ast.Dict):
        return []
    pairs = zip(basis.keys, basis.values, strict=True)
    rules = [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "rule"]
    return [text for value in rules for text in _texts(value)]


# --- settings and commands -----------------------------------------------------------------------------------------


def _settings() -> str:
    rows = [(f"`{one.name}`", one.meaning, one.default) for one in variables.settings()]
    about = "What an installation reads from its environment. Everything has a default that works on one machine."
    return _page("Settings", about, _table(("variable", "meaning", "default"), rows))


def _test_numbers() -> str:
    from holdfast.fulfilment import carriers
    from holdfast.rails import simulated

    _about, _blank, numbers = (simulated.__doc__ or "").partition("\n\n| ")
    parts = ["## Payments and payouts", "", f"| {numbers.strip()}", "", "## Carriers", ""]
    parts.append(" ".join((carriers.Simulated.__doc__ or "").split()))
    about = "What the simulated rails and the simulated carrier of a sandbox do: it follows from the number alone."
    return _page("Test numbers", about, parts)


def _command_line(top: argparse.ArgumentParser) -> str:
    about = "`holdfast COMMAND`; each command says the same with `--help`."
    return _page("Command line", about, _commands(top, ()))


def _commands(parser: argparse.ArgumentParser, path: tuple[str, ...]) -> Iterator[str]:
    for action in parser._actions:  # noqa: SLF001  (argparse has no other way to ask)
        if not isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            continue
        said = {one.dest: one.help or "" for one in action._choices_actions}  # noqa: SLF001
        for name, inner in action.choices.items():
            here = (*path, name)
            yield f"{'#' * min(len(here) + 1, 4)} `holdfast {' '.join(here)}`"
            yield ""
            if said.get(name):
                yield f"{said[name][0].upper()}{said[name][1:]}."
                yield ""
            rows = list(_arguments(inner))
            if rows:
                yield from _table(("argument", "meaning"), rows)
            yield from _commands(inner, here)


def _arguments(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action, argparse._HelpAction | argparse._SubParsersAction):  # noqa: SLF001
            continue
        written = ", ".join(action.option_strings) or str(action.metavar or action.dest).upper()
        choices = f" One of {_code(str(choice) for choice in action.choices)}." if action.choices else ""
        needed = " Required." if action.required and action.option_strings else ""
        text = action.help or ""
        about = f"{text}." if text else ""
        yield f"`{written}`", f"{about}{choices}{needed}".strip()


def _schemas() -> dict[str, str]:
    from holdfast.contracts.schema import contract_schema
    from holdfast.terms.schema import conformity_schema, verdict_schema

    made = {"contract": contract_schema(), "conformity": conformity_schema(), "verdict": verdict_schema()}
    return {
        f"{name}.schema.json": json.dumps(schema, indent=1, ensure_ascii=False) + "\n" for name, schema in made.items()
    }


def _openapi() -> str:
    from holdfast.api.application import api

    schema: dict[str, Any] = api.get_openapi_schema(path_prefix="/v1/")
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
