# SPDX-License-Identifier: MIT
# chromium.py: a headless Chromium, driven through a pipe: no port, no network, no driver program.
"""with Browser() as page: page.open(path); page.eval("document.title")

Speaks the DevTools protocol on the browser's descriptors 3 and 4: JSON texts, each with a NUL behind it.
"""
import base64
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--disable-extensions",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=1280,900", "--remote-debugging-pipe",
]


def find():
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Browser:
    def __init__(self, timeout=120):
        self.timeout, self.number, self.held = timeout, 0, b""
        self.said = []      # what the pages wrote to their consoles, and what they were refused
        self.asked = []     # every URL that was asked for

    def __enter__(self):
        self.home = tempfile.mkdtemp(prefix="leaksgc-chromium-")
        pipes = os.pipe() + os.pipe()
        # Out of the way of 3 and 4.
        child_in, self.to, self.back, child_out = (fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10) for fd in pipes)
        for fd in pipes:
            os.close(fd)

        def arrange():
            os.dup2(child_in, 3)
            os.dup2(child_out, 4)

        env = dict(os.environ, HOME=self.home, XDG_CONFIG_HOME=self.home, XDG_CACHE_HOME=self.home)
        self.process = subprocess.Popen(
            [find(), *FLAGS, "--user-data-dir=" + self.home, "about:blank"], preexec_fn=arrange, close_fds=False, env=env,
            start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(child_in)
        os.close(child_out)
        try:
            target = self.call("Target.createTarget", url="about:blank")["targetId"]
            self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network"):
                self.page(domain + ".enable")
        except BaseException:
            self.__exit__()
            raise
        return self

    # A session of its own: its process group is the browser and its children.
    def __exit__(self, *_):
        os.close(self.to)
        os.close(self.back)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def receive(self, end):
        while b"\0" not in self.held:
            ready, _, _ = select.select([self.back], [], [], max(0, end - time.monotonic()))
            more = os.read(self.back, 1 << 20) if ready else b""
            if not more:
                raise RuntimeError("the browser does not answer")
            self.held += more
        text, self.held = self.held.split(b"\0", 1)
        message = json.loads(text)
        method, params = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.said.append(params["exceptionDetails"].get("exception", {}).get("description", "exception"))
        elif method == "Runtime.consoleAPICalled":
            self.said.append("console: " + str([a.get("value") for a in params["args"]]))
        elif method == "Log.entryAdded":
            self.said.append(params["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            self.asked.append(params["request"]["url"])
        return message

    def call(self, method, session=None, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data):]
        end = time.monotonic() + self.timeout
        while True:
            answer = self.receive(end)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def page(self, method, **params):
        return self.call(method, self.session, **params)

    def open(self, path):
        self.page("Page.navigate", url="file://" + urllib.parse.quote(os.path.abspath(path)))
        end = time.monotonic() + self.timeout
        while self.eval("location.protocol + document.readyState") != "file:complete":
            if time.monotonic() > end:
                raise RuntimeError("the page does not load")
            time.sleep(0.05)

    def eval(self, code):
        result = self.page("Runtime.evaluate", expression=code, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"].get("description", code))
        return result["result"].get("value")

    # A real click, as by a mouse: in the middle of the first element that `selector` finds.
    def click(self, selector, count=1):
        box = self.eval("(e => { e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();"
                        f" return [r.x + r.width / 2, r.y + r.height / 2]; }})(document.querySelector({json.dumps(selector)}))")
        for kind in ("mousePressed", "mouseReleased"):
            self.page("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=count)

    def type(self, text):
        self.page("Input.insertText", text=text)

    def dark(self, dark):
        self.page("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def screenshot(self, path):
        data = self.page("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
