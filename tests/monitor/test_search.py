"""Words and sentences are found in every confirmed version, with the time they stood; alike on both databases."""

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from monitor.copying import copy_database
from monitor.declarations import Declaration, PolicyDeclaration, SourceDeclaration
from monitor.errors import UsageError
from monitor.models import Passage, PassageVersion, Policy, Version
from monitor.policies import sync
from monitor.reprocess.aside import FoldedAside
from monitor.reprocess.folding import reprocess
from monitor.search import passages, sentences
from monitor.search.searching import Found, policies_of, search
from monitor.search.sought import Term, terms
from monitor.words import sought_words
from tests.homes import ADDRESS, WatchedHome, watched_home
from tests.monitor.test_pending import CUT, LONG
from tests.pages import KEPT_LONGER, POLICY

SENTENCE = "We delete your personal information 30 days after you close your account."
WORLD = POLICY.replace(
    "We do not sell",
    "当社はお客様の個人情報を第三者に提供しません。 Wir verkaufen in Zürich nichts. हम डेटा साझा करते हैं। เราเก็บข้อมูล We do not sell",
)


def find(watched: WatchedHome, typed: str, limit: int = 20) -> Found:
    with watched.home.database.reading() as session:
        return search(session, terms(typed), None, limit)


def told(watched: WatchedHome, typed: str) -> list[tuple[str, list[tuple[int, int]], bool]]:
    hits = find(watched, typed).hits
    return [
        (hit.snippet.marked, [(one.first.number, one.last.number) for one in hit.spans], hit.stands) for hit in hits
    ]


def stood(watched: WatchedHome, sentence: str) -> list[list[tuple[int, int, bool]]]:
    with watched.home.database.reading() as session:
        found = sentences.stood(session, sentence, None)
    return [[(one.first.number, one.last.number, one.stands) for one in each.spans] for each in found]


def test_what_stands_in_the_newest_version_comes_first_and_what_stood_says_from_when_to_when(
    watched: WatchedHome,
) -> None:
    watched.add()
    for page in (POLICY, POLICY, KEPT_LONGER, KEPT_LONGER):
        watched.check(page)
    assert told(watched, '"close your account" delet*') == [
        ("We **delete** your personal information 12 months after you **close your account**.", [(2, 2)], True),
        ("We **delete** your personal information 30 days after you **close your account**.", [(1, 1)], False),
    ]
    [gone] = find(watched, '"30 days"').hits
    assert gone.spans[0].last.last_seen_at > gone.spans[0].first.first_seen_at
    assert [hit.text for hit in find(watched, "close account -months").hits] == [gone.text]
    assert told(watched, "nowhere") == []


def test_a_sentence_that_went_and_came_back_has_its_gap(watched: WatchedHome) -> None:
    watched.add()
    for page in (POLICY, KEPT_LONGER, KEPT_LONGER, KEPT_LONGER, POLICY, POLICY):
        watched.check(page)
    assert stood(watched, SENTENCE) == [[(1, 1, False), (3, 3, True)]]
    assert stood(watched, "we  DELETE your personal information 30 days") == stood(watched, SENTENCE)
    assert stood(watched, "delete your 30 days") == []
    with watched.home.database.reading() as session:
        near = sentences.nearest(session, SENTENCE.replace("30", "45").replace("close", "shut"), None)
        assert sentences.nearest(session, "Kites fly where the wind of the north goes", None) is None
    assert near is not None
    assert near.stood.text == SENTENCE
    assert 90 < near.likeness < 100


def told_sentences(watched: WatchedHome, sentence: str) -> list[tuple[str, bool, list[tuple[int, int]]]]:
    with watched.home.database.reading() as session:
        found = sentences.stood(session, sentence, None)
    return [(one.text, one.whole, [(each.first.number, each.last.number) for each in one.spans]) for one in found]


def test_a_sentence_inside_its_own_denial_is_told_as_the_longer_one_that_it_is(watched: WatchedHome) -> None:
    watched.add()
    denied = "In no event do we sell your personal information."
    for page in (
        POLICY.replace("We delete", f"{denied} We delete"),
        POLICY.replace("We delete", "We sell your personal information! We delete"),
    ):
        watched.check(page)
    assert told_sentences(watched, "We sell your personal information.") == [
        ("We sell your personal information!", True, [(2, 2)]),
        (denied, False, [(1, 1)]),
    ]
    assert told_sentences(watched, "resell your personal information") == []


@pytest.mark.parametrize(
    ("passage", "sentence"),
    [
        ("No one, e.g. we sell it. So be it.", "No one, e.g. we sell it."),
        ("See No. 5 we sell it", "See No. 5 we sell it"),
        ("It is false! (We sell it.) It is.", "(We sell it.)"),
        ("当社は。We sell it。第三者", "We sell it。"),
    ],
)
def test_a_sentence_ends_where_a_reader_would_say_so(passage: str, sentence: str) -> None:
    assert list(sentences.sentences_with(Term(("we", "sell", "it")), passage)) == [sentence]


def test_what_another_way_of_reading_brought_was_not_missing_before(watched: WatchedHome) -> None:
    clauses = "".join(f"<p>Clause {number}: we keep invoices of group {number} for years.</p>" for number in range(30))
    page = f"<main><section id=a><h1>Privacy Policy</h1>{clauses}</section><section id=b><p>We sell your kite.</p></section></main>"
    for select_, body in ((("#a",), page), (("#a", "#b"), f"{page}<!-- -->"), (("#a",), f"{page}<!-- x -->")):
        declare_selection(watched, select_)
        watched.check(body)
    with watched.home.database.reading() as session:
        [found] = sentences.stood(session, "We sell your kite", None)
    [span] = found.spans
    assert (span.first.number, span.last.number, span.stands) == (2, 2, False)
    assert (span.absent_at, span.gone_at) == (None, None)


def declare_selection(watched: WatchedHome, selected: tuple[str, ...]) -> None:
    declared = PolicyDeclaration(type="Privacy Policy", sources=(SourceDeclaration(url=ADDRESS, select=selected),))
    with watched.home.database.writing() as session:
        sync(session, [Declaration(service="Acme", policies=(declared,))], interval_seconds=86400, now=watched.clock())


def test_scripts_without_spaces_and_accents_are_found(watched: WatchedHome) -> None:
    watched.add()
    watched.check(WORLD)
    for typed in ("個人情報", "第三者 zurich", "ข้อมูล", "डेटा"):
        [(shown, _, _)] = told(watched, typed)
        assert "**" in shown
    assert told(watched, "情個") == []
    assert told(watched, "डट") == []


def test_a_wording_that_waits_or_was_withdrawn_is_not_found(watched: WatchedHome) -> None:
    watched.add()
    watched.check(LONG)
    number = find(watched, "we").total
    watched.check(CUT)
    with watched.home.database.reading() as session:
        assert session.scalars(select(Version.state).order_by(Version.number)).all() == ["confirmed", "pending"]
    assert find(watched, "we").total == number
    assert all(hit.stands for hit in find(watched, "we").hits)


def test_folding_again_finds_the_same_and_leaves_nothing_behind(watched: WatchedHome) -> None:
    watched.add()
    for page in (POLICY, KEPT_LONGER):
        watched.check(page)
    before = told(watched, "account"), counted(watched)
    with watched.home.database.writing() as session:
        reprocess(session, watched.home.reader, session.scalars(select(Policy)).one(), now=watched.clock())
    assert (told(watched, "account"), counted(watched)) == before


def test_a_history_folded_on_the_side_is_found_as_before(watched: WatchedHome) -> None:
    number = watched.add()
    for page in (POLICY, KEPT_LONGER):
        watched.check(page)
    before = told(watched, "account"), counted(watched)
    database = watched.home.database
    with (
        closing(FoldedAside(database, watched.home.reader, number, now=watched.clock())) as folded,
        database.writing() as session,
    ):
        assert folded.bring_back(session) is not None
    assert (told(watched, "account"), counted(watched)) == before


def test_what_came_as_rows_from_another_database_is_found_once_it_is_indexed(
    watched: WatchedHome, tmp_path: Path
) -> None:
    watched.add()
    for page in (POLICY, KEPT_LONGER):
        watched.check(page)
    copied = watched_home(tmp_path / "copy", f"sqlite:///{tmp_path / 'copy.db'}")
    with watched.home.database.reading() as source, copied.home.database.writing() as target:
        copy_database(source.connection(), target.connection())
        passages.fill(target)
        passages.fill(target)
    assert told(copied, "account") == told(watched, "account") != []
    copied.home.close()


def counted(watched: WatchedHome) -> tuple[int | None, ...]:
    with watched.home.database.reading() as session:
        return tuple(session.scalar(select(func.count()).select_from(table)) for table in (Passage, PassageVersion))


def test_a_version_that_is_forgotten_takes_its_own_passages_with_it_and_no_others(watched: WatchedHome) -> None:
    watched.add()
    for page in (POLICY, KEPT_LONGER):
        watched.check(page)
    passages_before, _ = counted(watched)
    with watched.home.database.writing() as session:
        [first] = session.scalars(select(Version).where(Version.number == 1))
        passages.forget(session, first.policy_id, [first.id])
        matched = session.scalar(text(_COUNT[session.get_bind().dialect.name]))
    assert matched == 0
    assert passages_before is not None
    assert counted(watched)[0] == passages_before - 1
    assert [number for _, number, _ in told(watched, '"close your account"')] == [[(2, 2)]]


_COUNT = {
    "sqlite": "SELECT count(*) FROM passage_words WHERE words MATCH '\"30 days\"'",
    "postgresql": "SELECT count(*) FROM passage_words WHERE words @@ CAST('''30'' <-> ''days''' AS tsquery)",
}


def test_a_home_from_before_is_indexed_when_it_is_opened(watched: WatchedHome) -> None:
    watched.add()
    for page in (POLICY, KEPT_LONGER, WORLD):
        watched.check(page)
    before = told(watched, "account"), counted(watched)
    with watched.home.database.writing() as session:
        for table in ("passage_words", "passage_version", "passage"):
            session.execute(text(f"DROP TABLE {table}"))
        session.execute(text("UPDATE alembic_version SET version_num = '0005'"))
    watched.home.database.upgrade()
    assert (told(watched, "account"), counted(watched)) == before


def test_a_service_is_named_by_its_slug_or_a_part_of_its_name(watched: WatchedHome) -> None:
    number = watched.add()
    with watched.home.database.reading() as session:
        assert policies_of(session, "acme") == policies_of(session, "Acm") == [number]
        with pytest.raises(UsageError, match="no service is called"):
            policies_of(session, "globex")


def test_a_block_of_any_length_is_indexed_in_pieces_that_lose_no_word() -> None:
    for block in ("data " * 5_000, "We keep it. " * 3_000, "個" * 5_000, "x" * 9_000, "個人。" * 2_000):
        pieces = list(passages.divided(block.strip()))
        assert max(len(sought_words(piece)) for piece in pieces) <= passages.MOST_WORDS
        assert [word for piece in pieces for *_, word in sought_words(piece)] == [
            word for *_, word in sought_words(block)
        ]


TYPED = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            [
                "personal",
                '"your personal',
                'information"',
                "-carrier",
                "acc*",
                "個人",
                "zürich",
                "e-mail",
                "NOT",
                "(",
                "*",
                "'",
                "डेटा",
                ":*",
            ]
        ),
    ),
    max_size=6,
).map(" ".join)


def test_anything_typed_finds_what_reading_every_passage_finds(watched: WatchedHome) -> None:
    watched.add()
    watched.check(WORLD)
    with watched.home.database.reading() as session:
        texts = session.scalars(select(Passage.text)).all()

        @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
        @given(TYPED)
        def same(typed: str) -> None:
            try:
                sought = terms(typed)
            except UsageError:
                return
            found = {hit.text for hit in search(session, sought, None, 1000).hits}
            assert found == {text for text in texts if all(_has(text, term) != term.unwanted for term in sought)}

        same()


def _has(passage: str, term: Term) -> bool:
    words = [word for *_, word in sought_words(passage)]
    rows = (words[at : at + len(term.words)] for at in range(len(words) - len(term.words) + 1))
    return any(
        tuple(row[:-1]) == term.words[:-1] and (row[-1].startswith if term.begins else row[-1].__eq__)(term.words[-1])
        for row in rows
    )
