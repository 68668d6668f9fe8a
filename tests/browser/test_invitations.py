"""An admin invites somebody, who opens the mail's link, and is signed in with the role."""

from __future__ import annotations

import email
import re
import time
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, new_profile, picture
from tests.browser.test_pages import check_accessibility, run_sql, signed_in
from tests.client import PASSWORD

INVITE = "async (fields) => (await import('/static/pages/client.js')).client.invitations.create(fields)"
LINK = re.compile(r"(/invitation#token=[\w-]+)")


def mail_to(folder: Path, address: str) -> EmailMessage:
    """The invitation, once it has been sent: who registers is mailed to verify the address, too."""
    for _ in range(300):
        for path in folder.glob("*.eml"):
            message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
            if message["To"] == address and LINK.search(part_of(message, "plain")):
                return message
        time.sleep(0.1)
    raise AssertionError(f"no mail to {address}")


def part_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content())


def show(page: Page, mail: EmailMessage) -> None:
    """Pictures of the mail, for a person to look at."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.set_content(part_of(mail, "html"))
        picture(page, f"mail-invitation-{scheme}", full_page=True)


@pytest.mark.needs("invitations")
def test_from_the_page_of_the_users_to_the_new_account(chromium: Chromium, site: Site, root: str) -> None:
    invited = f"grace-{root}"
    with new_profile(chromium, viewport={"width": 390, "height": 844}) as profile:
        page = profile.new_page()
        signed_in(page, site, root, "/admin")
        page.get_by_role("button", name="Invite somebody").click()
        dialog = page.get_by_role("dialog", name="Invite somebody")
        dialog.get_by_label("E-mail").fill(invited)
        dialog.get_by_label("Role").select_option("staff")
        picture(page, "invite")
        dialog.get_by_role("button", name="Send invitation").click()
        expect(page.locator("#invitation-list")).to_contain_text(invited)
        expect(page.locator("#notice")).to_contain_text("is on its way")
        check_accessibility(page, "admin-invitations", "light")

    mail = mail_to(site.server.mails, invited)
    link = LINK.findall(part_of(mail, "plain"))[0]
    with new_profile(chromium, viewport={"width": 390, "height": 844}, color_scheme="dark") as profile:
        page = profile.new_page()
        show(page, mail)
        page.goto(f"{site.url}{link}")
        expect(page.get_by_role("main")).to_contain_text(f"Ada invites you to make an account for {invited}.")
        assert page.evaluate("location.hash") == ""
        check_accessibility(page, "invitation", "dark")
        page.set_viewport_size({"width": 390, "height": 844})
        page.reload()
        page.get_by_label("Name").fill("Grace")
        page.get_by_label("Password", exact=True).fill("short")
        page.get_by_role("button", name="Create account").click()
        expect(page.locator("#password-problem")).to_contain_text("at least")
        page.get_by_label("Password", exact=True).fill(f"{PASSWORD} of Grace")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site.url}/account")
        expect(page.locator("#own-email")).to_have_text(invited)
        page.goto(f"{site.url}/admin")
        expect(page.get_by_label("Name or e-mail")).to_be_visible()  # staff sees the users, and does not invite
        assert page.get_by_role("button", name="Invite somebody").count() == 0
        page.goto(f"{site.url}{link}")
        expect(page.get_by_role("alert").first).to_contain_text("This link was used already")


@pytest.mark.needs("invitations")
def test_whoever_has_an_account_signs_in_and_comes_back_to_accept(
    chromium: Chromium, site: Site, root: str, account: str
) -> None:
    with new_profile(chromium) as profile:
        page = profile.new_page()
        signed_in(page, site, root, "/admin")
        fields = {"email": account, "role": "staff"}
        page.evaluate(INVITE, fields)
        run_sql(site, f"UPDATE users SET email_verified_at = created_at WHERE email = '{account}'")  # noqa: S608
    link = LINK.findall(part_of(mail_to(site.server.mails, account), "plain"))[0]

    with new_profile(chromium) as profile:
        page = profile.new_page()
        page.goto(f"{site.url}{link}")
        expect(page.get_by_role("main")).to_contain_text(f"There is an account for {account} already.")
        picture(page, "invitation-sign-in-first")
        page.get_by_role("link", name="Sign in").click()
        page.get_by_label("E-mail").fill(account)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site.url}/invitation")
        picture(page, "invitation-claim")
        page.get_by_role("button", name="Accept the invitation").click()
        page.wait_for_url(f"{site.url}/account")
        page.goto(f"{site.url}/admin")
        expect(page.get_by_label("Name or e-mail")).to_be_visible()
