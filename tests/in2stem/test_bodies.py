"""A request's body arrives whole and at a human pace, or reading it fails."""

import io
import socket
import threading

import pytest

from in2stem import bodies
from in2stem.bodies import whole_bodies


def body(environ):
    """What an application behind the guard gets as its input."""
    caught = {}
    whole_bodies(lambda environ, start: caught.update(environ) or [])(environ, None)
    return caught["wsgi.input"]


def environ(content, length, **more):
    return {"wsgi.input": io.BytesIO(content), "CONTENT_LENGTH": str(length), **more}


def test_a_whole_body_is_read_as_it_is():
    stream = body(environ(b"een\ntwee", 8))
    assert (stream.readline(), stream.read(), stream.read()) == (b"een\n", b"twee", b"")


def test_a_body_that_is_cut_off_is_an_error_and_never_the_end():
    stream = body(environ(b"half", 8))
    assert stream.read(4) == b"half"
    with pytest.raises(OSError, match="broke"):
        stream.read(4)


@pytest.mark.parametrize("take", ["read", "readline"])
def test_half_a_body_that_is_read_in_one_go_is_an_error_too(take):
    """As Django reads an ordinary form: once, for all there is."""
    with pytest.raises(OSError, match="broke"):
        getattr(body(environ(b"answer_1=3&remark=Een heel", 60)), take)()


def test_a_last_line_without_an_end_is_whole():
    assert body(environ(b"een\ntwee", 8)).readline() == b"een\n"
    stream = body(environ(b"een\ntwee", 8))
    assert (stream.readline(), stream.readline()) == (b"een\n", b"twee")


@pytest.mark.parametrize("charset", ["charset*=idna''x", "charset*=nonsense''x", "boundary*=idna''x", "charset=hex"])
def test_a_type_that_django_would_stumble_over_becomes_one_that_is_refused(charset):
    caught = {}
    whole_bodies(lambda environ, start: caught.update(environ) or [])(
        environ(b"", 0, CONTENT_TYPE=f"text/plain; {charset}"), None
    )
    assert caught["CONTENT_TYPE"] == bodies.REFUSED_TYPE


def test_without_the_guard_a_cut_body_looks_like_the_end():
    """The negative control."""
    assert io.BytesIO(b"half").read(8) == b"half"


def test_no_more_is_read_than_was_declared():
    assert body(environ(b"twaalf tekens", 6)).read() == b"twaalf"


@pytest.mark.parametrize("length", ["", "0", "abc", "-5", "²"])
def test_without_a_sane_length_the_input_is_left_alone(length):
    assert isinstance(body(environ(b"x", length)), io.BytesIO)


def test_a_body_that_drips_is_cut_off(monkeypatch):
    monkeypatch.setattr(bodies, "FIRST_SECONDS", 0.2)
    ours, theirs = socket.socketpair()
    stop = threading.Event()

    def drip():
        while not stop.wait(0.05):
            theirs.send(b"x")

    threading.Thread(target=drip, daemon=True).start()
    with ours, ours.makefile("rb") as stream:
        guarded = body({"wsgi.input": stream, "CONTENT_LENGTH": "500", "gunicorn.socket": ours})
        with pytest.raises(OSError, match="broke"):
            guarded.read(500)
    stop.set()
    theirs.close()
