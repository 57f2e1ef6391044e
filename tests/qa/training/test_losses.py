from __future__ import annotations

import pytest
import torch

from qa.training.losses import Read, losses


def read(start: list[float], relevance: float, answers: float, places: list[tuple[int, int]]) -> Read:
    return Read(torch.tensor(start), torch.tensor(start), torch.tensor(relevance), torch.tensor(answers), places)


def values(*example: Read) -> dict[str, float]:
    return {name: loss.item() for name, loss in losses(example).items()}


def test_what_is_sure_and_right_costs_nothing() -> None:
    found = values(read([20.0, 0.0, 0.0], 20.0, 20.0, [(0, 0)]), read([0.0, 0.0], 0.0, -20.0, []))
    assert found == pytest.approx({"span": 0.0, "relevance": 0.0, "verdict": 0.0}, abs=1e-6)


def test_places_are_normalised_over_all_passages() -> None:
    right = read([0.0, 0.0], 0.0, 0.0, [(1, 1)])
    alone = values(right)["span"]
    beside = values(right, read([0.0] * 6, 0.0, 0.0, []))["span"]
    assert alone == pytest.approx(torch.log(torch.tensor(2.0)).item())
    assert beside == pytest.approx(torch.log(torch.tensor(8.0)).item())


def test_each_of_several_right_places_will_do() -> None:
    both = values(read([5.0, 0.0, 5.0], 0.0, 0.0, [(0, 0), (2, 2)]))["span"]
    one = values(read([5.0, 0.0, 5.0], 0.0, 0.0, [(0, 0)]))["span"]
    assert both < 0.01 < one


def test_without_a_right_passage_only_the_verdict_is_learnt() -> None:
    found = values(read([1.0], 3.0, 2.0, []), read([1.0], 0.0, -9.0, []))
    assert list(found) == ["verdict"]
    assert found["verdict"] > 0.5


def test_from_a_right_passage_alone_only_its_place_is_learnt() -> None:
    assert list(values(read([1.0], 3.0, -5.0, [(0, 0)]))) == ["span"]


def test_a_relevant_passage_behind_another_costs() -> None:
    found = values(read([1.0], 0.0, 0.0, [(0, 0)]), read([1.0], 3.0, 0.0, []))
    assert found["relevance"] > 3.0
