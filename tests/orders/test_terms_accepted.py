"""The terms of the programme are accepted with a signature: by digest, in one's language, and anew when they change."""

from __future__ import annotations

from hashlib import sha256
from itertools import combinations, product
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
from django.db import DatabaseError, transaction

from holdfast import programme as programmes
from holdfast.contracts import accepted, models
from holdfast.contracts import operations as contracts
from holdfast.contracts.printing import contract as printed
from holdfast.contracts.printing import found_for
from holdfast.contracts.programmes import latest, programme_of
from holdfast.contracts.queries import page as contract_page
from holdfast.contracts.rules import OtherTerms, Signer, TermsChanged
from holdfast.orders.operations import signing
from holdfast.parties import operations as parties
from holdfast.programme import LANGUAGES
from holdfast.record.events import story
from tests.api.test_lint import drafted, soon
from tests.parties.cast import Shop
from tests.world import World, refuses


def signs(world: World, contract_id: UUID, role: str, **stated: Any) -> signing.Signed:
    party = world.alma if role == "buyer" else world.boris
    digest = contract_page(contract_id=contract_id, role=role).digest
    signer = Signer("person", party.person_id, "owner", None, None, None, proven_again=True)
    return signing.sign(act=world.act(party, role), contract_id=contract_id, digest=digest, signer=signer, **stated)


def terms_digest(version: int, language: str) -> str:
    return programmes.terms_digest(programme_of(name="standard", version=version), language)


def next_version(world: World) -> int:
    """The programme gets a version in which the time to appeal is longer."""
    row = latest(name="standard")
    text = row.text.replace(f"version = {row.version}", f"version = {row.version + 1}", 1)
    changed = text.replace("appeal_days = 7", "appeal_days = 8", 1)
    assert changed != text
    contracts.publish_programme(act=world.operator(), text=changed)
    return row.version + 1


def asked(contract_id: UUID, role: str, language: str = "en") -> accepted.Asked:
    return accepted.asked(page=contract_page(contract_id=contract_id, role=role), language=language)


def test_each_side_accepts_in_its_own_language_and_it_is_kept(world: World) -> None:
    contract_id = world.proposed()
    assert (asked(contract_id, "buyer").standing, asked(contract_id, "buyer").before) == ("first", None)
    english, chinese = terms_digest(2, "en"), terms_digest(2, "zh-hans")
    signed = signs(world, contract_id, "buyer", terms_digest=english)
    assert signed.terms is not None
    assert (signed.terms.language, signed.terms.digest) == ("en", english)
    signs(world, contract_id, "supplier", terms_digest=chinese.upper())
    rows = models.TermsAcceptance.objects.order_by("id").select_related("terms")
    assert [(row.side, row.organisation_id, row.signer_id, row.terms.language) for row in rows] == [
        ("buyer", world.alma.organisation_id, world.alma.person_id, "en"),
        ("supplier", world.boris.organisation_id, world.boris.person_id, "zh-hans"),
    ]
    for row in rows:
        assert row.at == world.now
        assert sha256(row.terms.text.encode()).hexdigest() == row.terms.digest
    page = contract_page(contract_id=contract_id, role="buyer")
    assert {one.side: one.terms.digest for one in page.signatures if one.terms} == {
        "buyer": english,
        "supplier": chinese,
    }
    told = [one.data for one in story(chain_id=page.order_id) if one.name == "contract.signed"]
    assert [(one["terms_digest"], one["terms_language"]) for one in told] == [
        (english, "en"),
        (chinese, "zh-hans"),
    ]
    own = accepted.of_organisation(organisation_id=world.alma.organisation_id)
    assert [(one.contract_id, one.version, one.digest) for one in own] == [(contract_id, 2, english)]
    assert accepted.kept(name="standard", version=2, digest=english).text == rows[0].terms.text  # type: ignore[union-attr]
    assert accepted.kept(name="standard", version=2, digest=terms_digest(2, "es")) is None
    assert asked(contract_id, "operator").standing is None


def test_what_is_accepted_is_written_once(world: World) -> None:
    signs(world, world.proposed(), "buyer", terms_digest=terms_digest(2, "en"))
    for model in (models.TermsAcceptance, models.Terms):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        models.Terms.objects.update(text="other")


def test_a_wrong_digest_is_refused_with_the_right_ones(world: World) -> None:
    contract_id, right = world.proposed(), programmes.terms_digests(programme_of(name="standard", version=2))
    for wrong in ("0" * 64, programmes.terms_digest(programmes.shipped("basic"), "en")):
        with refuses(OtherTerms) as caught:
            signs(world, contract_id, "buyer", terms_digest=wrong)
        assert (caught.value.field, caught.value.accepted) == ("terms_digest", right)


def test_who_states_none_signs_as_before_and_nothing_is_recorded(world: World) -> None:
    order_id = world.signed_order()
    assert models.TermsAcceptance.objects.count() == 0
    told = [one.data for one in story(chain_id=order_id) if one.name == "contract.signed"]
    assert len(told) == 2
    assert all("terms_digest" not in one for one in told)


def test_a_new_version_is_asked_for_anew_with_what_changed(world: World) -> None:
    signs(world, world.proposed(), "buyer", terms_digest=terms_digest(2, "es"))
    same = world.proposed()
    assert asked(same, "buyer").standing == "accepted"
    assert asked(same, "supplier").standing == "first"
    version = next_version(world)
    contract_id = world.proposed()
    found = asked(contract_id, "buyer", "es")
    assert (found.standing, found.terms.version) == ("again", version)
    assert found.before is not None
    assert (found.before.version, found.before.language) == (2, "es")
    assert [(one.title, one.keys) for one in found.changes] == [
        ("El curso de una reclamación", ("claims.appeal_days",))
    ]
    with refuses(TermsChanged) as caught:
        signs(world, contract_id, "buyer")
    assert caught.value.facts["accepted_version"] == 2
    assert caught.value.accepted["es"] == found.terms.digest
    with refuses(OtherTerms):
        signs(world, contract_id, "buyer", terms_digest=terms_digest(2, "es"))
    signs(world, contract_id, "buyer", terms_digest=found.terms.digest)
    # The other side has never accepted any, and is not held up.
    signs(world, contract_id, "supplier")
    assert asked(contract_id, "buyer").standing == "accepted"
    # What was accepted under the earlier version is under it still.
    signs(world, same, "buyer")


def test_the_parts_that_changed_are_told_in_the_readers_language(world: World) -> None:
    version = next_version(world)
    before, after = (programme_of(name="standard", version=one) for one in (2, version))
    (part,) = programmes.reworded(before=before, after=after, language="es")
    assert (part.title, part.keys) == ("El curso de una reclamación", ("claims.appeal_days",))
    assert part.gone == ("Apelación en 7 días, una sola vez, por pruebas nuevas o un error; decide otro mediador.",)
    assert part.new == ("Apelación en 8 días, una sola vez, por pruebas nuevas o un error; decide otro mediador.",)
    assert programmes.reworded(before=before, after=before, language="es") == ()


def test_every_change_between_any_two_programmes_is_told_in_every_language_with_all_its_keys() -> None:
    shipped = [programmes.shipped(name) for name in programmes.names()]
    for before, after in product(shipped, repeat=2):
        keys = sorted(one.key for one in programmes.differences(before=before, after=after))
        told = {language: programmes.reworded(before=before, after=after, language=language) for language in LANGUAGES}
        for parts in told.values():
            assert sorted(key for part in parts for key in part.keys) == keys
            assert all(part.gone or part.new or part.keys for part in parts)
        assert len({tuple(part.keys for part in parts) for parts in told.values()}) == 1
        titles = [{part.title for part in parts} for parts in told.values()]
        assert all(not one & other for one, other in combinations(titles, 2))


def test_the_paper_names_what_each_side_accepted(world: World) -> None:
    contract_id = world.proposed()
    signs(world, contract_id, "buyer", terms_digest=terms_digest(2, "es"))
    signs(world, contract_id, "supplier")
    pdf = pypdfium2.PdfDocument(printed(found_for(contract_id=contract_id), language="en"))
    said = "".join("".join(page.get_textpage().get_text_range().split()) for page in pdf)
    assert f"acceptedtheprogramme'stermsinSpanish:{terms_digest(2, 'es')}" in said
    assert said.count("acceptedtheprogramme'sterms") == 1


# --- over HTTP ------------------------------------------------------------------------------------------------------


def test_a_program_reads_the_terms_accepts_them_and_is_asked_anew(world: World) -> None:
    limit = {"sign_limit_minor": 2_000_000, "sign_limit_currency": "USD"}
    scopes = ["orders:read", "orders:write", "contracts:sign"]
    made = parties.create_key(
        act=world.operator(), organisation_id=world.alma.organisation_id, name="k", scopes=scopes, **limit
    )
    alma = Shop(str(made.secret))
    draft = drafted(world, alma, document=soon(alma))
    path = f"/v1/contracts/{draft['id']}"
    assert alma.post(f"{path}/propose").status_code == 200
    read = alma.get(f"{path}/terms?language=es").json()
    assert (read["standing"], read["version"], read["language"], read["changes"]) == ("first", 2, "es", [])
    assert sha256(read["text"].encode()).hexdigest() == read["digest"] == read["digests"]["es"]
    same = alma.get("/v1/programmes/standard/versions/2/terms?language=es").json()
    assert same == {key: read[key] for key in ("programme", "version", "language", "digest", "text")}
    wrong = alma.get("/v1/programmes/standard/versions/2/terms?language=fr")
    assert (wrong.status_code, wrong.json()["accepted"]) == (422, ["en", "es", "zh-hans"])
    assert alma.get(f"/v1/programmes/standard/versions/2/terms?digest={read['digest']}").status_code == 404
    digest = alma.get(path).json()["digest"]
    refused = alma.post(f"{path}/sign", {"digest": digest, "terms_digest": "0" * 64})
    assert (refused.status_code, refused.json()["code"]) == (409, "other_terms")
    assert refused.json()["accepted"] == read["digests"]
    assert alma.get("/v1/terms-acceptances").json()["items"] == []
    signed = alma.post(f"{path}/sign", {"digest": digest, "terms_digest": read["digest"]})
    assert signed.status_code == 200, signed.content
    assert signed.json()["terms"] == {"language": "es", "digest": read["digest"]}
    assert alma.get(path).json()["signatures"][0]["terms"] == {"language": "es", "digest": read["digest"]}
    (row,) = alma.get("/v1/terms-acceptances").json()["items"]
    assert (row["contract_id"], row["signer_kind"], row["version"]) == (draft["id"], "key", 2)
    kept = alma.get(f"/v1/programmes/standard/versions/2/terms?digest={read['digest']}").json()
    assert (kept["language"], kept["text"]) == ("es", read["text"])
    next_version(world)
    later = f"/v1/contracts/{drafted(world, alma, document=soon(alma))['id']}"
    assert alma.post(f"{later}/propose").status_code == 200
    told = {
        "en": ("The way of a claim", "7 days"),
        "es": ("El curso de una reclamación", "7 días"),
        "zh-hans": ("索赔的过程", "7 天"),
    }
    for language, (title, days) in told.items():
        anew = alma.get(f"{later}/terms?language={language}").json()
        assert (anew["standing"], anew["accepted_before"]["version"]) == ("again", 2)
        ((gone,), (new,)) = (anew["changes"][0][side] for side in ("before", "after"))
        assert days in gone
        assert new == gone.replace("7", "8")
        assert new in anew["text"]
        assert gone not in anew["text"]
        assert anew["changes"] == [{"title": title, "keys": ["claims.appeal_days"], "before": [gone], "after": [new]}]
    silent = alma.post(f"{later}/sign", {"digest": alma.get(later).json()["digest"]})
    assert (silent.status_code, silent.json()["code"]) == (409, "terms_changed")
