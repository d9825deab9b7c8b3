"""redis-py against the server: redis_py.py PORT PROTOCOL PARSER

PARSER is `hiredis` (the C parser) or `python` (redis-py's own). Ends with status 0 and the number
of checks if every answer is the expected one.
"""

import sys
import threading

import redis
from redis.connection import Connection

port, protocol, parser = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
# What the server says it is, if something stands between it and us.
server_port = int(sys.argv[4]) if len(sys.argv) > 4 else port


def connection(**more):
    pool = redis.ConnectionPool(
        connection_class=Connection,
        host="127.0.0.1",
        port=port,
        protocol=protocol,
        socket_timeout=20,
        parser_class=parser_class(),
        **more,
    )
    return redis.Redis(connection_pool=pool)


def parser_class():
    import redis._parsers as parsers

    if parser == "hiredis":
        import hiredis  # noqa: F401: fails here if it is missing

        return parsers._HiredisParser
    return parsers._RESP3Parser if protocol == 3 else parsers._RESP2Parser


checks = 0


def same(actual, expected):
    global checks
    checks += 1
    assert actual == expected, f"check {checks}: {actual!r} is not {expected!r}"


def fails(call, message):
    global checks
    checks += 1
    try:
        call()
    except redis.ResponseError as error:
        assert message in str(error), f"{error} does not say {message}"
        return
    raise AssertionError(f"no error, {message!r} was expected")


r = connection()
r.flushall()
used = r.connection_pool.get_connection()
same(isinstance(used._parser, parser_class()), True)
r.connection_pool.release(used)

same(r.ping(), True)
same(r.echo("hé\r\nllo"), "hé\r\nllo".encode())
same(r.set("a", b"\x00\xff\r\n"), True)
same(r.get("a"), b"\x00\xff\r\n")
same(r.get("none"), None)
same(r.set("a", "1", nx=True), None)
same(r.set("a", "2", xx=True, get=True), b"\x00\xff\r\n")
same(r.set("b", "x", ex=100), True)
same(r.ttl("b"), 100)
same(r.set("b", "y", keepttl=True), True)
same(r.ttl("b"), 100)
same(r.persist("b"), True)
same(r.ttl("b"), -1)
same(r.expire("b", 50), True)
same(0 < r.pttl("b") <= 50000, True)
same(r.ttl("none"), -2)
same(r.mset({"c": 1, "d": 2}), True)
same(r.mget("a", "c", "none"), [b"2", b"1", None])
same(r.exists("a", "b", "none", "a"), 3)
same(r.delete("a", "none"), 1)
same(r.execute_command("DELETE", "b", "none"), 1)
same((r.incr("n"), r.incr("n", 9), r.decr("n"), r.decr("n", 20)), (1, 10, 9, -11))
same((r.append("s", "abc"), r.append("s", "def"), r.strlen("s")), (3, 6, 6))
same(sorted(r.keys("*")), [b"c", b"d", b"n", b"s"])
same(r.keys("[cd]") in ([b"c", b"d"], [b"d", b"c"]), True)
same((r.type("s"), r.type("none")), (b"string", b"none"))
same(r.dbsize(), 4)
same(r.execute_command("FLUSH"), 4)
same(r.execute_command("FLUSH"), 0)
same(r.flushdb(), True)

large = bytes(range(256)) * 40_000
same(r.set("large", large), True)
same(r.get("large"), large)
same(r.delete("large"), 1)

fails(lambda: r.execute_command("NOPE", "x"), "unknown command 'NOPE', with args beginning with: 'x'")
fails(lambda: r.execute_command("GET"), "wrong number of arguments for 'get' command")
fails(lambda: r.execute_command("SET", "a", "1", "BOGUS"), "syntax error")
r.set("text", "abc")
fails(lambda: r.incr("text"), "value is not an integer or out of range")
fails(lambda: r.execute_command("SELECT", "99"), "DB index is out of range")
fails(lambda: r.execute_command("HELLO", "9"), "unsupported protocol version")

info = r.info()
same(info["redis_version"].startswith("7."), True)
same(info["tcp_port"], server_port)
same(info["db0"]["keys"], 1)
same(r.info("keyspace")["db0"]["expires"], 0)
same(r.command_count() == len(r.command()), True)
same(r.command()["get"]["arity"], 2)
same(r.config_get("save"), {"save": ""})
same(r.config_get("nothing"), {})

named = connection(client_name="me", db=5)
same(named.client_getname() in (b"me", "me"), True)
same(named.client_id() > 0, True)
same(named.dbsize(), 0)
same(named.set("only", "here"), True)
same(r.exists("only"), 0)

with r.pipeline(transaction=False) as pipeline:
    for number in range(1000):
        pipeline.set(f"p:{number}", number).get(f"p:{number}").get("none")
    pipeline.execute_command("GET")
    answers = pipeline.execute(raise_on_error=False)
same(answers[:-1], [x for n in range(1000) for x in (True, str(n).encode(), None)])
same(isinstance(answers[-1], redis.ResponseError), True)


def work(number):
    mine = connection()
    for step in range(200):
        value = f"{number}:{step}".encode()
        mine.set(f"t:{number}", value)
        if mine.get(f"t:{number}") != value:
            wrong.append((number, step))
    done.append(number)


wrong, done = [], []
threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(60)
same((wrong, len(done)), ([], 8))

same(r.flushall(), True)
same((r.dbsize(), named.dbsize()), (0, 0))
print(f"{checks} checks, redis-py {redis.__version__}, RESP{protocol}, {parser}")
