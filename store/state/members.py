"""Who may talk to the bot, how people get in, and what they subscribed to."""

from datetime import datetime

from store.records import Role
from store.state.database import Database
from store.state.records import LinkFailures, LinkToken, Member, Subscription, SubscriptionKind
from store.times import micros, moment, optional_micros, optional_moment


class Members(Database):
    """Questions about ``members``, ``link_tokens``, ``link_failures`` and ``subscriptions``."""

    def member(self, user_id: int) -> Member | None:
        """The member of this Telegram id."""
        found = self._members("WHERE user_id = ?", user_id)
        return found[0] if found else None

    def members(self) -> tuple[Member, ...]:
        """All members, by id."""
        return self._members("ORDER BY user_id")

    def save_member(self, member: Member) -> None:
        """Let somebody in, or change what is known of him."""
        self._change(
            "INSERT OR REPLACE INTO members (user_id, chat_id, name, role, customer_id, zone, added_at,"
            " added_by, language, quiet_from, quiet_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            member.user_id,
            member.chat_id,
            member.name,
            member.role,
            member.customer_id,
            member.zone,
            micros(member.added_at),
            member.added_by,
            member.language,
            member.quiet_from,
            member.quiet_until,
        )

    def remove_member(self, user_id: int) -> bool:
        """Shut somebody out, with his subscriptions; False where he was not in."""
        with self.transaction():
            self._change("DELETE FROM subscriptions WHERE user_id = ?", user_id)
            return self._change("DELETE FROM members WHERE user_id = ?", user_id) > 0

    def invite(self, token: LinkToken) -> None:
        """Keep an invitation."""
        self._change(
            "INSERT INTO link_tokens (token_hash, role, customer_id, expires_at, created_by, name)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            token.token_hash,
            token.role,
            token.customer_id,
            micros(token.expires_at),
            token.created_by,
            token.name,
        )

    def link_token(self, token_hash: str, at: datetime) -> LinkToken | None:
        """Look at an invitation without using it; None where it is unknown, used or expired."""
        row = self._one(
            "SELECT * FROM link_tokens WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?",
            token_hash,
            micros(at),
        )
        if row is None:
            return None
        return LinkToken(
            token_hash=row["token_hash"],
            role=row["role"],
            customer_id=row["customer_id"],
            expires_at=moment(row["expires_at"]),
            created_by=row["created_by"],
            name=row["name"],
        )

    def use_link_token(self, token_hash: str, at: datetime) -> LinkToken | None:
        """Use an invitation up; None where it is unknown, used or expired: of two users one wins."""
        with self.transaction():
            token = self.link_token(token_hash, at)
            if token is not None:
                self._change(
                    "UPDATE link_tokens SET used_at = ? WHERE token_hash = ?", micros(at), token_hash
                )
            return token

    def void_link_tokens(self, at: datetime, *, role: Role | None = None, by: int | None = None) -> int:
        """Let invitations to a role, or by a person, count as used.

        Returns:
            How many were open.
        """
        return self._change(
            "UPDATE link_tokens SET used_at = ?1 WHERE used_at IS NULL"
            " AND (?2 IS NULL OR role = ?2) AND (?3 IS NULL OR created_by = ?3)",
            micros(at),
            role,
            by,
        )

    def forget_link_tokens(self, before: datetime) -> int:
        """Drop invitations that expired before, and guesses nobody made since then."""
        with self.transaction():
            self._change("DELETE FROM link_failures WHERE last_at < ?", micros(before))
            return self._change("DELETE FROM link_tokens WHERE expires_at < ?", micros(before))

    def link_failed(self, user_id: int, at: datetime) -> None:
        """Count that somebody brought an invitation that is none."""
        self._change(
            "INSERT INTO link_failures (user_id, failures, last_at) VALUES (?1, 1, ?2)"
            " ON CONFLICT (user_id) DO UPDATE SET failures = failures + 1, last_at = ?2",
            user_id,
            micros(at),
        )

    def link_failures(self, user_id: int) -> LinkFailures | None:
        """What was counted about somebody; None: nothing."""
        row = self._one("SELECT failures, last_at FROM link_failures WHERE user_id = ?", user_id)
        return None if row is None else LinkFailures(failures=row["failures"], last_at=moment(row["last_at"]))

    def clear_link_failures(self, user_id: int) -> None:
        """Somebody got in: what he mistyped before is forgotten."""
        self._change("DELETE FROM link_failures WHERE user_id = ?", user_id)

    def subscribe(self, subscription: Subscription) -> None:
        """Subscribe a chat, or change its subscription of that kind."""
        self._change(
            "INSERT OR REPLACE INTO subscriptions (chat_id, kind, user_id, zone, hour, minute, weekdays,"
            " only_notable, since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            subscription.chat_id,
            subscription.kind,
            subscription.user_id,
            subscription.zone,
            subscription.hour,
            subscription.minute,
            subscription.weekdays,
            int(subscription.only_notable),
            optional_micros(subscription.since) or 0,
        )

    def unsubscribe(self, chat_id: int, kind: SubscriptionKind) -> bool:
        """End a subscription; False where there was none."""
        return self._change("DELETE FROM subscriptions WHERE chat_id = ? AND kind = ?", chat_id, kind) > 0

    def subscriptions(self, kind: SubscriptionKind) -> tuple[Subscription, ...]:
        """The subscriptions of a kind, by chat."""
        rows = self._all("SELECT * FROM subscriptions WHERE kind = ? ORDER BY chat_id", kind)
        return tuple(
            Subscription(
                **dict(row)
                | {
                    "only_notable": bool(row["only_notable"]),
                    "since": optional_moment(row["since"] or None),
                }
            )
            for row in rows
        )

    def _members(self, condition: str, *values: object) -> tuple[Member, ...]:
        rows = self._all(f"SELECT * FROM members {condition}", *values)
        return tuple(Member(**dict(row) | {"added_at": moment(row["added_at"])}) for row in rows)
