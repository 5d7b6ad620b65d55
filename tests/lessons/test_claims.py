"""Tests of explorer/lessons/claims.py and of the claims themselves."""

from __future__ import annotations

import re
import tomllib

import pytest

from explorer import analyze, load
from explorer.blocks.residual_parts import Balance, balances
from explorer.lessons.claims import Claim, Verdict, claims
from explorer.lessons.facts import fact
from explorer.lessons.lessons import lessons
from explorer.lessons.literature import REFERENCE
from explorer.paths import PAGES
from explorer.photos.samples import SAMPLES

WELL_KNOWN = {
    "vanishing-gradients": Verdict.FALSE,
    "ensemble-of-six": Verdict.FALSE,
    "human-accuracy": Verdict.FALSE,
    "hundred-layers": Verdict.FALSE,
    "more-layers": Verdict.FALSE,
    "close-to-identity": Verdict.DEPENDS,
    "depth-costs": Verdict.DEPENDS,
    "fewer-parameters": Verdict.FALSE,
}


def by_id() -> dict[str, Claim]:
    return {claim.id: claim for claim in claims()}


def test_the_best_known_claims_are_there_with_their_verdicts() -> None:
    assert len(by_id()) == len(claims()) >= 12
    assert {id: by_id()[id].verdict for id in WELL_KNOWN} == WELL_KNOWN
    assert {claim.verdict for claim in claims()} == set(Verdict)


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.id)
def test_a_claim_says_who_makes_it_and_what_decides_it(claim: Claim) -> None:
    assert claim.said_by
    assert claim.decided_by
    assert "{{" not in claim.answer
    assert not claim.answer.endswith("\\")
    assert all("{{" not in citation.line for citation in (*claim.said_by, *claim.decided_by))
    if claim.look:
        assert (PAGES / f"{claim.look.page}.py").is_file()
        assert (claim.look.page == "lessons") == bool(claim.look.lesson)
        assert claim.look.lesson in ("", *lessons())
    if claim.figure:
        assert all(bar.value > 0 for bar in claim.figure.amounts)
        assert set(claim.figure.sources) <= set(claim.works)
        assert all(bar.text in claim.figure.alt for bar in claim.figure.amounts)


def test_no_number_of_a_built_in_network_is_typed() -> None:
    with (REFERENCE / "claims.toml").open("rb") as file:
        texts = [entry["answer"] for entry in tomllib.load(file)["claim"]]
    on_builtin = [text for text in texts if re.search("built-in|this app", text)]
    assert on_builtin
    digits = re.compile(r"\d[\d.,]*\s*%|\d+\.\d")
    assert [text for text in on_builtin if digits.search(text)] == []


def test_the_numbers_of_the_paper_are_the_papers() -> None:
    errors = {bar.label: bar.value for bar in by_id()["more-layers"].figure.amounts}  # type: ignore[union-attr]
    assert errors == {"ResNet-110": 6.43, "ResNet-1202": 7.93}


def test_what_is_said_of_the_gradients_was_recorded() -> None:
    """The answer names a vanishing, a healthy and an exploding gradient."""
    vanishing, healthy = fact("flow.plain.free.pytorch.110"), fact("flow.plain.free.he.110")
    exploding = fact("flow.plain.bn.he.110")
    assert vanishing.value < 1e-6 < 1e-3 < healthy.value < 1e3 < 1e5 < exploding.value
    answer = by_id()["vanishing-gradients"].answer
    assert all(ratio.text in answer for ratio in (vanishing, healthy, exploding))


def test_the_deeper_plain_network_is_worse_on_the_photos_that_it_was_trained_on() -> None:
    shallow, deep, *residual = (
        fact(f"learning.{name}.training").value
        for name in ("plain18", "plain34", "residual18", "residual34")
    )
    assert deep > 2 * shallow > 2 * max(residual)


def test_fewer_parameters_took_longer_in_the_reference_measurement() -> None:
    assert fact("imagenet.densenet121.params").value < fact("imagenet.resnet18.params").value
    assert fact("times.densenet121.of_resnet18").value > 1.2


def test_a_residual_twin_survives_every_cut_and_the_plain_one_none() -> None:
    assert fact("cuts.residual18.worst").value > 0.5 * fact("cuts.residual18.whole").value
    assert fact("cuts.plain18.best").value < 0.1 * fact("cuts.plain18.whole").value


@pytest.fixture(scope="module")
def strengths() -> dict[str, Balance]:
    """Strengths of branch and shortcut on the app's first photo, by block."""
    return balances(analyze(load("resnet34"), SAMPLES["motorcycle"].open()).forward_pass)


def test_what_is_said_of_the_built_in_blocks_holds(strengths: dict[str, Balance]) -> None:
    middle = [balance.ratio for block, balance in strengths.items() if block in MIDDLE]
    branch_is_stronger = [block for block, balance in strengths.items() if balance.ratio > 1]
    assert max(middle) < 0.5
    assert branch_is_stronger == ["layer3.0", "layer4.0", "layer4.1", "layer4.2"]


MIDDLE = ("layer2.1", "layer2.2", "layer3.2", "layer3.3", "layer3.4")


def test_more_layers_hardly_help_the_built_in_networks_as_is_said() -> None:
    answer = by_id()["more-layers"].answer
    fifty, fewest, most = (float(top1) for top1 in re.findall(r"(\d\d\.\d\d)\s%", answer))
    assert fifty < fewest
    assert abs(most - fewest) < 1
