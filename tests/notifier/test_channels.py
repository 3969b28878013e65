"""Messages arrive at real receivers as they should, and failures tell nothing secret."""

import base64
import logging
import socket
import ssl
import subprocess
import traceback
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from apprise.plugins.slack import NotifySlack
from pydantic import SecretStr

from monitor.errors import DeliveryError
from notifier import channels
from notifier.channels import check, masked, send
from notifier.letter import write_letter
from notifier.render import RenderedMessage, render
from tests.notifier.rows import START, a_change, a_diff
from tests.notifier.servers import Hook, MailServer, free_port

ID = "6a1f3f5e-2f0b-4a62-9d6c-9d3f0c1f7b11"
CANARY = "CaNaRy7secret"


def message(service: str = "Acme", summary: str = "kept longer", *, message_id: str = ID) -> RenderedMessage:
    return render(message_id, [write_letter(a_change(a_diff(summary=summary), service=service))], at=START)


def failure(url: str) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        send("legal", SecretStr(url), message())
    return raised.value


# E-mail


def test_an_e_mail_arrives_with_one_id_both_forms_and_its_marks(mail_server: MailServer):
    assert send("legal", SecretStr(mail_server.url(name="Policy%20watch")), message()) == "accepted"
    (mail,) = mail_server.mails
    assert mail.get_all("Message-ID") == [f"<{ID}@smallprint.example>"]
    assert mail["Subject"] == "[SUBSTANTIVE - worse] Acme Privacy Policy: kept longer"
    assert (mail["From"], mail["To"]) == ("Policy watch <watch@smallprint.example>", "legal@reader.example")
    assert parsedate_to_datetime(mail["Date"]) == START
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "smallprint <policy-changes.smallprint.example>"
    assert mail.get_content_type() == "multipart/alternative"
    assert "[-30-]{+60+}" in _part(mail, "plain")
    assert ">60</ins>" in _part(mail, "html")


def _part(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    assert part is not None
    return str(part.get_content())


def test_e_mails_about_one_policy_form_a_thread(mail_server: MailServer):
    for service, message_id in (("Acme", "1"), ("Acme", "2"), ("Other", "3")):
        send("legal", SecretStr(mail_server.url()), message(service, message_id=message_id))
    first, second, other = (mail["References"] for mail in mail_server.mails)
    assert first == second != other


def test_ids_survive_a_long_domain(mail_server: MailServer):
    domain = f"{'mail' * 12}.{'example' * 6}.example"
    send("legal", SecretStr(mail_server.url(**{"from": f"watch@{domain}"})), message())
    (mail,) = mail_server.mails
    assert mail["Message-ID"] == f"<{ID}@{domain}>"
    assert mail["References"].endswith(f"@{domain}>")
    assert "=?" not in mail["References"]


def test_copies_are_sent_and_blind_ones_are_in_no_header(mail_server: MailServer):
    send(
        "legal",
        SecretStr(mail_server.url(cc="copy@reader.example", bcc="blind@reader.example", reply="dpo@reader.example")),
        message(),
    )
    (mail,) = mail_server.mails
    assert mail_server.recipients == [["legal@reader.example", "copy@reader.example", "blind@reader.example"]]
    assert (mail["Cc"], mail["Reply-To"]) == ("copy@reader.example", "dpo@reader.example")
    assert "blind" not in mail.as_string()


INJECTIONS = [
    f"Acme{breaking}{header}"
    for breaking in ("\r\n", "\n", "\r", "\0", "\u2028", "\x85", "\r\n\r\n", "\x0b", "\r\n\t", "%0d%0a")
    for header in (
        "Bcc: all@evil.example",
        "X-Evil: 1",
        "Content-Type: text/html",
        "Message-ID: <evil>",
        "\r\n.\r\nQUIT",
    )
]


def test_no_name_adds_a_header(mail_server: MailServer):
    usual = None
    for service in ("Acme", *INJECTIONS):
        send("legal", SecretStr(mail_server.url()), message(service, summary=service))
        mail = mail_server.mails[-1]
        usual = usual or mail.keys()
        assert mail.keys() == usual
        assert mail["Message-ID"] == f"<{ID}@smallprint.example>"
        assert mail["To"] == "legal@reader.example"
    assert len(mail_server.mails) == 1 + len(INJECTIONS)


def test_letters_of_every_script_arrive(mail_server: MailServer):
    send("legal", SecretStr(mail_server.url()), message("Überblick 検索 مثال", "données conservées plus longtemps"))
    (mail,) = mail_server.mails
    assert (
        mail["Subject"] == "[SUBSTANTIVE - worse] Überblick 検索 مثال Privacy Policy: données conservées plus longtemps"
    )
    assert "Überblick 検索 مثال" in _part(mail, "plain")


def test_a_temporary_refusal_is_tried_again_and_a_lasting_one_is_not(mail_server: MailServer):
    mail_server.answers = ["451 later", "554 never"]
    assert not failure(mail_server.url()).permanent
    error = failure(mail_server.url())
    assert (error.permanent, str(error)) == (True, "channel legal: 127.0.0.1 answered 554")


def test_one_bad_recipient_of_two_is_told_and_one_that_must_wait_repeats(mail_server: MailServer):
    both = mail_server.url(to="legal@reader.example,gone@reader.example")
    mail_server.refused = {"gone@reader.example": "550 no such user"}
    assert send("legal", SecretStr(both), message()) == "accepted, but refused for gone@reader.example (550)"
    mail_server.refused = {"gone@reader.example": "450 greylisted"}
    assert not failure(both).permanent
    mail_server.refused = dict.fromkeys(("gone@reader.example", "legal@reader.example"), "550 no")
    assert failure(both).permanent


def test_nobody_listening_is_a_failure_that_may_pass():
    error = failure(f"mailto://127.0.0.1:{free_port()}?from=a@b.example&to=c@d.example")
    assert (error.permanent, str(error).endswith("Connection refused")) == (False, True)


def test_a_mail_server_that_never_greets_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(channels, "TIMEOUT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = failure(f"mailto://127.0.0.1:{silent.getsockname()[1]}?from=a@b.example&to=c@d.example")
    assert str(error).endswith("it closed the connection or did not answer within 0.3 seconds")


class _Login:
    """Takes one user and password, over TLS."""

    def __init__(self) -> None:
        self.mails = 0

    def authenticate(
        self, _server: object, _session: object, _envelope: object, _mechanism: str, data: object
    ) -> AuthResult:
        given = (getattr(data, "login", b""), getattr(data, "password", b""))
        return AuthResult(handled=False, success=given == (b"user", CANARY.encode()))

    async def handle_DATA(self, *_arguments: object) -> str:  # noqa: N802
        self.mails += 1
        return "250 OK"


@pytest.fixture
def certificate(tmp_path: Path) -> ssl.SSLContext:
    key, chain = tmp_path / "key.pem", tmp_path / "chain.pem"
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {key} -out {chain}"
    subprocess.run(command.split(), check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return context


def test_the_login_goes_over_starttls_and_a_certificate_nobody_trusts_is_refused(certificate: ssl.SSLContext):
    login = _Login()
    controller = Controller(login, "127.0.0.1", free_port(), tls_context=certificate, authenticator=login.authenticate)
    controller.start()
    try:
        place = f"127.0.0.1:{controller.port}?mode=starttls&from=a@b.example&to=c@d.example"
        assert send("legal", SecretStr(f"mailtos://user:{CANARY}@{place}&verify=no"), message()) == "accepted"
        wrong = failure(f"mailtos://user:wrong{CANARY}@{place}&verify=no")
        untrusted = failure(f"mailtos://user:{CANARY}@{place}")
    finally:
        controller.stop()
    assert login.mails == 1
    assert (wrong.permanent, str(wrong)) == (True, "channel legal: 127.0.0.1 refused the login (535)")
    assert "its certificate is not trusted" in str(untrusted)


# Webhooks


def test_a_hook_gets_blocks_a_fallback_and_the_id(hook: Hook):
    assert send("chat", SecretStr(hook.url), message("Acme & <!channel>")) == "ok"
    (post,) = hook.posts
    assert post.path == "/services/T/B/C"
    assert (post.headers["idempotency-key"], post.headers["webhook-id"]) == (ID, ID)
    assert post.headers["content-type"] == "application/json; charset=utf-8"
    assert post.json["text"] == "[SUBSTANTIVE - worse] Acme &amp; &lt;!channel&gt; Privacy Policy: kept longer"
    assert post.json["blocks"][0]["type"] == "header"
    assert "~30~ *60*" in str(post.json["blocks"])


def test_slack_s_own_webhook_gets_the_same_blocks(hook: Hook, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{hook.port}/services")
    for url in (
        "slack://TAAAAAAAA/BAAAAAAAA/abcdefghijklmnopqrstuvwx",
        "https://hooks.slack.com/services/TAAAAAAAA/BAAAAAAAA/abcdefghijklmnopqrstuvwx",
    ):
        assert send("chat", SecretStr(url), message()) == "ok"
    assert [post.path for post in hook.posts] == ["/services/TAAAAAAAA/BAAAAAAAA/abcdefghijklmnopqrstuvwx"] * 2
    assert hook.posts[0].json["blocks"] == hook.posts[1].json["blocks"]


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        (400, True),
        (401, True),
        (403, True),
        (404, True),
        (408, False),
        (410, True),
        (429, False),
        (500, False),
        (503, False),
    ],
)
def test_a_hook_s_answer_decides_whether_it_is_tried_again(hook: Hook, status: int, permanent: bool):
    hook.status, hook.answer = status, "no_service"
    error = failure(hook.url)
    assert error.permanent is permanent
    assert str(error) == f"channel legal: slackhook://127.0.0.1:{hook.port}/**** answered {status} no_service"


def test_a_redirect_is_not_followed(hook: Hook):
    with Hook().running() as elsewhere:
        hook.status, hook.location = 307, f"http://127.0.0.1:{elsewhere.port}/"
        assert not failure(hook.url).permanent
        assert elsewhere.posts == []


def test_a_hook_that_does_not_answer_is_given_up(hook: Hook, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(channels, "TIMEOUT_SECONDS", 0.3)
    hook.delay_seconds = 5
    assert "no answer within 0.3 seconds" in str(failure(hook.url))


# Everything else goes through Apprise


def test_another_apprise_service_gets_markdown(hook: Hook):
    assert send("json", SecretStr(f"json://127.0.0.1:{hook.port}/hook"), message()) == "accepted"
    (post,) = hook.posts
    assert post.json["title"] == "[SUBSTANTIVE - worse] Acme Privacy Policy: kept longer"
    assert "~~30~~ **60** days" in post.json["message"]


def test_a_short_service_gets_what_fits(hook: Hook, monkeypatch: pytest.MonkeyPatch):
    from apprise.plugins.custom_json import NotifyJSON

    monkeypatch.setattr(NotifyJSON, "body_maxlen", 300)
    send("json", SecretStr(f"json://127.0.0.1:{hook.port}/hook"), message())
    body = hook.posts[0].json["message"]
    assert len(body) <= 300
    assert body.endswith("[…]")


def test_another_service_s_answer_decides_too(hook: Hook):
    url = f"json://127.0.0.1:{hook.port}/hook"
    hook.status = 401
    assert failure(url).permanent
    hook.status = 503
    error = failure(url)
    assert (error.permanent, str(error)) == (False, "channel legal: json://**** answered 503")


# What a URL is worth, and that it stays secret


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nothing", "text without `://` came"),
        ("slak://a/b/c", "did you mean `slack://`?"),
        ("slackhok://host/x", "did you mean `slackhook://`?"),
        ("slack://tooshort", "lacks a part or has a wrong one"),
        ("mailto://user:pass@host.example?to=nobody", "without a valid recipient"),
        ("mailto://user:pass@host.example?to=a@b.example&pgp=encrypt", "not encrypted here"),
        ("slackhook://:80/x", "a host or port of another form came"),
        ("slackhooks://host:eighty/x", "a host or port of another form came"),
        ("slackhook://user@host/x", "a host or port of another form came"),
        ("slackhook://host/x y", "a host or port of another form came"),
    ],
)
def test_an_unusable_url_says_what_was_wanted(url: str, told: str):
    assert told in (check(SecretStr(url)) or "")
    assert failure(url).permanent


@pytest.mark.parametrize(
    "url",
    [
        "mailtos://me:pw@mail.example.com",
        "slackhook://127.0.0.1:8080/services",
        "json://host/path",
        "slack://TAAAAAAAA/BAAAAAAAA/abcdefghijklmnopqrstuvwx",
    ],
)
def test_a_usable_url_is_not_complained_about(url: str):
    assert check(SecretStr(url)) is None


def _with_canary() -> list[str]:
    port = free_port()
    return [
        f"mailto://user:{CANARY}@127.0.0.1:{port}?from=a@b.example&to=c@d.example",
        f"mailto://user:{CANARY}@",
        f"mailto://user:{CANARY}@host?to=bad",
        f"mailtos://user:{quote(CANARY + '@:/')}@127.0.0.1:{port}?from=a@b.example&to=c@d.example&mode={CANARY}",
        f"slack://{CANARY}",
        f"slack://TAAAAAAAA/BAAAAAAAA/{CANARY}{CANARY}",
        f"slackhook://127.0.0.1:{port}/services/{CANARY}",
        f"slackhook://{CANARY}:{CANARY}@127.0.0.1:{port}/x",
        f"slackhook://127.0.0.1:{CANARY}/x",
        f"slackhooks://127.0.0.1:{port}/{CANARY} \r\nx",
        f"json://user:{CANARY}@127.0.0.1:{port}/{CANARY}?+X-Token={CANARY}",
        f"json://{CANARY} {CANARY}",
        f"discord://{CANARY}",
        f"tgram://{CANARY}/1",
        f"nothing {CANARY}",
        CANARY,
    ]


@pytest.mark.parametrize("url", _with_canary(), ids=range(16))
def test_no_secret_is_logged_raised_or_shown(
    url: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{free_port()}/services")
    caplog.set_level(1)
    logging.getLogger("apprise").setLevel(1)
    logging.getLogger("urllib3").setLevel(1)
    try:
        error = failure(url)
    finally:
        logging.getLogger("apprise").setLevel(logging.NOTSET)
        logging.getLogger("urllib3").setLevel(logging.NOTSET)
    output = capsys.readouterr()
    seen = [
        caplog.text,
        output.out,
        output.err,
        "".join(traceback.format_exception(error)),
        repr(error),
        masked(SecretStr(url)),
        check(SecretStr(url)) or "",
    ]
    forms = (CANARY, base64.b64encode(f"\0user\0{CANARY}".encode()).decode(), CANARY.lower())
    assert [form for form in forms for text in seen if form in text] == []


def test_a_server_s_answer_is_not_repeated_when_it_may_hold_what_it_was_sent(hook: Hook):
    hook.status, hook.answer = 400, f"Bad request to /services/{CANARY}"
    assert CANARY not in str(failure(f"{hook.url}/{CANARY}"))


def test_a_mail_channel_is_shown_by_its_server_and_addresses(mail_server: MailServer):
    assert masked(SecretStr(mail_server.url())) == f"mailto://127.0.0.1:{mail_server.port} to legal@reader.example"
