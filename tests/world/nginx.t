#!/bin/sh
# SPDX-License-Identifier: MIT
# nginx.t: nginx serves the same pages under the library, with its master and worker processes, and stops when asked.
. "${srcdir=.}/tests/lib/world.sh"
need nginx
awk 'BEGIN { for (i = 0; i < 20000; i++) print "line", i }' >"$scratch/big.txt"
echo hello >"$scratch/small.txt"
cat >"$scratch/ask.py" <<'PY'
import hashlib, sys, urllib.error, urllib.request
base = "http://127.0.0.1:%s/" % sys.argv[1]
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
for round in range(60):
    for path in ("small.txt", "big.txt", "missing.txt"):
        try:
            with opener.open(base + path, timeout=60) as answer:
                body = answer.read()
                print(path, answer.status, len(body), hashlib.sha256(body).hexdigest()[:16])
        except urllib.error.HTTPError as error:
            print(path, error.code)
PY
workload() {
    port=$(free_port)
    mkdir logs temp html
    cp "$scratch/big.txt" "$scratch/small.txt" html/
    user=
    [ "$(id -u)" != 0 ] || user='user root;'
    cat >conf <<CONF
$user
daemon off;
worker_processes 2;
pid $PWD/pid;
error_log $PWD/logs/error;
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path temp/a; proxy_temp_path temp/b; fastcgi_temp_path temp/c;
    uwsgi_temp_path temp/d; scgi_temp_path temp/e;
    gzip on; gzip_types text/plain;
    server { listen 127.0.0.1:$port; root $PWD/html; }
}
CONF
    "$@" nginx -p "$PWD" -c "$PWD/conf" -e "$PWD/logs/error" </dev/null &
    server=$!
    tries=0
    until [ -s pid ] && "$world_python" -I -c \
        "import socket; socket.create_connection(('127.0.0.1', $port), 5)" 2>/dev/null; do
        tries=$((tries + 1))
        if [ $tries -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
            echo "the server did not start"
            cat logs/error
            kill "$server"
            return 1
        fi
        sleep 0.2
    done
    "$world_python" -I "$scratch/ask.py" "$port"
    kill -QUIT "$(cat pid)"
    wait "$server"
    echo "server status $?"
}
# The program itself is a few megabytes; the library would be most of it.
MEMORY=no
world nginx
finish
