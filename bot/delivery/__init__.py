"""Everything that leaves for Telegram: limits, splitting, sending, the outbox.

What answers a person goes at once; what is pushed (alerts, digests) is first a row in the outbox.
"""
