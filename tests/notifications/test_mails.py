"""How the mails read: Dutch, one line as subject, links to our own address, escaped, and in our frame."""

import re
from html.parser import HTMLParser
from pathlib import Path

import allauth
import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context
from django.conf import settings as portal_settings
from django.template.loader import get_template
from django.test import Client

from accounts.enums import Role
from accounts.models import Invitation
from accounts.services import invite
from notifications.models import OutboundMail
from notifications.services import send_invitation

pytestmark = pytest.mark.django_db

TEMPLATES = Path(portal_settings.BASE_DIR) / "templates"
# Codes by mail or telephone and security keys are switched off.
SWITCHED_OFF = re.compile(r"login_code|password_reset_code|webauthn|phone|email_confirm_subject")
ENGLISH = re.compile(
    r"\b(the|your|you|account was|was it|hello|password|please|invites|open the|of the)\b", re.IGNORECASE
)


class Text(HTMLParser):
    """The words, links and style attributes of a mail."""

    def __init__(self):
        super().__init__()
        self.words, self.links, self.tags = [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name in {"href", "src", "background"}]

    def handle_data(self, data):
        self.words.append(data)


def read(mail):
    parser = Text()
    parser.feed(mail.html)
    parser.words = " ".join(" ".join(parser.words).split())
    return parser


def allauth_mails():
    """Every mail that allauth can send here, e.g. "account/email/password_reset_key"."""
    folder = Path(allauth.__file__).parent / "templates"
    found = sorted(folder.glob("account/email/*_subject.txt")) + sorted(folder.glob("mfa/email/*_subject.txt"))
    return [
        str(path.relative_to(folder)).removesuffix("_subject.txt")
        for path in found
        if not SWITCHED_OFF.search(path.name)
    ]


FACTS = {
    "password_reset_url": "http://testserver/account/password/reset/key/1-geheim/",
    "activate_url": "http://testserver/account/confirm-email/geheim/",
    "from_email": "oud@test.example",
    "to_email": "nieuw@test.example",
    "deleted_email": "weg@test.example",
}


@pytest.fixture
def allauth_mail(world, rf):
    """Let allauth's adapter write one of its mails."""

    def write(prefix):
        request = rf.get("/", headers={"user-agent": "Browser <b>1</b>"})
        request.user = world.owner
        links = {name: value for name, value in FACTS.items() if not name.endswith("_url") or name_fits(name, prefix)}
        with context.request_context(request):
            if "notification" in get_source(prefix):
                get_adapter().send_notification_mail(prefix, world.owner, links)
            else:
                get_adapter().send_mail(prefix, world.owner.email, {"user": world.owner, **links})
        return OutboundMail.objects.get()

    return write


def name_fits(name, prefix):
    return (
        name == ("activate_url" if "confirmation" in prefix else "password_reset_url")
        and "unknown" not in prefix
        and "notification" not in get_source(prefix)
    )


def get_source(prefix):
    return (TEMPLATES / f"{prefix}_message.txt").read_text()


@pytest.mark.parametrize("prefix", allauth_mails())
def test_each_mail_of_allauth_is_ours_in_dutch_and_in_the_frame(allauth_mail, prefix, world):
    assert Path(get_template(f"{prefix}_message.txt").origin.name).is_relative_to(TEMPLATES)
    assert Path(get_template(f"{prefix}_subject.txt").origin.name).is_relative_to(TEMPLATES)
    mail = allauth_mail(prefix)
    page = read(mail)
    assert mail.to == world.owner.email
    assert mail.subject == mail.subject.strip() != ""
    assert "\n" not in mail.subject
    assert "\n\n\n" not in mail.text
    for text in (mail.subject, re.sub(r"http\S+", "", mail.text), re.sub(r"http\S+", "", page.words)):
        assert ENGLISH.search(text) is None, text
    assert "netwerk van Voka" in page.words
    assert "in2stem@voka.example" in mail.text
    assert "in2stem@voka.example" in page.words
    for link in page.links:
        assert link.startswith("http://testserver"), link
    assert {"script", "img", "link", "style", "form"}.isdisjoint(page.tags)


@pytest.mark.parametrize(
    ("prefix", "link"),
    [
        ("account/email/password_reset_key", FACTS["password_reset_url"]),
        ("account/email/email_confirmation", FACTS["activate_url"]),
        ("account/email/email_confirmation_signup", FACTS["activate_url"]),
    ],
)
def test_the_link_stands_in_both_forms_on_a_line_of_its_own(allauth_mail, prefix, link):
    mail = allauth_mail(prefix)
    assert f"\n{link}\n" in mail.text
    assert link in read(mail).links
    assert mail.is_sensitive


def test_a_notice_says_when_and_from_where_and_escapes_the_browser(allauth_mail):
    mail = allauth_mail("account/email/password_changed")
    assert "internetadres 127.0.0.1 met Browser <b>1</b>" in mail.text
    assert "<b>1</b>" not in mail.html
    assert "&lt;b&gt;1&lt;/b&gt;" in mail.html


def test_changing_the_password_mails_a_notice(sign_in_as, world):
    new = {"password1": "vier rustige groene paarden", "password2": "vier rustige groene paarden"}
    sign_in_as(world.owner).post("/account/password/change/", {"oldpassword": "een-lang-wachtwoord"} | new)
    assert OutboundMail.objects.get().subject == "Je wachtwoord is gewijzigd"


# --- the invitation ---------------------------------------------------------------------------------------------------


@pytest.fixture
def invitation_mail(world):
    def write(**changes):
        facts = {"organisation": world.company, "email": "nina@test.example", "role": Role.COLLEAGUE, "by": world.owner}
        return send_invitation(invitation=invite(**facts | changes))

    return write


def test_the_invitation_reads_well_and_holds_one_secret_link(invitation_mail):
    mail = invitation_mail(first_name="Nina")
    page = read(mail)
    link = f"http://testserver{Invitation.objects.get().get_absolute_url()}"
    assert mail.subject == "Je uitnodiging voor IN2STEM: Boormachines nv"
    assert mail.text.startswith(
        "Dag Nina,\n\nOlga Eigenaar nodigt je uit om voor Boormachines nv mee te werken aan IN2STEM.\n"
    )
    assert f"\n{link}\n" in mail.text
    assert link in page.links
    assert "kies een wachtwoord" in page.words
    for text in (mail.text, page.words):
        assert ENGLISH.search(text) is None
        assert re.search(r"tot \d{1,2} [a-z]+ 20\d\d", text)


def test_who_has_an_account_is_asked_to_sign_in_and_a_nameless_sender_is_left_out(invitation_mail, world):
    mail = invitation_mail(email=world.teacher.email, by=None)
    assert mail.text.startswith("Dag,\n\nJe bent uitgenodigd om voor Boormachines nv mee te werken")
    assert "meld je aan om de uitnodiging te aanvaarden" in mail.text
    assert "None" not in mail.text + mail.html


def test_names_are_shown_literally(invitation_mail, world):
    world.company.name = '"><svg/onload=alert(1)> & {{ 7|add:7 }}\nBcc: x'
    world.company.save()
    mail = invitation_mail(first_name="<b>Nina</b>")
    assert "<svg" not in mail.html
    assert "&lt;svg/onload=alert(1)&gt; &amp; {{ 7|add:7 }}" in mail.html
    assert "Dag <b>Nina</b>," in mail.text
    assert "\n" not in mail.subject


def test_an_english_page_still_sends_the_invitation_in_dutch(world, sign_in_as):
    client = sign_in_as(world.owner)
    client.cookies["django_language"] = "en"
    client.post(
        f"/account/collega-s/{world.company.pk}/uitnodigen/", {"email": "nina@test.example", "role": "colleague"}
    )
    assert OutboundMail.objects.get().subject == "Je uitnodiging voor IN2STEM: Boormachines nv"


def test_the_mail_for_a_forgotten_password_is_dutch_from_the_page_on(world):
    Client().post("/account/password/reset/", {"email": world.owner.email})
    mail = OutboundMail.objects.get()
    assert mail.subject == "Kies een nieuw wachtwoord"
    assert len(re.findall(r"http://testserver/account/password/reset/key/\S+/", mail.text)) == 1
