"""How fast may be sent: Telegram's limits, kept by ourselves before Telegram has to say so.

``Pace`` is the arithmetic, without a clock; ``Limiter`` waits by it.
"""

import asyncio
import time
from bisect import insort
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

_PRUNE_ABOVE = 512


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What Telegram bears, and a little less.

    Attributes:
        per_second: Messages a second to everybody, in the long run; Telegram's own limit is about 30.
        burst: As many that nobody waits for may leave at once after a pause; with ``per_second`` it makes 30,
            and in no second do more leave than that.
        answer_burst: As many answers may leave at once after a pause. People ask in bursts: where 20 a second
            come on average, more than 30 come in one second of a hundred, and nobody else has to wait.
        chat_per_second: Messages a second to one chat.
        chat_burst: As many may leave at once to one chat: a text, a picture, a file.
        group_messages: Messages to one group in ``group_seconds``.
    """

    per_second: float = 25.0
    burst: int = 5
    answer_burst: int = 30
    chat_per_second: float = 1.0
    chat_burst: int = 3
    group_messages: int = 20
    group_seconds: float = 60.0


@dataclass
class _Bucket:
    """Fills with each message, leaks with time; a message needs room in it."""

    rate: float
    level: float = 0.0
    at: float = 0.0

    def wait(self, now: float, messages: int, capacity: int) -> float:
        left = self._left(now)
        # What is larger than the bucket goes when the bucket is empty, and takes its time afterwards.
        surplus = left + min(messages, capacity) - capacity
        return max(0.0, surplus / self.rate)

    def take(self, now: float, messages: int) -> None:
        self.level = self._left(now) + messages
        self.at = now

    def idle(self, now: float) -> bool:
        return self._left(now) <= 0.0

    def _left(self, now: float) -> float:
        return max(0.0, self.level - (now - self.at) * self.rate)


@dataclass
class _Window:
    """At most ``most`` messages within ``seconds``, counted one by one."""

    most: int
    seconds: float
    times: deque[float] = field(default_factory=deque)

    def wait(self, now: float, messages: int) -> float:
        while not self.idle(now) and self.times[0] <= now - self.seconds:
            self.times.popleft()
        surplus = len(self.times) + min(messages, self.most) - self.most
        return max(0.0, self.times[surplus - 1] + self.seconds - now) if surplus > 0 else 0.0

    def take(self, now: float, messages: int) -> None:
        self.times.extend([now] * messages)

    def idle(self, now: float) -> bool:
        return not self.times or self.times[-1] <= now - self.seconds


@dataclass
class _Chat:
    bucket: _Bucket
    window: _Window
    held_until: float = 0.0


class Pace:
    """When the next message may go; times in seconds of any steady clock."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._overall = _Bucket(limits.per_second)
        self._second = _Window(int(limits.per_second) + limits.burst, 1.0)
        self._chats: dict[int, _Chat] = {}

    def overall_wait(self, now: float, messages: int = 1, *, urgent: bool = False) -> float:
        """Seconds until anything at all may go; what is urgent finds room first."""
        burst = max(self._limits.burst, self._limits.answer_burst if urgent else 0)
        return max(self._overall.wait(now, messages, burst), self._second.wait(now, messages))

    def chat_wait(self, chat_id: int, now: float, messages: int = 1) -> float:
        """Seconds until something may go to this chat, other chats apart."""
        chat = self._chats.get(chat_id)
        if chat is None:
            return 0.0
        wait = max(chat.bucket.wait(now, messages, self._limits.chat_burst), chat.held_until - now)
        return max(wait, chat.window.wait(now, messages)) if chat_id < 0 else wait

    def take(self, chat_id: int, now: float, messages: int = 1, new_messages: int | None = None) -> None:
        """Count messages that go now; ``new_messages`` of them are new in the chat (None: all)."""
        chat = self._chat(chat_id)
        new = messages if new_messages is None else new_messages
        self._overall.take(now, messages)
        self._second.take(now, messages)
        chat.bucket.take(now, new)
        if chat_id < 0:
            chat.window.take(now, new)
        if len(self._chats) > _PRUNE_ABOVE:
            self._forget_idle(now)

    def hold(self, chat_id: int, until: float) -> None:
        """Nothing goes to this chat before then; the others go on."""
        chat = self._chat(chat_id)
        chat.held_until = max(chat.held_until, until)

    def _chat(self, chat_id: int) -> _Chat:
        if chat_id not in self._chats:
            limits = self._limits
            self._chats[chat_id] = _Chat(
                _Bucket(limits.chat_per_second),
                _Window(limits.group_messages, limits.group_seconds),
            )
        return self._chats[chat_id]

    def _forget_idle(self, now: float) -> None:
        self._chats = {
            chat_id: chat
            for chat_id, chat in self._chats.items()
            if not (chat.bucket.idle(now) and chat.window.idle(now) and chat.held_until <= now)
        }


@dataclass(order=True)
class _Waiter:
    rank: tuple[int, int]
    chat_id: int = field(compare=False)
    messages: int = field(compare=False)
    turn: asyncio.Future[None] = field(compare=False)
    new_messages: int = field(compare=False)


class Limiter:
    """Gives each message its turn: answers before what is pushed, and each chat in order."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace = Pace(limits)
        self._clock = clock
        self._waiting: list[_Waiter] = []
        self._arrived = 0
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, chat_id: int, *, urgent: bool, messages: int = 1, in_place: bool = False) -> None:
        """Return when ``messages`` messages may go to the chat.

        Args:
            chat_id: Negative for a group, as Telegram has it.
            urgent: Somebody waits for it.
            messages: More than one for an album.
            in_place: An edit: it adds no message to the chat, so turning pages is as quick as a person is.
        """
        self._arrived += 1
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        insort(
            self._waiting,
            _Waiter((int(not urgent), self._arrived), chat_id, messages, turn, 0 if in_place else messages),
        )
        self._let_go()
        if not turn.done():
            await turn

    def hold(self, chat_id: int, seconds: float) -> None:
        """Telegram asked for a pause in this chat."""
        self._pace.hold(chat_id, self._clock() + seconds)

    @property
    def depth(self) -> int:
        """Messages that wait for their turn."""
        return len(self._waiting)

    def _let_go(self) -> None:
        now = self._clock()
        soonest = float("inf")
        blocked: set[int] = set()
        still: list[_Waiter] = []
        for place, waiter in enumerate(self._waiting):
            if waiter.turn.done():  # cancelled
                continue
            overall = self._pace.overall_wait(now, waiter.messages, urgent=waiter.rank[0] == 0)
            if overall > 0:
                soonest = min(soonest, overall)
                still.extend(self._waiting[place:])
                break
            wait = self._pace.chat_wait(waiter.chat_id, now, waiter.new_messages)
            if wait > 0 or waiter.chat_id in blocked:
                soonest = min(soonest, wait or soonest)
                blocked.add(waiter.chat_id)
                still.append(waiter)
                continue
            self._pace.take(waiter.chat_id, now, waiter.messages, waiter.new_messages)
            waiter.turn.set_result(None)
        self._waiting = still
        self._set_timer(soonest)

    def _set_timer(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if seconds != float("inf"):
            # A hair later, so that rounding never wakes us just too early.
            self._timer = asyncio.get_running_loop().call_later(seconds + 1e-4, self._let_go)
