"""Everything that leaves for Telegram: limits, splitting, sending, the outbox.

What answers a person goes at once; what is pushed (alerts, digests) is first a row in the outbox.
"""

import os

# Without it the library warns, on each 429, that durations will be of another type; we read both.
os.environ.setdefault("PTB_TIMEDELTA", "true")
