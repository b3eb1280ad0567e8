"""Names of titles: “Heat (1995)” tells the year, and “American President, The” is turned round."""

import re

import numpy as np
import pandas as pd

_YEAR = re.compile(r"^(?P<name>.*?)\s*\((?P<year>1[89]\d\d|20\d\d)(?:[-–—]\d{0,4})?\)\s*$")
_ARTICLE = re.compile(
    r"^(?P<rest>.+), "
    r"(?P<article>The|A|An|Le|La|Les|L'|Il|Lo|Gli|I|El|Los|Las|Der|Die|Das|Un|Une|Den|Det|O|Os|As)"
    r"(?P<after>\s*\(.*\))?$"
)


def name_and_year(text: str) -> tuple[str, int | None]:
    """“American President, The (1995)” → (“The American President”, 1995)."""
    found = _YEAR.match(text)
    name, year = (found["name"], int(found["year"])) if found else (text.strip(), None)
    turned = _ARTICLE.match(name)
    if turned:
        gap = "" if turned["article"].endswith("'") else " "
        name = f"{turned['article']}{gap}{turned['rest']}{turned['after'] or ''}"
    return name, year


def named(titles: pd.DataFrame) -> pd.DataFrame:
    """Clean each title's name and fill its year from the name where the source gives none."""
    pairs = [(None, None) if pd.isna(text) else name_and_year(str(text)) for text in titles["title"]]
    years = pd.to_numeric(titles["year"], errors="coerce").to_numpy(dtype=np.float64)
    told = np.array([np.nan if year is None else float(year) for _, year in pairs])
    return titles.assign(
        title=pd.Series([name for name, _ in pairs], index=titles.index, dtype=object),
        year=np.where(np.isnan(years), told, years),
    )
