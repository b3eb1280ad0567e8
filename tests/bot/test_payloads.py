"""What waits in the outbox is what was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.payloads import from_json, to_json
from bot.replies import Button, Chart, Document, Picture, Reply, Series

words = st.text(max_size=20)
numbers = st.floats(allow_nan=False, allow_infinity=False)
charts = st.builds(
    Chart,
    kind=st.sampled_from(["line", "bar"]),
    title=words,
    labels=st.lists(words, max_size=3).map(tuple),
    series=st.lists(
        st.builds(Series, name=words, values=st.lists(numbers, max_size=3).map(tuple)), max_size=2
    ).map(tuple),
    unit=words,
    note=words,
    percent=st.booleans(),
    marks=st.lists(st.tuples(words, numbers), max_size=2).map(tuple),
    signed=st.booleans(),
    cut=st.tuples(st.booleans(), st.booleans()),
)
pictures = st.builds(Picture, name=words, png=st.binary(max_size=30), caption=words)
replies = st.builds(
    Reply,
    text=words,
    buttons=st.lists(
        st.lists(st.builds(Button, caption=words, line=words), max_size=2).map(tuple), max_size=2
    ).map(tuple),
    charts=st.lists(charts | pictures, max_size=2).map(tuple),
    document=st.none() | st.builds(Document, filename=words, content=st.binary(max_size=30), caption=words),
    edit=st.booleans(),
)


@given(reply=replies)
def test_a_reply_survives_the_outbox_whole(reply: Reply) -> None:
    assert from_json(to_json(reply)) == reply


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"text": "x", "buttons": [1]}', "null"])
def test_what_is_no_reply_is_said_so(text: str) -> None:
    with pytest.raises(ValueError, match="needed the JSON of a reply"):
        from_json(text)
