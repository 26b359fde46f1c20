"""What schemathesis has to know of the gateway: its media types, and what is no HTTP."""

import re

import schemathesis

# What no field's value holds (RFC 9110 section 5.5).
CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@schemathesis.hook
def map_headers(context, headers):
    """A control character in a header is refused by HTTP itself, before any route is asked."""
    return headers and {name: CONTROLS.sub("", value) for name, value in headers.items()}


@schemathesis.serializer("application/x-ndjson")
def ndjson(ctx, value):
    """A batch is told as a text of lines."""
    return value.encode() if isinstance(value, str) else str(value).encode()
