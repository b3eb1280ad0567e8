"""Tests of what comes from Telegram."""
