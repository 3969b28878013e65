"""A rendered message as one e-mail. Pure."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from uuid import NAMESPACE_URL, uuid5

from monitor.rendering.cleaning import one_line
from notifier.render import RenderedMessage


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name, which may be empty, and an address."""

    name: str
    address: str

    @property
    def header(self) -> Address:
        return Address(one_line(self.name), addr_spec=self.address)

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom and to whom; `blind_copies` are in no header."""

    sender: Mailbox
    to: tuple[Mailbox, ...]
    copies: tuple[Mailbox, ...] = ()
    blind_copies: tuple[Mailbox, ...] = ()
    reply_to: tuple[Mailbox, ...] = ()

    @property
    def recipients(self) -> list[str]:
        return [mailbox.address for mailbox in (*self.to, *self.copies, *self.blind_copies)]


def compose(message: RenderedMessage, envelope: Envelope) -> EmailMessage:
    """Text and HTML under one Message-ID: the message's id, so that a repeat can be known as one.

    Messages about one policy refer to one thread, so that mail programs show them together.
    """
    domain = envelope.sender.domain
    mail = EmailMessage()
    mail["Message-ID"] = f"<{message.id}@{domain}>"
    mail["Date"] = message.at
    mail["Subject"] = one_line(message.subject)
    mail["From"] = envelope.sender.header
    mail["To"] = [mailbox.header for mailbox in envelope.to]
    for name, mailboxes in (("Cc", envelope.copies), ("Reply-To", envelope.reply_to)):
        if mailboxes:
            mail[name] = [mailbox.header for mailbox in mailboxes]
    mail["List-Id"] = f"smallprint <policy-changes.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    if message.thread:
        mail["References"] = f"<{uuid5(NAMESPACE_URL, message.thread)}@{domain}>"
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    return mail
