"""Downloads: from a server on this machine, checked, complete or not there."""

import contextlib
import hashlib
import http.server
import threading

import pytest

from nnfit.datasets.download import download, sha256_of

CONTENT = bytes(range(256)) * 20_000  # longer than one chunk
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/missing":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        body = {"/good": CONTENT, "/truncated": CONTENT[:-1], "/wrong": CONTENT[::-1]}[self.path]
        with contextlib.suppress(ConnectionError):
            self.wfile.write(body)

    def log_message(self, format, *args):
        pass


@pytest.fixture(scope="module")
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def test_good_file_arrives_with_its_folders(server, tmp_path, capsys):
    path = tmp_path / "a" / "b" / "file"
    download([f"{server}/good"], path, SHA256)
    assert path.read_bytes() == CONTENT
    assert sha256_of(path) == SHA256
    assert [p.name for p in path.parent.iterdir()] == ["file"]
    assert f"{server}/good" in capsys.readouterr().err


def test_first_good_mirror_wins(server, tmp_path):
    path = tmp_path / "file"
    urls = [f"{server}/{name}" for name in ("missing", "truncated", "wrong", "good")]
    download(urls, path, SHA256)
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("name", "reason"),
    [("missing", "404"), ("truncated", f"{len(CONTENT) - 1} bytes|IncompleteRead"), ("wrong", f"expected.*{SHA256}")],
)
def test_failure_is_named_and_leaves_what_was_there(server, tmp_path, name, reason):
    path = tmp_path / "file"
    path.write_bytes(b"before")
    with pytest.raises(OSError, match=reason) as error:
        download([f"{server}/{name}"], path, SHA256)
    assert f"{server}/{name}" in str(error.value)
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
    assert path.read_bytes() == b"before"


def test_every_mirror_is_in_the_message(server, tmp_path):
    with pytest.raises(OSError, match="404") as error:
        download([f"{server}/missing", f"{server}/wrong", "file:///no/such/file"], tmp_path / "file", SHA256)
    assert len(str(error.value).splitlines()) == 3


def test_concurrent_downloads_of_one_file(server, tmp_path):
    path = tmp_path / "file"
    threads = [threading.Thread(target=download, args=([f"{server}/good"], path, SHA256)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_bytes() == CONTENT
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
