"""What all dialects read with: little-endian fields off the front of a message."""

import struct


class Refused(Exception):
    """Bytes that break a rule of the dialect."""

    def __init__(self, offset, reason):
        super().__init__(f"byte {offset}: {reason}")
        self.offset = offset


class Reader:
    """Takes little-endian fields off the front of a message."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def left(self):
        return len(self.data) - self.at

    def take(self, layout):
        """The fields of a struct layout: a single one as itself, several as a tuple."""
        size = struct.calcsize("<" + layout)
        if size > self.left():
            raise Refused(self.at, f"{size} bytes expected, {self.left()} left")
        fields = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += size
        return fields[0] if len(fields) == 1 else fields

    def bytes(self, size):
        if size > self.left():
            raise Refused(self.at, f"{size} bytes expected, {self.left()} left")
        self.at += size
        return bytes(self.data[self.at - size:self.at])

    def text(self, size):
        at = self.at
        try:
            return self.bytes(size).decode("utf-8")
        except UnicodeDecodeError as error:
            raise Refused(at, "not UTF-8") from error

    def count(self, least_size):
        """A u32 count of things that have at least this many bytes each."""
        at, count = self.at, self.take("I")
        if count * least_size > self.left():
            raise Refused(at, f"{count} things do not fit into {self.left()} bytes")
        return count

    def end(self):
        if self.left():
            raise Refused(self.at, f"{self.left()} bytes too many")


def require(holds, at, reason):
    if not holds:
        raise Refused(at, reason)


def records(message, size):
    require(len(message) % size == 0, 0, f"a length that is not a multiple of {size}")
    return [Reader(message, at) for at in range(0, len(message), size)]
