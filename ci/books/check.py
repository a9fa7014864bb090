"""Dead links of a built book.

check.py FOLDER    every href and src of every page: the file is there, and so is the place in it
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.links, self.places = [], set()
        self.feed(path.read_text())

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.places |= {attributes[name] for name in ("id", "name") if attributes.get(name)}
        self.links += [attributes[name] for name in ("href", "src") if attributes.get(name)]


def main(folder):
    folder = Path(folder).resolve()
    pages = {path: Page(path) for path in sorted(folder.rglob("*.html"))}
    wrong = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            # 404.html is served at any depth, so its links begin at the site's root.
            if parts.scheme or parts.netloc or path.name in ("404.html", "toc.html", "print.html"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            place = unquote(parts.fragment)
            if not target.exists():
                wrong.append(f"{path.relative_to(folder)}: {link}: no such file")
            elif place and target in pages and place not in pages[target].places:
                wrong.append(f"{path.relative_to(folder)}: {link}: no such place")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{len(pages)} pages, {sum(len(page.links) for page in pages.values())} links, dead: {len(wrong)}")
    return 1 if wrong or not pages else 0


sys.exit(main(*sys.argv[1:]))
