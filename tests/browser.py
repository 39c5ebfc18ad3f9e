"""A headless Chromium, driven by its own chromedriver over HTTP (the W3C WebDriver protocol)."""

from __future__ import annotations

import json
import re
import subprocess
import time
import urllib.request
from typing import Any

# All text of a page, also within shadow roots, where web components keep theirs.
PAGE_TEXT = """
const parts = [];
const visit = (node) => {
  if (node.nodeType === Node.TEXT_NODE && node.textContent.trim()) parts.push(node.textContent.trim());
  if (node.shadowRoot) visit(node.shadowRoot);
  if (!["STYLE", "SCRIPT"].includes(node.nodeName)) node.childNodes.forEach(visit);
};
visit(document.body);
return parts.join("\\n");
"""

# How many elements a CSS selector finds, also within shadow roots.
COUNT = """
const count = (root) => {
  let found = root.querySelectorAll(arguments[0]).length;
  for (const element of root.querySelectorAll("*")) if (element.shadowRoot) found += count(element.shadowRoot);
  return found;
};
return count(document);
"""


class Browser:
    """A browser with one page: a context manager.

    Args:
        profile: Empty folder for what the browser keeps.
    """

    def __init__(self, profile: Any) -> None:
        self._driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        port = wait_for_line(self._driver, r"successfully on port (\d+)")
        self._address = f"http://127.0.0.1:{port}"
        arguments = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
            "--disable-dev-shm-usage", "--window-size=1400,1000", f"--user-data-dir={profile}",
        ]  # fmt: skip
        options = {"goog:chromeOptions": {"args": arguments}}
        session = self._request("POST", "/session", {"capabilities": {"alwaysMatch": options}})
        self._session = f"/session/{session['sessionId']}"

    def _request(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self._address + path, data, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)["value"]

    def open(self, url: str) -> None:
        """Goes to an address."""
        self._request("POST", f"{self._session}/url", {"url": "about:blank"})  # a new fragment alone loads nothing
        self._request("POST", f"{self._session}/url", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        """Runs JavaScript and returns what it returns."""
        return self._request("POST", f"{self._session}/execute/sync", {"script": script, "args": list(arguments)})

    def screenshot(self) -> str:
        """Returns the picture of the page, a PNG in base64."""
        return self._request("GET", f"{self._session}/screenshot")

    def wait_for(self, *texts: str, elements: dict[str, int] | None = None, seconds: float = 120) -> str:
        """Waits until the page has some texts, and at least so many elements of some CSS selectors.

        Raises:
            AssertionError: If it does not in time; the message has the page's text.
        """
        deadline = time.monotonic() + seconds
        while True:
            page, missing = self._missing(texts, elements or {})
            if not missing:
                return page
            assert time.monotonic() < deadline, f"the page lacks {missing}; it has:\n{page}"

    def _missing(self, texts: tuple[str, ...], elements: dict[str, int]) -> tuple[str, list[Any]]:
        try:
            page = self.run(PAGE_TEXT)
            counts = {css: self.run(COUNT, css) for css in elements}
        except OSError:  # a page too busy to answer
            return "", [*texts, *elements]
        missing: list[Any] = [text for text in texts if text not in page]
        return page, missing + [(css, counts[css]) for css, least in elements.items() if counts[css] < least]

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *exception: Any) -> None:
        self._request("DELETE", self._session)
        self._driver.terminate()
        self._driver.wait()
        self._driver.stdout.close()


def wait_for_line(process: subprocess.Popen[str], pattern: str) -> str:
    """Reads what a process writes up to a line in which a pattern is found; returns the pattern's group.

    Raises:
        AssertionError: If the process ends before.
    """
    lines = []
    for line in process.stdout:
        lines.append(line)
        found = re.search(pattern, line)
        if found:
            return found.group(1)
    raise AssertionError(f"expected a line with {pattern!r}; the process ended after:\n{''.join(lines)}")
