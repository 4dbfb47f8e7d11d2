"""What the description cannot say: a write's id is new each time, and ids of cards and documents are small numbers."""

import os
import random
import time
import uuid

import schemathesis

chance = random.Random(20261121)
IDS = {"id", "line", "payment", "node"}
HIGHEST = 60


def new_id():
    """A UUID of version 7, as RFC 9562 lays it out."""
    fields = bytearray(int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10))
    fields[6] = (fields[6] & 0x0F) | 0x70
    fields[8] = (fields[8] & 0x3F) | 0x80
    return str(uuid.UUID(bytes=bytes(fields)))


@schemathesis.hook
def map_case(context, case):
    if case.method.upper() != "GET" and chance.random() < 0.9:
        case.headers["Idempotency-Key"] = new_id()
    for name in IDS & set(case.path_parameters or {}):
        if chance.random() < 0.7:
            case.path_parameters[name] = str(chance.randint(1, HIGHEST))
    return case
