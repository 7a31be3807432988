"""Sockets whose messages come in no endless number of pieces."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

MOST_PIECES = 1000  # a browser sends a message in one


class SocketConnection(WebSocketsSansIOProtocol):
    """uvicorn's protocol with a limit on the pieces of a message.

    uvicorn limits the bytes of a message; pieces without any would be kept without end.
    """

    def handle_cont(self, event: Frame) -> None:
        """Keep a further piece, or close with 1009."""
        if self.close_sent:
            return
        if len(self.frames) < MOST_PIECES:
            super().handle_cont(event)
            return
        self.frames = []
        self.conn.send_close(CloseCode.MESSAGE_TOO_BIG)
        self.handle_parser_exception()
