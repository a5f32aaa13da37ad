"""A small mail server for tests, in this process, so that a test sees what a real worker really sends, and can interfere."""

import email
import email.policy
import socketserver
import threading
from collections.abc import Callable
from email.message import EmailMessage
from types import TracebackType


class MailServer:
    """`with MailServer() as server:` listens on a free port of this machine.

    `before_accepting(number)` is called for the number-th mail (from 1) when all of it has arrived and nothing is answered
    yet; it may return an answer such as b"550 no" or b"451 later". What is accepted is in `mails`.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.arrived = 0
        self.before_accepting: Callable[[int], bytes | None] = lambda number: None
        self.on_recipient: Callable[[str], bytes | None] = lambda address: None
        owner = self

        class Conversation(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                owner._converse(self)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", 0), Conversation)

    @property
    def url(self) -> str:
        """For EMAIL_URL."""
        return f"smtp://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "MailServer":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _converse(self, conversation: socketserver.StreamRequestHandler) -> None:
        def say(line: bytes) -> None:
            conversation.wfile.write(line + b"\r\n")

        say(b"220 test")
        for line in conversation.rfile:
            verb, _separator, rest = line.strip().decode().partition(" ")
            match verb.upper():
                case "QUIT":
                    say(b"221 bye")
                    return
                case "RCPT":
                    say(self.on_recipient(rest) or b"250 ok")
                case "DATA":
                    say(b"354 go on")
                    say(self._receive(conversation))
                case _:
                    say(b"250 ok")

    def _receive(self, conversation: socketserver.StreamRequestHandler) -> bytes:
        lines = []
        for line in conversation.rfile:
            if line == b".\r\n":
                break
            lines.append(line)
        else:
            return b"451 cut off"
        self.arrived += 1
        if refusal := self.before_accepting(self.arrived):
            return refusal
        self.mails.append(email.message_from_bytes(b"".join(lines), EmailMessage, policy=email.policy.default))
        return b"250 accepted"
