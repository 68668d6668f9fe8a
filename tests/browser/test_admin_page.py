"""/admin, as those use it who look after the users."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Site, new_profile, picture
from tests.browser.test_pages import run_sql, signed_in
from tests.client import PASSWORD


def test_an_admin_finds_somebody_changes_their_role_and_disables_them(
    profile: BrowserContext, site: Site, account: str, root: str
) -> None:
    page = profile.new_page()
    signed_in(page, site, root, "/admin")
    page.get_by_label("Name or e-mail").fill(account)
    page.keyboard.press("Enter")
    manage = page.get_by_role("link", name=f"Manage {account}", exact=True)
    expect(page.get_by_role("link", name="Manage")).to_have_count(2)  # and the admin, whose address ends so
    manage.click()
    picture(page, "admin-person")
    dialog = page.get_by_role("dialog", name="Ada", exact=True)
    dialog.get_by_label("Role").select_option("staff")
    dialog.get_by_role("button", name="Save").click()
    question = page.get_by_role("dialog", name="Make Ada staff?")
    expect(question).to_contain_text("they may do more: posts:moderate, users:read.")
    question.get_by_role("button", name="Make them staff").click()
    expect(dialog).to_contain_text("is now staff")

    dialog.get_by_role("button", name="Disable account").click()
    page.locator("dialog[open]").last.get_by_role("button", name="Disable").last.click()
    expect(dialog).to_contain_text("Ada is disabled and signed out.")
    expect(dialog.locator(".badge").first).to_have_text("Disabled")
    page.keyboard.press("Escape")
    row = page.get_by_role("row").filter(has=manage)
    expect(row).to_contain_text("staff")
    expect(row).to_contain_text("Disabled")


def test_administration_is_not_for_everybody(profile: BrowserContext, site: Site, account: str) -> None:
    page = profile.new_page()
    signed_in(page, site, account, "/admin")
    expect(page.get_by_role("main")).to_contain_text("role")
    assert page.get_by_label("Name or e-mail").count() == 0


@pytest.fixture
def people(site: Site, account: str, root: str) -> str:
    """A hundred and one of them, whose addresses have this in common; ten are disabled."""
    name = account.partition("@")[0]
    columns = "email, email_normalized, name, role, is_active, created_at, updated_at"
    numbers = "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 198)"
    run_sql(
        site,
        f"INSERT INTO users (id, {columns}) {numbers} "  # noqa: S608
        f"SELECT lower(hex(randomblob(16))), i || '-{name}@x.example', i || '-{name}@x.example', 'Person ' || i, "
        "'user', i >= 110, '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000' FROM n",
    )
    return name


def test_the_list_says_how_many_there_are_and_is_filtered_and_ordered(
    profile: BrowserContext, site: Site, root: str, people: str
) -> None:
    page = profile.new_page()
    signed_in(page, site, root, "/admin")
    count, rows = page.locator("#count"), page.locator("#users tr")
    page.get_by_label("Name or e-mail").fill(people)
    expect(count).to_have_text("100 of 101 users")
    page.get_by_role("button", name="Show more").click()
    expect(count).to_have_text("101 users")
    expect(rows).to_have_count(101)

    page.get_by_label("Status").select_option("Disabled")
    expect(count).to_have_text("10 users")
    page.get_by_label("Order").select_option("By e-mail")
    page.wait_for_url(re.compile(r"\?q=.*&status=disabled&sort=email$"))
    expect(rows.first).to_contain_text("Person 100")
    page.reload()
    expect(count).to_have_text("10 users")
    page.goto(f"{site.url}/admin?role=emperor")
    expect(page.get_by_label("Role")).to_have_value("")
    expect(rows).to_have_count(100)
    page.goto(f"{site.url}/admin?q={people}&status=disabled&sort=email")
    expect(count).to_have_text("10 users")
    expect(page.get_by_label("Order")).to_have_value("email")


@pytest.mark.needs("passkeys", "totp")
def test_the_list_says_who_has_which_second_factors_and_finds_who_has_none(
    profile: BrowserContext, site: Site, account: str, root: str
) -> None:
    passkey = "id, user_id, credential_id, public_key, sign_count, backup_eligible, backed_up, transports, aaguid, name"
    run_sql(
        site,
        f"INSERT INTO passkeys ({passkey}, created_at) SELECT lower(hex(randomblob(16))), id, randomblob(16), x'00', "  # noqa: S608
        f"0, 0, 0, '', '', 'Key', '2026-01-01 00:00:00.000000' FROM users WHERE email = '{account}'",
    )
    page = profile.new_page()
    signed_in(page, site, root, "/admin")
    page.get_by_label("Name or e-mail").fill(account)
    row = page.locator("#users tr").filter(has=page.get_by_role("link", name=f"Manage {account}", exact=True))
    expect(row).to_contain_text("passkey")
    picture(page, "admin-factors", full_page=True)
    page.get_by_label("Second factor").select_option("None")
    expect(row).to_have_count(0)
    page.get_by_label("Second factor").select_option("Set up")
    expect(row).to_contain_text("passkey")
    page.set_viewport_size({"width": 320, "height": 700})
    picture(page, "admin-factors-narrow", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def open_person(page: Page, email: str) -> None:
    page.get_by_label("Name or e-mail").fill(email)
    page.get_by_role("link", name=f"Manage {email}", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_person_has_an_address_and_the_way_back_leads_to_the_list(
    profile: BrowserContext, site: Site, account: str, root: str
) -> None:
    page = profile.new_page()
    signed_in(page, site, root, "/admin")
    open_person(page, account)
    address = page.url
    assert re.search(r"/admin/users/[0-9a-f-]{36}$", address)
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.wait_for_url(re.compile(r"/admin\?q="))
    page.go_forward()
    expect(page.get_by_role("dialog")).to_contain_text(account)
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)

    open_person(page, account)
    page.get_by_role("button", name="Close").click()
    page.wait_for_url(re.compile(r"/admin\?q="))

    page.goto(address)
    expect(page.get_by_role("dialog")).to_contain_text(account)
    page.keyboard.press("Escape")
    page.wait_for_url(f"{site.url}/admin")
    page.goto(f"{site.url}/admin/users/00000000-0000-7000-8000-000000000000")
    expect(page.locator("#notice")).to_have_text("This person is not here any more.")


def test_a_role_that_was_refused_or_called_off_is_not_left_standing(
    profile: BrowserContext, site: Site, account: str, root: str
) -> None:
    page = profile.new_page()
    signed_in(page, site, root, "/admin")
    page.route("**/api/users/*", lambda route: route.fulfill(status=409, json={"code": "last_admin", "message": "x"}))
    open_person(page, root)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Role").select_option("user")
    dialog.get_by_role("button", name="Save role").click()
    expect(dialog.get_by_role("alert").first).to_have_text("This is the last admin. Make somebody else an admin first.")
    expect(dialog.get_by_label("Role")).to_have_value("admin")
    page.keyboard.press("Escape")

    open_person(page, account)
    dialog.get_by_label("Role").select_option("admin")
    dialog.get_by_role("button", name="Save role").click()
    page.get_by_role("dialog", name="Make Ada admin?").get_by_role("button", name="Cancel").click()
    expect(dialog.get_by_label("Role")).to_have_value("user")


def test_words_do_not_break_on_a_narrow_window(profile: BrowserContext, site: Site, root: str) -> None:
    page = profile.new_page()
    page.set_viewport_size({"width": 700, "height": 800})
    signed_in(page, site, root, f"/admin?q={root}")
    button = page.get_by_role("link", name=f"Manage {root}")
    expect(button).to_be_visible()

    heights = page.evaluate(
        "[...document.querySelectorAll('#users td:not(:first-child)')].map((td) => td.firstChild)"
        ".map((node) => { const r = document.createRange(); r.selectNodeContents(node);"
        " return r.getClientRects().length; })"
    )
    assert max(heights) <= 3, "one line each: the label of the button is a text in two spans"
    assert button.evaluate("(a) => a.offsetHeight") < 60


def test_an_admin_bans_somebody_who_is_told_why_and_until_when(
    profile: BrowserContext, chromium: Chromium, site: Site, account: str, root: str
) -> None:
    page = profile.new_page()
    signed_in(page, site, root, "/admin")
    open_person(page, account)
    dialog = page.get_by_role("dialog", name="Ada", exact=True)
    dialog.get_by_role("button", name="Ban", exact=True).press("Enter")
    question = page.get_by_role("dialog", name="Ban Ada")
    question.get_by_label("How long").select_option("until a chosen day")
    question.get_by_role("button", name="Ban", exact=True).click()
    expect(question.locator(".problem:visible")).to_have_text(["Say why.", "Choose a day and a time."])
    question.get_by_label("Until", exact=True).fill("2020-01-31T12:00")
    question.get_by_label("Reason").fill("Spam in the comments.")
    page.keyboard.press("Enter")
    expect(question.locator(".problem:visible")).to_contain_text(["Must be in the future"])
    question.get_by_label("Until", exact=True).fill("2126-01-31T12:00")
    picture(page, "admin-ban")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Ada is banned.")
    expect(dialog.locator(".badge").first).to_have_text("Banned")
    expect(dialog.locator("#person-banned")).to_contain_text("Jan 31, 2126, 12:00")
    picture(page, "admin-banned")

    with new_profile(chromium) as theirs:
        sign_in = theirs.new_page()
        sign_in.goto(f"{site.url}/sign-in")
        sign_in.get_by_label("E-mail").fill(account)
        sign_in.get_by_label("Password", exact=True).fill(PASSWORD)
        sign_in.keyboard.press("Enter")
        told = sign_in.get_by_role("alert")
        expect(told).to_contain_text(re.compile("banned until Jan 31, 2126, 12:00.*Reason: Spam in the comments."))

    dialog.get_by_role("button", name="Lift ban").click()
    expect(dialog.locator(".badge").first).to_have_text("Active")
    expect(dialog.locator("#person-ban-title")).to_be_focused()
    expect(dialog.locator("#person-banned")).to_be_hidden()
