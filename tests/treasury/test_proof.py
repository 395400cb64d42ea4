"""The tree of liabilities: every proof leads to the root, and whatever is changed leads elsewhere."""

from __future__ import annotations

import copy
from datetime import date
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.kernel.identifiers import new_id
from holdfast.treasury.rules import document, proof
from holdfast.treasury.rules.proof import Balance, Tree

DAY = date(2026, 3, 2)
SECRET = bytes(range(32))
AMOUNTS = st.lists(st.integers(min_value=0, max_value=10**15), min_size=1, max_size=40)


def balances(amounts: list[int]) -> list[Balance]:
    named = [uuid5(document.ACCOUNT_NAMES, f"payable:{number:032x}:USD") for number in range(len(amounts))]
    return [Balance(account, "USD", amount) for account, amount in zip(named, amounts, strict=True)]


def leaf_of(tree: Tree, balance: Balance, number: int) -> dict[str, object]:
    salt = proof.salt(secret=SECRET, day=DAY, account_id=balance.account_id)
    return proof.leaf_document(
        day=DAY,
        code="payable",
        owner=f"{number:032x}",
        balance=balance,
        salt=salt,
        path=tree.path(balance.account_id),
    )


def said(tree: Tree) -> dict[str, object]:
    root = {"currency": "USD", "leaves": len(tree.place), "sum_minor": tree.sum_minor, "root": tree.root.hex()}
    return {"statement": {"day": DAY.isoformat(), "liabilities": [root]}}


@given(AMOUNTS)
def test_every_leaf_leads_to_the_root_and_its_sum(amounts: list[int]) -> None:
    owed = balances(amounts)
    tree = Tree(secret=SECRET, day=DAY, balances=owed)
    assert tree.sum_minor == sum(amounts)
    for number, balance in enumerate(owed):
        assert document.leaf_problems(file=said(tree), leaf=leaf_of(tree, balance, number)) == []


@settings(max_examples=200)
@given(AMOUNTS.filter(lambda amounts: len(amounts) > 1), st.data())
def test_whatever_is_changed_in_a_leaf_is_found(amounts: list[int], data: st.DataObject) -> None:
    owed = balances(amounts)
    tree = Tree(secret=SECRET, day=DAY, balances=owed)
    number = data.draw(st.integers(0, len(owed) - 1))
    leaf = leaf_of(tree, owed[number], number)
    wrong = copy.deepcopy(leaf)
    path = wrong["path"]
    assert isinstance(path, list)
    step = data.draw(st.integers(0, len(path) - 1))
    match data.draw(st.sampled_from(["amount", "salt", "hash", "sum", "side", "account", "drop", "swap", "shift"])):
        case "amount":
            wrong["amount_minor"] = data.draw(st.integers(-5, 10**15).filter(lambda new: new != leaf["amount_minor"]))
        case "salt":
            wrong["salt"] = _flipped(str(leaf["salt"]), data)
        case "hash":
            path[step]["hash"] = _flipped(path[step]["hash"], data)
        case "sum":
            path[step]["sum_minor"] += data.draw(st.integers(-5, 5).filter(bool))
        case "side":
            path[step]["side"] = {"left": "right", "right": "left"}[path[step]["side"]]
        case "account":
            wrong["account"] = new_id().hex
        case "drop":
            del path[step]
        case "swap":
            path.append(path[step])
        case _:
            wrong["amount_minor"] = owed[number].amount_minor + 1
            path[step]["sum_minor"] -= 1
    assert document.leaf_problems(file=said(tree), leaf=wrong)


def _flipped(text: str, data: st.DataObject) -> str:
    raw = bytearray.fromhex(text)
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    return raw.hex()


@given(AMOUNTS, st.data())
def test_another_balance_is_another_root(amounts: list[int], data: st.DataObject) -> None:
    owed = balances(amounts)
    at = data.draw(st.integers(0, len(owed) - 1))
    other = [*owed]
    other[at] = Balance(owed[at].account_id, "USD", owed[at].amount_minor + 1)
    one, two = (Tree(secret=SECRET, day=DAY, balances=some) for some in (owed, other))
    assert one.root != two.root
    assert Tree(secret=SECRET, day=DAY, balances=list(reversed(owed))).root == one.root


def test_nothing_owed_is_less_than_nothing() -> None:
    with pytest.raises(ValueError, match="less than nothing"):
        Tree(secret=SECRET, day=DAY, balances=balances([5, -1]))


def test_a_salt_tells_nothing_of_another_account_or_day() -> None:
    accounts = [UUID(int=number) for number in range(3)]
    salts = {proof.salt(secret=SECRET, day=DAY, account_id=account) for account in accounts}
    salts |= {proof.salt(secret=SECRET, day=date(2026, 3, 3), account_id=account) for account in accounts}
    assert len(salts) == 6


def test_no_leaves_have_a_root_of_their_own() -> None:
    tree = Tree(secret=SECRET, day=DAY, balances=[])
    assert (tree.sum_minor, tree.root.hex()[:8]) == (0, "dbc1b4c9")


def test_a_leaf_among_two_hundred_thousand_is_proven() -> None:
    owed = balances([number % 9_973 for number in range(200_000)])
    tree = Tree(secret=SECRET, day=DAY, balances=owed)
    assert document.leaf_problems(file=said(tree), leaf=leaf_of(tree, owed[123_456], 123_456)) == []
