#!/bin/sh
# SPDX-License-Identifier: MIT
# redis.t: redis-server and redis-cli on a free port of the loopback: same answers, and a report when it shuts down.
. "${srcdir=.}/tests/lib/world.sh"
need redis-server redis-cli awk
awk 'BEGIN {
    for (i = 0; i < 6000; i++) {
        print "SET key:" i " value-" i * 7919 % 100003 "-" substr("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 1, i % 50)
        if (i % 3 == 0) print "LPUSH list:" i % 100 " " i
        if (i % 4 == 0) print "HSET hash:" i % 200 " field" i " " i * 2
        if (i % 5 == 0) print "ZADD sorted:" i % 50 " " i % 1000 " member" i
        if (i % 7 == 0) print "SADD set:" i % 30 " m" i
        if (i % 11 == 0) print "DEL key:" i / 2
        if (i % 13 == 0) print "APPEND key:" i " more-and-more"
    }
}' >"$scratch/fill"
cat >"$scratch/ask" <<'ASK'
EVAL "for i = 1, 150000 do redis.call('SET', 'more:' .. i, string.rep('x', i % 200)) end return 1" 0
EVAL "for i = 1, 150000, 2 do redis.call('DEL', 'more:' .. i) end return 2" 0
EVAL "for i = 1, 20000 do redis.call('RPUSH', 'long:' .. i % 7, i) redis.call('HSET', 'wide', i, i) end return 3" 0
DBSIZE
GET key:17
STRLEN key:26
LLEN list:33
LRANGE list:33 0 10
HLEN hash:40
HGET hash:40 field40
ZRANGE sorted:20 0 5 WITHSCORES
SCARD set:7
SORT set:7 ALPHA LIMIT 0 5
EVAL "local s = 0 for i = 1, 1000 do s = s + i end return s" 0
INCRBYFLOAT counter 3.5
SETEX expiring 1000 value
TYPE sorted:20
OBJECT ENCODING hash:40
RENAME key:17 renamed
GET renamed
NOSUCHCOMMAND
FLUSHDB
DBSIZE
ASK
workload() {
    port=$(free_port)
    # Its own directory, no files kept, one process.
    "$@" redis-server --port "$port" --bind 127.0.0.1 --dir "$PWD" --save '' --appendonly no \
        --daemonize no --io-threads 2 --logfile "$PWD/log" </dev/null &
    server=$!
    tries=0
    until redis-cli -p "$port" PING 2>/dev/null | grep -q PONG; do
        tries=$((tries + 1))
        if [ $tries -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
            echo "the server did not start"
            cat log
            kill "$server"
            return 1
        fi
        sleep 0.2
    done
    "$@" redis-cli -p "$port" <"$scratch/fill" | cksum
    "$@" redis-cli -p "$port" <"$scratch/ask"
    redis-cli -p "$port" SHUTDOWN NOSAVE
    wait "$server"
    echo "server status $?"
    grep -c 'bye bye' log
}
world redis
finish
