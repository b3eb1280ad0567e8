import io

from pipeline.sources import streams


def test_translated_streams_give_whole_lines_piece_by_piece() -> None:
    def doubled(lines: bytes) -> bytes:
        return lines.replace(b"::", b"|")

    stream = io.BufferedReader(streams.Translated(io.BytesIO(b"a::b\nc::d"), doubled), 3)

    assert stream.read() == b"a|b\nc|d"
    assert streams.Translated(io.BytesIO(b""), doubled).readable()


def test_recoded_streams_give_utf8() -> None:
    stream = io.BufferedReader(streams.Recoded(io.BytesIO("é\nü".encode("utf-16")), "utf-16"), 3)

    assert stream.read().decode() == "é\nü"
    assert streams.Recoded(io.BytesIO(b""), "utf-16").readable()


def test_blanks_at_both_ends_of_a_line_are_dropped() -> None:
    assert streams.blanks_to_tabs(b"  a  b \r\n \tc\t \n") == b"a\tb\r\nc\n"
