"""/dev/mail in Chromium: a mail that comes is shown, and its links lead on."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect

from app.core.mail import folders
from tests.browser.conftest import Site, new_profile, picture
from tests.browser.test_pages import AXE

pytestmark = pytest.mark.needs("dev_mail")


def send(site: Site, subject: str) -> None:
    """As the server does."""
    message = EmailMessage()
    message["To"], message["From"], message["Subject"] = "ada@example.com", "no-reply@example.com", subject
    message["Date"] = "Sun, 29 Nov 2026 12:00:00 +0000"
    link = f"{site.url}/sign-in#token={'x' * 100}"
    message.set_content(f"Hello,\n\n{link}\n\nBye.\n")
    script = "<script>parent.document.title = 'taken'</script>"
    message.add_alternative(f'<html><head></head><body>{script}<a href="{link}">Go on</a></body></html>', "html")
    folders.write(site.server.mails, message)


def test_a_mail_that_comes_is_shown_and_its_links_lead_on(profile: BrowserContext, site: Site) -> None:
    page = profile.new_page()
    page.goto(f"{site.url}/dev/mail")
    send(site, "Come in")  # the page finds it by itself
    page.get_by_role("link", name="Come in").click()

    expect(page.get_by_role("heading", name="Come in")).to_be_visible()
    frame = page.frame_locator("iframe")
    with profile.expect_page() as opened:
        frame.get_by_role("link", name="Go on").click()
    expect(opened.value).to_have_url(f"{site.url}/sign-in#token={'x' * 100}")
    opened.value.close()
    assert "taken" not in page.title()

    page.get_by_role("link", name="/sign-in#token=").click()
    page.wait_for_url(f"{site.url}/sign-in#token={'x' * 100}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_a_page_like_the_others(chromium: Chromium, site: Site, scheme: str) -> None:
    send(site, "A subject that is far too long for one line of a telephone, " + "and has one word: " + "long" * 20)
    options = {"color_scheme": scheme, "viewport": {"width": 320, "height": 640}, "bypass_csp": True}
    with new_profile(chromium, **options) as profile:
        page = profile.new_page()
        page.goto(f"{site.url}/dev/mail")
        look_at(page, f"dev-mail-{scheme}")
        page.get_by_role("link", name="A subject that is").first.click()
        page.wait_for_load_state()
        look_at(page, f"dev-mail-one-{scheme}")


def look_at(page: Page, name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    picture(page, name, full_page=True)
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, { iframes: false })")
    assert [problem["help"] for problem in found["violations"]] == []
