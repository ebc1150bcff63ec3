"""No screen and no rule reads a large table whole: asked of both databases' own planners."""

from __future__ import annotations

import re
from contextlib import closing

import pytest

from storage.catalogue import catalogue
from storage.database import Store
from storage.migrate import MIGRATIONS
from storage.records import Scope, Sought, Wanted
from storage.scoping import asked, scoped
from storage.seeking import seeking
from tests.storage.grown import grown_plan
from tests.storage.hand import raw

LARGE = (
    "tickets", "deadlines", "outbox", "ledger", "attachments", "accounts", "web_messages", "inbox", "meetings",
    "meeting_items", "listings",
)  # fmt: skip
SEEN = {"seen_in": "c", "seen_by": "", "seen_private": 1, "seen_grids": None, "category": None}
MONTH = {**SEEN, "since": 1, "until": 9}
BY_TIME = "tickets_by_"
"""Either of two indexes that begin with a community and when its tickets were reported."""
SOUGHT = seeking(Sought(Scope("c", ("g1",), False, "p"), category="elevator"))
TIME = {"before_at": 40_000, "before_seq": 0, "after_at": 0, "after_seq": 0}
LISTED = {**scoped(Scope("c", ("g1",), False, "p")), **asked(Wanted())}
QUESTIONS = [
    ("listings_newest", {**LISTED, "before": 9_999, "limit": 9}, "t USING PRIMARY KEY"),
    (
        "listings_of_lane",
        {**LISTED, "lane": "accept", "calm": 0, "due_at": 1, "number": 1, "limit": 9},
        "listings_board",
    ),
    ("listings_counts", {**LISTED, "now": 1}, "listings_board"),
    ("listings_resolved", {**LISTED, "resolved_since": 39_000}, "listings_resolved"),
    ("listings_of", {"community": "c", "numbers": "[1]"}, "t USING PRIMARY KEY"),
    ("tickets_open_in_grid", {"grid": "g", "alike": None, "limit": 9}, "tickets_living"),
    ("tickets_queue", {"community": "c", "limit": 9}, "tickets_queued"),
    ("tickets_closed_since", {"grid": "g", "since": 1, "limit": 9}, "tickets_closed"),
    ("notices_alive", {"grids": '["g"]', "week": 1, "month": 1, "now": 1}, "tickets_living"),
    ("notices_closed", {"grid": "g", "week": 1, "month": 1, "since": 1}, "tickets_closed"),
    ("notices_results", {"grid": "g", "since": 1, "limit": 9}, "tickets_closed"),
    ("notices_results_fresh", {"grid": "g", "limit": 9}, "tickets_living"),
    ("tickets_of_reporter", {"person": "p", "limit": 9}, "tickets_reported_by"),
    ("tickets_todo", {"people": '["p"]', "grids": '["g"]', "limit": 9}, "tickets_in_hand"),
    ("tickets_todo", {"people": '["p"]', "grids": '["g"]', "limit": 9}, "tickets_unaccepted"),
    ("tickets_by_card", {"chat": "c", "message": "m"}, "tickets_said_in"),
    ("deadlines_due", {"now": 1, "limit": 9}, "deadlines_running"),
    ("deadlines_next_due", {}, "deadlines_running"),
    ("dialogues_due", {"now": 1, "limit": 9}, "dialogues_ending"),
    (
        "outbox_claimable",
        {"now": 1, "never": 2, "platforms": "[]", "resting": "[]", "urgent_only": "[]", "limit": 9},
        "COVERING INDEX outbox_owed",
    ),
    ("outbox_next_claimable", {"now": 1, "platforms": "[]"}, "COVERING INDEX outbox_owed"),
    ("outbox_oldest", {}, "outbox_owed"),
    ("outbox_backlog", {"now": 1}, "outbox_owed"),
    ("tickets_alive", {}, "tickets_living"),
    ("outbox_told", {"keys": '["t"]'}, "outbox_told"),
    ("outbox_about", {"ticket": "t", "limit": 9}, "outbox_about"),
    ("attachments_of", {"keys": '["t"]'}, "attachments_of_ticket"),
    ("accounts_of", {"keys": '["p"]'}, "accounts_of_person"),
    ("cards_of", {"keys": '["t"]'}, "sqlite_autoindex_cards_1"),
    ("followers_of", {"keys": '["t"]'}, "sqlite_autoindex_followers_1"),
    ("deadlines_of", {"keys": '["t"]'}, "sqlite_autoindex_deadlines_1"),
    ("outbox_cards_owed", {"ticket": "t"}, "outbox_cards"),
    ("web_stirred", {"change_no": 39_990}, "INDEX web_changes ("),
    ("accounts_of_listed", {}, "accounts_of_person"),
    ("attachments_to_fetch", {"limit": 9}, "attachments_to_fetch"),
    ("ledger_of", {"ticket": "t"}, "ledger_of_ticket"),
    ("personal_reported", {"people": '["p"]'}, "tickets_reported_by"),
    ("personal_photos", {"people": '["p"]'}, "attachments_by"),
    ("personal_lines", {"community": "c", "before": 9, "act": None, "limit": 9}, "ledger_of_persons"),
    ("erase_letters", {"people": '["p"]', "accounts": '["telegram:1"]'}, "outbox_owed"),
    ("media_spoken_of", {"files": '["f"]'}, "attachments_file"),
    ("retention_named", {"community": "c", "since": 1, "before": 9}, "tickets_over"),
    ("ledger_latest", SOUGHT | TIME | {"limit": 51}, "ledger_by_time"),
    ("ledger_floor", {"community": "c", "lines": 50_000} | TIME, "ledger_by_time"),
    ("joining_tickets", {"gone": "r-1", "kept": "p"}, "tickets_reported_by"),
    ("joining_tickets", {"gone": "r-1", "kept": "p"}, "tickets_handled_by"),
    ("joining_tickets", {"gone": "r-1", "kept": "p"}, "tickets_answered_by"),
    ("joining_communities", {"gone": "r-1", "kept": "p"}, "tickets_reported_by"),
    ("joining_twice", {"gone": "r-1", "kept": "p"}, "followers_of_person"),
    ("joining_attachments", {"gone": "r-1", "kept": "p"}, "attachments_by"),
    ("joining_owed", {"person": "p"}, "outbox_owed"),
    ("joining_letters", {"gone": "r-1", "kept": "p"}, "outbox_owed"),
    ("joining_untold", {"gone": "r-1", "kept": "p"}, "outbox_untold"),
    ("joining_owed_untold", {"person": "p"}, "outbox_untold"),
    ("outbox_said_lately", {"chat": "c", "first": "w:", "behind": "w;", "since": 1}, "outbox_said"),
    ("untold_about", {"keys": '["t"]'}, "outbox_untold_about"),
    ("untold_of_speakers", {"chats": '["telegram:1"]', "readers": '["p"]'}, "outbox_untold"),
    (
        "untold_wake_paused",
        {"first": "wechat:", "behind": "wechat;", "paused": "paused", "most": 1},
        "outbox_untold",
    ),
    ("untold_counts", {}, "outbox_untold"),
    ("outbox_for_speakers", {"chats": '["telegram:1"]', "now": 1, "never": 2, "limit": 9}, "outbox_owed"),
    ("meetings_of", {"community": "c9", "limit": 9}, "meetings_of"),
    ("meetings_to_come", {"before": 9, "community": None}, "meetings_to_come"),
    ("meetings_under_way", {"community": "c9"}, "meetings_under_way"),
    ("meetings_sitting", {"before": 9}, "meetings_under_way"),
    ("meetings_last_number", {"community": "c9", "year": 2026}, "meetings_numbered"),
    ("meeting_items_of", {"meeting": "m9"}, "sqlite_autoindex_meeting_items_1"),
    ("meeting_items_about", {"tickets": '["t"]'}, "meeting_items_of_ticket"),
    ("figures_tallies", {**MONTH, "now": 9}, BY_TIME),
    ("figures_rates", {**MONTH, "now": 9}, BY_TIME),
    ("figures_spans", MONTH, BY_TIME),
    ("figures_repeats", {**MONTH, "least": 3, "most": 9}, BY_TIME),
    ("figures_begun", {"community": "c"}, BY_TIME),
    ("figures_done", MONTH, "tickets_solved"),
    ("figures_overdue", {"grids": '["g"]', "private": 1, "category": None, "now": 9}, "tickets_living"),
    ("proposals_in_hand", {"people": '["p"]', "limit": 9}, "tickets_in_hand"),
    ("proposals_open_in", {"grids": '["g"]'}, "tickets_living"),
    ("proposals_granted", {"keys": '["t"]'}, "ledger_of_ticket"),
    ("proposals_chats_failed", {"chats": '["c"]'}, "outbox_failed"),
    (
        "replay_tickets",
        {"community": "c", "after": 1, "number": 1, "until": 9, "limit": 9},
        "tickets_by_time",
    ),
    ("replay_count", {"community": "c", "since": 1, "until": 9}, "tickets_by_time"),
    ("replay_lines", {"keys": '["t"]', "acts": '["report"]'}, "ledger_of_ticket"),
    ("proposals_clocks", {"first": "c-", "behind": "c."}, "sqlite_autoindex_deadlines_1"),
    ("marks_of", {"tickets": '["t"]'}, "outbox_about"),
    ("marks_of", {"tickets": '["t"]'}, "ledger_of_ticket"),
    ("outbox_calls", {"platform": "wechat", "now": 1, "never": 2, "limit": 9}, "outbox_owed"),
]
WALKED = [
    (
        "listings_urgent",
        {**LISTED, "calm": 0, "due_at": 1, "number": 1, "limit": 9},
        "t USING PRIMARY KEY",
    ),
]
"""On a file; PostgreSQL finds a way of its own."""
TIDYING = [
    ("tidy_inbox", {"before": 1}, "inbox_by_age"),
    ("tidy_letters", {"before": 1}, "outbox_ended"),
    ("tidy_web_messages", {"before": 1}, "web_by_age"),
]


@pytest.mark.parametrize(("query", "parameters", "index"), QUESTIONS + WALKED + TIDYING)
async def test_a_file_is_not_read_through(
    file_store: Store, query: str, parameters: dict[str, object], index: str
) -> None:
    with closing(raw(file_store)) as file:
        plan = [row[3] for row in file.execute(f"EXPLAIN QUERY PLAN {file_store._sql[query]}", parameters)]
    assert any(index in step for step in plan), plan
    # A partial index holds only what is alive; to walk through that one is no more than what was asked for.
    walks = [step for step in plan if step.split()[0] == "SCAN" and step.split()[1] in LARGE]
    assert [step for step in walks if index not in step] == []


def test_a_years_tallies_are_told_by_the_very_words_of_their_index() -> None:
    """SQLite takes them from the index only where the query says the same; else it would count as rightly, three times as
    slowly."""
    written = (MIGRATIONS / "0047_figures_from_the_index.sqlite.sql").read_text(encoding="utf-8")
    expression = re.search(r"CASE.*END(?=\);)", written, re.DOTALL)
    assert expression is not None
    asked_for = catalogue("sqlite")["figures_tallies"].replace("t.", "")
    assert " ".join(expression[0].split()) in " ".join(asked_for.split())


@pytest.mark.parametrize("generic", [False, True], ids=["for these values", "for any values"])
@pytest.mark.parametrize(("query", "parameters", "index"), QUESTIONS)
def test_postgresql_with_a_years_rows_walks_the_index(
    query: str, parameters: dict[str, object], index: str, generic: bool
) -> None:
    """After some uses PostgreSQL plans a statement once for any values: that plan must not be worse."""
    plan = grown_plan(catalogue("postgres")[query], parameters, generic=generic)
    named = re.sub(
        r"sqlite_autoindex_(\w+)_1", r"\1_pkey", index.replace("t USING PRIMARY KEY", "listings_pkey")
    )
    assert re.sub(r"COVERING|INDEX|[( ]", "", named) in plan, plan
    assert [table for table in LARGE if f"Seq Scan on {table}" in plan] == [], plan


@pytest.mark.parametrize(("query", "parameters", "index"), TIDYING)
def test_postgresql_tidies_by_the_index(query: str, parameters: dict[str, object], index: str) -> None:
    """For some days only: five hundred rows of these forty thousand are rightly sought by reading on."""
    plan = grown_plan(catalogue("postgres")[query], parameters, generic=False)
    assert index in plan, plan
    assert [table for table in LARGE if f"Seq Scan on {table}" in plan] == [], plan
