"""What schemathesis has to know of the gateway's media types."""

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def ndjson(ctx, value):
    """A batch is told as a text of lines."""
    return value.encode() if isinstance(value, str) else str(value).encode()
