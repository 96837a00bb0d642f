#!/usr/bin/env python3
"""Talks to the rooms of a running server with the `websockets` package, which shares no code with the server.

usage: scripts/rooms-check.py [ws://127.0.0.1:8000]

Without the package it says so and ends with 0, unless W2G_REQUIRE_WEBSOCKETS is set.
"""

import asyncio
import json
import os
import sys
import time

try:
    import websockets
    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosed
except ImportError:
    print("rooms-check: skipped, the Python package websockets is not there (pip install websockets)")
    sys.exit(1 if os.environ.get("W2G_REQUIRE_WEBSOCKETS") else 0)

BASE = sys.argv[1] if len(sys.argv) > 1 else "ws://127.0.0.1:8000"
ROOM = f"check{time.time_ns()}"
checks = 0


def place(member):
    """The address of a member of this run's room."""
    return f"{BASE}/ws/{ROOM}/ws/{member}/"


def message(kind, data, receiver=None):
    """An envelope as the clients write it."""
    props = {"type": f"websocket.{kind}"}
    if receiver is not None:
        props["receivedClientID"] = receiver
    return json.dumps({"props": props, "data": data}, ensure_ascii=False)


def check(what, holds):
    """Counts a check, or ends with what did not hold."""
    global checks
    if not holds:
        raise SystemExit(f"rooms-check: FAILED: {what}")
    checks += 1


async def heard(socket):
    """The next message, or nothing within two seconds."""
    return await asyncio.wait_for(socket.recv(), 2)


async def closing_code(socket):
    """The code with which the server closes."""
    try:
        while True:
            await asyncio.wait_for(socket.recv(), 10)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


async def main():
    options = {"max_size": 32 << 20, "compression": "deflate"}
    async with connect(place(1), **options) as one, connect(place(2), **options) as two:
        async with connect(place(3), **options) as three:
            text = message("broadcast", {"action": "connect", "status": "login", "user": {"clientID": 1}})
            await one.send(text)
            check("a login reaches the others", await heard(two) == text and await heard(three) == text)
            text = message("broadcast", {"action": "chat", "message": "你好", "user": {"clientID": 1}})
            await one.send(text)
            check("a broadcast reaches the others", await heard(two) == text and await heard(three) == text)
            text = message("unicast", {"n": 1}, 3)
            await one.send(text)
            check("a unicast reaches one", await heard(three) == text)
            text = message("unicast", {"action": "connect", "status": "ack", "user": {"clientID": 1}}, 0)
            await one.send(text)
            check("a unicast to 0 reaches all others", await heard(two) == text and await heard(three) == text)
            for wrong in ("[]", "null", "5", "", "x", "[" * 100_000, b"\x00\x01"):
                await one.send(wrong)
            await one.send(message("broadcast", {"action": "chat", "user": {"clientID": 2}}))
            text = message("broadcast", {"marker": 1})
            await one.send(text)
            check("wrong messages are dropped and their sender stays", await heard(two) == text)
            check("wrong messages are dropped for all", await heard(three) == text)
            await one.send(["{\"in\":", "\"pieces\"", "}"])
            check("fragments are joined", await heard(two) == '{"in":"pieces"}')
            await heard(three)
            await (await one.ping(b"hello"))
            check("a ping is answered", True)
            big = message("broadcast", {"avatar": "A" * (1 << 20)})
            await one.send(big)
            check("an avatar of 1 MiB arrives", await heard(two) == big and await heard(three) == big)
        text = json.loads(await heard(two))
        check("who leaves is logged out by the server", text["data"]["status"] == "logout")
        check("with its id", text["data"]["user"] == {"clientID": 3})
        async with connect(place(2), **options) as double:
            check("a second socket with a living id is closed with 1008", await closing_code(double) == 1008)
        loud = await connect(place(4), **options)
        try:
            await loud.send("A" * (17 << 20))
        except ConnectionClosed:
            pass
        code = await closing_code(loud)
        check(f"17 MiB are closed with 1009 and not {code}", code == 1009)
    for path, status in ((f"{BASE}/ws/a%2Fb/1/", 404), (f"{BASE}/ws//1/", 404), (f"{BASE}/ws/x/", 404)):
        try:
            async with connect(path):
                check(f"{path} is refused", False)
        except websockets.exceptions.InvalidStatus as refused:
            check(f"{path} is refused with {status}", refused.response.status_code == status)
    print(f"rooms-check: {checks} checks hold")


asyncio.run(main())
