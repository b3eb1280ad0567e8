"""Keeping the token out of every log, tracebacks included."""

import logging

HIDDEN = "‹token›"


class TokenFilter(logging.Filter):
    """Rewrites each record before a handler formats it; a logger's own filter would not be inherited."""

    def __init__(self, token: str) -> None:
        super().__init__()
        secret = token.partition(":")[2]
        self._hidden = [text for text in (token, token.replace(":", "%3A"), secret) if text]
        self._formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the token in the message, the traceback and the stack."""
        record.msg = self.redacted(record.getMessage())
        record.args = ()
        if record.exc_info and not record.exc_text:
            record.exc_text = self._formatter.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self.redacted(record.exc_text)
        if record.stack_info:
            record.stack_info = self.redacted(record.stack_info)
        return True

    def redacted(self, text: str) -> str:
        """The text without the token."""
        for hidden in self._hidden:
            text = text.replace(hidden, HIDDEN)
        return text


def keep_token_out(token: str) -> None:
    """Let no handler of the root logger write the token, and the HTTP library write no addresses."""
    # At INFO it writes every address, and the address of a bot holds its token.
    for noisy in ("httpx", "httpcore", "apscheduler"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # It writes a traceback for each answer that is no JSON; what was wrong is written where it is handled.
    logging.getLogger("telegram.request.BaseRequest").setLevel(logging.CRITICAL)
    for handler in logging.getLogger().handlers:
        handler.addFilter(TokenFilter(token))
