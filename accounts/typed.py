"""What a visitor typed in a form that cannot be accepted now: signed out meanwhile, or a page that was open for too long.

The page that says so gives the words back, to copy; the sign-in page does, until someone signed in. A newcomer's mistake: giving everything back. Choices and dates are quickly
made again; passwords and tokens must never be shown.
"""

from django.http import UnreadablePostError

# Names of fields that hold a secret, in any of our forms and those of allauth.
SECRET = ("password", "token", "code")

# Characters that wait beside the sign-in page, in the visitor's session: a long form, not a book.
KEPT_MAX_LENGTH = 50_000

KEY = "typed"


def typed_texts(request) -> list[str]:
    """The texts of more than one word that came along with a form, in its order."""
    if request.method != "POST":
        return []
    try:
        posted = request.POST
    except UnreadablePostError:  # the connection broke: nobody is there to read an answer
        return []
    fields = [(name, text.strip()) for name, texts in posted.lists() for text in texts]
    return [text for name, text in fields if len(text.split()) > 1 and not any(part in name.lower() for part in SECRET)]


def keep(request, texts: list[str]) -> None:
    """Let the sign-in page show these, as far as they fit."""
    kept, room = [], KEPT_MAX_LENGTH
    for text in texts:
        kept.append(text[:room])
        room -= len(text)
        if room <= 0:
            break
    if kept:
        request.session[KEY] = kept


def forget(request, **signal) -> None:
    """The words belong to whoever typed them, not to the next one who signs in here."""
    request.session.pop(KEY, None)
