"""What many tests share."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest.register_assert_rewrite("tests.model_rules")

# As the command line sets it for the bot: durations as the Telegram library will have them.
os.environ.setdefault("PTB_TIMEDELTA", "true")

SHARED = Path(__file__).resolve().parents[2] / "shared"

# No deadlines: on a busy machine they would measure the others. The same examples every time, so that a
# change is blamed for nothing but itself; `pytest --hypothesis-profile=search` looks for new ones.
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", parent=settings.get_profile("search"), derandomize=True)
settings.load_profile("same")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets beside the project."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("the real data sets are not beside this checkout (../shared/data)")
    return folder
