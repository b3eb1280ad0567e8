"""The model report: one page that carries everything in itself."""

from html.parser import HTMLParser

from pipeline.evaluation.report import ReportContent, report_page
from store.records import BandRecord, ModelReport

SERVED = ModelReport(
    task="churn",
    name="served",
    served=True,
    metrics={
        "auc": 0.826,
        "auc_low": 0.815,
        "auc_high": 0.838,
        "log_loss": 0.513,
        "threshold": 0.44,
        "accuracy": 0.75,
        "f1": 0.77,
        "f1_at_half": 0.74,
    },
    confusion=(1_900, 700, 600, 2_000),
)
CONSTANT = ModelReport(task="churn", name="constant <rate>", served=False, metrics={"log_loss": 0.693})


class Outline(HTMLParser):
    """Collects the tags that open and close, and where a page would reach outside of itself."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "img"}:
            self.open.append(tag)
        self.outside += [
            value
            for name, value in attrs
            if name in {"src", "href"} and value and not value.startswith("data:")
        ]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page() -> str:
    return report_page(
        ReportContent(
            title="Churn & more",
            message="Of 214 customers rated high last time, 131 left within 30 days",
            facts={"data until": "2013-09-01"},
            reports=(SERVED, CONSTANT),
            bands=(
                BandRecord(band="low", customers=0, left=0),
                BandRecord(band="high", customers=214, left=131),
            ),
            horizon_days=30,
            pictures={"roc": b"\x89PNG", "other": b"\x89PNG"},
            captions={"roc": "Found against false alarms"},
            findings=("<script>alert(1)</script>",),
            sections={"AUC of one family alone": {"trend": 0.7}, "nothing": {}},
        )
    )


def test_the_page_is_well_formed_and_reaches_for_nothing_outside() -> None:
    outline = Outline()
    outline.feed(page())
    outline.close()

    assert outline.open == []
    assert outline.outside == []


def test_the_page_says_what_each_band_did() -> None:
    assert "<tr><td>high</td><td>214</td><td>131</td><td>61%</td></tr>" in page()
    assert "<tr><td>low</td><td>0</td><td>0</td><td>–</td></tr>" in page()


def test_the_page_shows_figures_with_intervals_and_marks_the_served_model() -> None:
    assert "<tr class=served><td>served</td><td>0.826<span>0.815–0.838</span></td>" in page()
    assert "<td>1,900</td><td>700</td><td>600</td><td>2,000</td>" in page()


def test_words_from_outside_are_escaped() -> None:
    assert "<script>" not in page()
    assert "constant &lt;rate&gt;" in page()
    assert "Churn &amp; more" in page()


def test_a_page_without_anything_measured_is_short() -> None:
    text = report_page(ReportContent(title="Churn", message="nobody was active"))

    assert "nobody was active" in text
    assert "<table" not in text
    assert "<img" not in text


def test_a_model_without_confusion_has_dashes() -> None:
    bare = ModelReport(task="churn", name="bare", served=False, metrics={"threshold": 0.5})

    assert "<td>–</td>" * 4 in report_page(ReportContent(title="x", message="y", reports=(bare,)))


def test_bands_without_a_horizon_are_still_shown() -> None:
    band = BandRecord(band="high", customers=2, left=1)

    assert "<th>Left</th>" in report_page(ReportContent(title="x", message="y", bands=(band,)))
