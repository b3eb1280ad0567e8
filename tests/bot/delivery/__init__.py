"""Tests of what leaves for Telegram."""
