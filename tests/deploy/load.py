"""People who go on working while something happens to the servers, and what each was answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import requests

from tests.client import PASSWORD
from tests.server import SECONDS


@dataclass(frozen=True)
class Answer:
    at: float
    status: int
    code: str
    retry_after: str | None
    title: str


def browser_with(ca: str) -> requests.Session:
    """One that trusts this authority, whatever the environment says of others."""
    session = requests.Session()
    session.verify, session.trust_env = ca, False
    return session


class Load:
    """Each person writes posts; one more signs in and out again and again, and keeps the tokens that were good."""

    def __init__(self, url: str, ca: str, people: list[requests.Session]) -> None:
        self.url, self.ca, self.people = url, ca, people
        self.answers: list[Answer] = []
        self.ended: list[str] = []
        """Access tokens of sessions whose sign-out was answered."""
        self._over = threading.Event()

    def written(self) -> set[str]:
        return {answer.title for answer in self.answers if answer.status == 201}

    def refused(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.status not in {200, 201, 204}]

    def outage(self) -> float:
        """Seconds from the first refusal to the first write that was answered after the last one."""
        refused = [answer.at for answer in self.refused()]
        if not refused:
            return 0.0
        after = [answer.at for answer in self.answers if answer.status == 201 and answer.at > max(refused)]
        return min(after, default=float("inf")) - min(refused)

    def wait_for_writes(self, count: int = 5) -> None:
        """Until so many more were answered."""
        before, deadline = len(self.written()), time.monotonic() + SECONDS
        while len(self.written()) < before + count:
            assert time.monotonic() < deadline, f"no write came through; the last answers: {self.answers[-5:]}"
            time.sleep(0.01)

    def wait_for_a_refusal(self) -> None:
        before, deadline = len(self.refused()), time.monotonic() + SECONDS
        while len(self.refused()) == before:
            assert time.monotonic() < deadline, "nothing was refused"
            time.sleep(0.01)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        workers = [threading.Thread(target=self._write, args=[number]) for number in range(len(self.people) - 1)]
        workers.append(threading.Thread(target=self._come_and_go, args=[str(self.people[-1].headers["X-Who"])]))
        for worker in workers:
            worker.start()
        try:
            yield
        finally:
            self._over.set()
            for worker in workers:
                worker.join()

    def _write(self, number: int) -> None:
        count = 0
        while not self._over.is_set():
            count += 1
            title = f"{number}.{count}.{id(self)}"
            self._ask(self.people[number], "POST", "/api/posts", title, json={"title": title, "body": ""})
            time.sleep(0.08)

    def _come_and_go(self, email: str) -> None:
        fields = {"email": email, "password": PASSWORD}
        while not self._over.is_set():
            browser = browser_with(self.ca)
            if self._ask(browser, "POST", "/auth/login", "", json=fields) == 200:
                token = browser.cookies["__Host-access_token_cookie"]
                csrf = {"X-CSRF-TOKEN": browser.cookies["__Host-csrf_access_token"]}
                # It was good until then.
                good = self._ask(browser, "GET", "/api/profile", "") == 200
                if self._ask(browser, "POST", "/auth/logout", "", headers=csrf) == 204 and good:
                    self.ended.append(token)
            time.sleep(0.3)

    def _ask(self, person: requests.Session, method: str, path: str, title: str, **more: object) -> int:
        try:
            answer = person.request(method, self.url + path, timeout=SECONDS, **more)  # type: ignore[arg-type]
        except requests.RequestException as error:
            self.answers.append(Answer(time.monotonic(), 0, repr(error), None, title))
            return 0
        code = "" if answer.status_code < 400 else str(answer.json().get("code"))
        self.answers.append(
            Answer(time.monotonic(), answer.status_code, code, answer.headers.get("Retry-After"), title)
        )
        return answer.status_code
