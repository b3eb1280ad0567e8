"""Questions to answers: one place for each command; Telegram is its outermost skin."""
