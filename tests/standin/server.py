"""HTTP around the stand-in, in a thread of its own, and what people do."""

import asyncio
import itertools
import json
import secrets
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.standin.faults import Fault
from tests.standin.messages import Post
from tests.standin.methods import BOT_NAME, Api, Chats, Upload, chat_json
from tests.standin.rules import RefusedError

__all__ = ["BOT_NAME", "TOKEN", "Standin", "fresh_token"]

TOKEN = "700000002:" + "S" * 35
_LONGEST_POLL = 50.0


def fresh_token() -> str:
    """A token nobody else uses: a bot is locked on its machine by its token, and tests run side by side."""
    return f"700000002:{secrets.token_hex(18)}"


class Standin:
    """Used as a context manager; every public method may be called from the test's thread."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.chats = Chats()
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.faults: list[Fault] = []
        self.waiting: dict[int, dict[str, Any]] = {}
        self.again: list[dict[str, Any]] = []
        self.backwards = False
        self.polls = 0
        self.root = ""
        self._api = Api(self.chats)
        self._ids = itertools.count(1000)
        self._changed = threading.Condition(threading.RLock())
        self._loop = asyncio.new_event_loop()
        self._poll: asyncio.Future[str] | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ready = threading.Event()

    # -- people -------------------------------------------------------------------------------------------

    def says(self, user_id: int, text: str, *, chat_id: int | None = None, **more: object) -> int:
        """A person writes; returns the update's id."""
        chat = chat_json(chat_id or user_id)
        entities = [
            {"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}
            for _ in range(1)
            if text.startswith("/")
        ]
        with self._changed:
            message = {
                "message_id": self.chats.new_message_id(),
                "date": 1_700_000_000,
                "chat": chat,
                "from": _person(user_id),
                "text": text,
                "entities": entities,
                **more,
            }
        return self.update(message=message)

    def presses(self, user_id: int, post: Post, caption: str = "", *, forged: str = "") -> int:
        """A person presses a button (or sends what no button sent)."""
        query = f"query-{next(self._ids)}"
        with self._changed:
            self.chats.pressed.add(query)
            message = post.as_json(
                {"id": 700000002, "is_bot": True, "first_name": "S"}, chat_json(post.chat_id)
            )
        return self.update(
            callback_query={
                "id": query,
                "from": _person(user_id),
                "message": message,
                "chat_instance": str(post.chat_id),
                "data": forged or post.callback(caption),
            }
        )

    def update(self, **body: object) -> int:
        """Put any update into the queue."""
        with self._changed:
            update_id = next(self._ids)
            self.waiting[update_id] = {"update_id": update_id, **body}
        self._wake("update")
        return update_id

    def repeat(self, update_id: int, body: dict[str, Any]) -> None:
        """Deliver an update a second time."""
        with self._changed:
            self.again.append({**body, "update_id": update_id})
        self._wake("update")

    # -- what the tests ask ---------------------------------------------------------------------------------

    def fault(self, method: str, kind: Any, **more: Any) -> Fault:
        """Let something go wrong from now on."""
        with self._changed:
            fault = Fault(method, kind, **more)
            self.faults.append(fault)
            return fault

    def posts(self, chat_id: int) -> list[Post]:
        """The bot's messages in one chat so far."""
        with self._changed:
            return [post for post in self.chats.posts if post.chat_id == chat_id]

    def wait(self, true: Callable[[], object], *, seconds: float = 10.0, what: str = "") -> None:
        """Wait until something holds; checked whenever a request was served."""
        end = time.monotonic() + seconds
        with self._changed:
            while not true():
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"not within {seconds} s: {what or true}; posts: {self.chats.posts}")
                self._changed.wait(min(left, 0.25))

    def answer(self, chat_id: int, *, after: int = 0, seconds: float = 10.0) -> Post:
        """The bot's message number ``after`` in the chat, waited for."""
        self.wait(
            lambda: len(self.posts(chat_id)) > after, seconds=seconds, what=f"post {after} in {chat_id}"
        )
        return self.posts(chat_id)[after]

    def calls(self, method: str) -> list[dict[str, str]]:
        """Parameters of every request for a method, also of refused ones."""
        with self._changed:
            return [words for name, words in self.requests if name == method]

    # -- HTTP -----------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        application = web.Application(client_max_size=60_000_000)
        application.router.add_route("*", "/bot{token}/{method}", self._serve)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        self._loop.run_until_complete(site.start())
        self.root = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._ready.set()
        self._loop.run_forever()
        self._wake("stop", here=True)
        self._loop.run_until_complete(runner.cleanup())
        unanswered = asyncio.all_tasks(self._loop)
        for task in unanswered:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*unanswered, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _refused(RefusedError(401, "Unauthorized"))
        try:
            method = self._api.name_of(request.match_info["method"])
        except RefusedError as unknown:
            return _refused(unknown)
        words, files = await _parameters(request)
        chat_id = int(words["chat_id"]) if words.get("chat_id") else None
        with self._changed:
            self.requests.append((method, words))
            fault = next((fault for fault in self.faults if fault.applies(method, chat_id)), None)
        if fault is not None:
            return await self._go_wrong(fault, request, method, words, files)
        return await self._do(method, words, files)

    async def _do(self, method: str, words: dict[str, str], files: dict[str, Upload]) -> web.Response:
        try:
            if method == "getUpdates":
                done: object = await self._updates(words)
            else:
                with self._changed:
                    done = self._api.call(method, words, files)
        except RefusedError as refusal:
            return _refused(refusal)
        finally:
            with self._changed:
                self._changed.notify_all()
        return web.json_response({"ok": True, "result": done})

    async def _go_wrong(
        self,
        fault: Fault,
        request: web.Request,
        method: str,
        words: dict[str, str],
        files: dict[str, Upload],
    ) -> web.StreamResponse:
        answer: web.Response | None = None
        if fault.kind in ("late", "drop_after"):
            answer = await self._do(method, words, files)
        await asyncio.sleep(fault.seconds)
        if fault.kind in ("drop_before", "drop_after") and request.transport is not None:
            request.transport.close()
        if fault.kind == "garbage":
            return web.Response(text="<html>not the Bot API</html>")
        if fault.kind == "500":
            return web.Response(status=502, text="<html>Bad Gateway</html>")
        return answer or _refused(_refusal(fault))

    async def _updates(self, words: dict[str, str]) -> list[dict[str, Any]]:
        self._wake("conflict", here=True)
        offset, limit = int(words.get("offset") or 0), int(words.get("limit") or 100)
        end = self._loop.time() + min(float(words.get("timeout") or 0), _LONGEST_POLL)
        with self._changed:
            self.polls += 1
            for update_id in [known for known in self.waiting if known < offset]:
                del self.waiting[update_id]
        while True:
            with self._changed:
                batch = [*self.again, *self.waiting.values()][:limit]
                self.again.clear()
            left = end - self._loop.time()
            if batch or left <= 0:
                return batch[::-1] if self.backwards else batch
            self._poll = self._loop.create_future()
            try:
                woken = await asyncio.wait_for(self._poll, left)
            except TimeoutError:
                continue
            if woken == "conflict":
                raise RefusedError(409, "Conflict: terminated by other getUpdates request")
            if woken == "stop":
                return []

    def _wake(self, why: str, *, here: bool = False) -> None:
        def wake() -> None:
            if self._poll is not None and not self._poll.done():
                self._poll.set_result(why)

        if here:
            wake()
        else:
            self._loop.call_soon_threadsafe(wake)


def _person(user_id: int) -> dict[str, Any]:
    return {"id": user_id, "is_bot": False, "first_name": f"Person {user_id}", "language_code": "en"}


def _refusal(fault: Fault) -> RefusedError:
    if fault.kind == "429":
        words = f"Too Many Requests: retry after {fault.retry_after}"
        return RefusedError(429, words, {"retry_after": fault.retry_after})
    if fault.kind == "migrated":
        words = "Bad Request: group chat was upgraded to a supergroup chat"
        return RefusedError(400, words, {"migrate_to_chat_id": int(fault.text)})
    if fault.kind in ("409", "403", "400"):
        return RefusedError(int(fault.kind), fault.text or f"Refused: {fault.kind}")
    return RefusedError(500, "Internal Server Error")


def _refused(refusal: RefusedError) -> web.Response:
    body: dict[str, object] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return web.json_response(body, status=refusal.code)


async def _parameters(request: web.Request) -> tuple[dict[str, str], dict[str, Upload]]:
    words = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        given = await request.json()
        words |= {name: word if isinstance(word, str) else json.dumps(word) for name, word in given.items()}
        return words, files
    for name, word in (await request.post()).items():
        if isinstance(word, web.FileField):
            files[name] = Upload(word.filename, word.file.read())
        else:
            words[name] = str(word)
    return words, files
