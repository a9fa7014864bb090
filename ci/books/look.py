"""Looks at a built book in a headless Chromium.

look.py BOOK PICTURES    a picture of every page; ends with 1 where a page is wider than the window, a table does not fit, a
                         picture is missing, or a search does not find its page
"""

import functools
import html
import http.server
import json
import re
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Forms of words that do not stand so in the texts, and the page that must be among what they find.
SEARCHES = {"ru": {"таймаутом": "waiting.html", "подписчиками": "pub-sub.html"}, "en": {"timeouts": "waiting.html"}}
WINDOW = 1280


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def chromium(*arguments):
    with tempfile.TemporaryDirectory() as profile:
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage"]
        command += [f"--user-data-dir={profile}", f"--window-size={WINDOW},900", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)


def main(book, pictures):
    book, pictures = Path(book).resolve(), Path(pictures).resolve()
    pages = [str(path.relative_to(book)) for path in sorted(book.glob("*/*.html"))]
    pages = [page for page in pages if Path(page).name not in ("404.html", "toc.html", "print.html")]
    handler = functools.partial(Quiet, directory=book)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site = f"http://127.0.0.1:{server.server_port}"

        # One page measures all others from inside: their frames are of the same origin.
        given = json.dumps({"pages": pages, "searches": SEARCHES}, ensure_ascii=False)
        measure = book / "measure.html"
        measure.write_text((HERE / "measure.html").read_text().replace("GIVEN", given))
        try:
            seen = chromium("--virtual-time-budget=120000", "--dump-dom", f"{site}/measure.html")
        finally:
            measure.unlink()
        said = re.search(r'<pre id="said">(.*?)</pre>', seen.stdout, re.DOTALL)
        if not said or "done" not in said[1]:
            sys.exit(f"look: the pages could not be measured\n{seen.stderr[-2000:]}")
        lines = html.unescape(said[1]).strip().splitlines()
        wrong = [line for line in lines if line.startswith("! ")]
        heights = {page: int(height) for height, page in (line[2:].split(" ", 1) for line in lines if line.startswith("h "))}

        for page in pages:
            picture = pictures / page.replace(".html", ".png")
            picture.parent.mkdir(parents=True, exist_ok=True)
            height = min(heights.get(page, 900) + 40, 16000)
            chromium(f"--window-size={WINDOW},{height}", f"--screenshot={picture}", f"{site}/{page}")
            if not picture.exists():
                wrong.append(f"! {page}: no picture could be taken")
        server.shutdown()
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{len(pages)} pages looked at, wrong: {len(wrong)}; pictures in {pictures}")
    return 1 if wrong or not pages else 0


sys.exit(main(*sys.argv[1:]))
