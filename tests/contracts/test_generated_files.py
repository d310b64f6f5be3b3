"""Code equals committed: nobody has to remember to run the generator."""

from cli.contracts import Described, as_json, committed, differences, documents, who_reads_what


def test_what_is_committed_is_what_the_services_say(described: dict[str, Described]) -> None:
    stale = differences(documents(described), committed())
    assert stale == [], "run ./yihu contracts"


def test_a_missing_a_stale_and_a_left_over_file_are_all_named() -> None:
    assert differences({"a": "1", "b": "2"}, {"b": "3", "c": "4"}) == ["a", "b", "c"]


def test_readers_are_listed_by_producer_and_type() -> None:
    told: dict[str, Described] = {
        "tickets": {"events": {"tickets.a.v1": {}, "tickets.b.v1": {}}, "reads": [], "reads_all": []},
        "notify": {"events": {}, "reads": [{"type": "tickets.a.v1"}], "reads_all": []},
        "console": {"events": {}, "reads": [], "reads_all": ["tickets"]},
    }
    assert who_reads_what(told) == {"tickets": {"tickets.a.v1": ["console", "notify"], "tickets.b.v1": ["console"]}}


def test_the_same_services_give_the_same_bytes(described: dict[str, Described]) -> None:
    assert {name: as_json(text) for name, text in documents(described).items()} == {
        name: as_json(text) for name, text in documents(described).items()
    }


def test_every_event_says_what_it_means(described: dict[str, Described]) -> None:
    silent = [
        type_ for told in described.values() for type_, event in told["events"].items() if len(event["meaning"]) < 10
    ]
    assert silent == []
