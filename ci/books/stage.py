"""Puts the pages of one language where mdBook builds them.

stage.py LANGUAGE FOLDER    FOLDER gets src/ and book.toml

The pages are those of docs/LANGUAGE, and the README as the first one. They are written for GitHub, so links are turned: those
to pages lead to pages of the books, all others to the repository.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
READMES = {"README.md": "ru", "README.en.md": "en"}
TITLES = {"ru": "ZeroMQ для 1С:Предприятия 8", "en": "ZeroMQ for 1C:Enterprise 8"}
LINK = re.compile(r"(!?)\[([^\]\[]*(?:\[[^\]]*\][^\]\[]*)*)\]\(([^()\s]+)\)")


def repository():
    """Where the files of the repository can be seen, if anywhere."""
    if url := os.environ.get("REPOSITORY_URL"):
        return url.rstrip("/")
    if name := os.environ.get("GITHUB_REPOSITORY"):
        return f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{name}"
    origin = subprocess.run(["git", "remote", "get-url", "origin"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    found = re.fullmatch(r"(?:https://github\.com/|git@github\.com:)(.+?)(?:\.git)?", origin)
    return f"https://github.com/{found[1]}" if found else None


def normal(path):
    """Without `..`; what leads out of the repository begins with it."""
    parts = []
    for part in PurePosixPath(path).parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def turned(target, source, language, url):
    """Where a link leads from the book; None where it leads nowhere that a reader can go."""
    if re.match(r"[a-z]+:", target) or target.startswith("#"):
        return target
    path, mark, anchor = target.partition("#")
    path = normal(f"{PurePosixPath(source).parent}/{path}")
    book, page = READMES.get(path), "index.md"
    found = re.fullmatch(r"docs/(ru|en)/(.+)", path)
    if found:
        book, page = found.groups()
    if book and page == "SUMMARY.md":
        return None  # beside every page
    if book:
        return ("" if book == language else f"../{book}/") + page + mark + anchor
    if not url:
        return None
    # GitHub shows files under blob/BRANCH: links out of the repository go to its other pages.
    if path.startswith(".."):
        return f"{url}/{path.replace('../', '')}"
    return f"{url}/blob/HEAD/{path}{mark}{anchor}"


def page(source, language, url):
    def link(found):
        image, text, target = found.groups()
        where = turned(target, source, language, url)
        return f"{image}[{text}]({where})" if where else text

    # Every other piece is code.
    pieces = re.split(r"^(```.*?^```)", (ROOT / source).read_text(), flags=re.DOTALL | re.MULTILINE)
    return "".join(piece if piece.startswith("```") else LINK.sub(link, piece) for piece in pieces)


def main(language, folder):
    url, folder = repository(), Path(folder)
    shutil.copytree(ROOT / f"docs/{language}", folder / "src")
    for path in (folder / "src").glob("*.md"):
        path.write_text(page(f"docs/{language}/{path.name}", language, url))
    readme = next(name for name, of in READMES.items() if of == language)
    (folder / "src/index.md").write_text(page(readme, language, url))
    for name in ("colours.js", "book.css"):
        shutil.copy(HERE / name, folder)
    (folder / "theme").mkdir()
    (folder / "theme/head.hbs").write_text(f"<script>\n{(HERE / 'search.js').read_text()}</script>\n")
    link = f'git-repository-url = "{url}"\n' if url else ""
    (folder / "book.toml").write_text(f"""[book]
title = "{TITLES[language]}"
language = "{language}"

[output.html]
smart-punctuation = false
additional-css = ["book.css"]
additional-js = ["colours.js"]
{link}
[output.html.search]
expand = true
use-boolean-and = true
heading-split-level = 3

[output.html.print]
enable = true
""")


main(*sys.argv[1:])
