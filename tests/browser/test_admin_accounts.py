"""/admin: making, verifying and deleting accounts, taking a change back, and who has not signed in for long."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import Site, picture, settle
from tests.browser.test_pages import AXE, run_sql, signed_in

WIDTHS = (1280, 390, 320)


def open_person(page: Page, email: str) -> None:
    page.get_by_label("Name or e-mail").fill(email)
    page.get_by_role("link", name=f"Manage {email}", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def pictures(page: Page, name: str) -> None:
    """Of what is open, in each width, light and dark: nothing is wider than the window."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 1000})
            picture(page, f"{name}-{width}-{scheme}", full_page=not page.locator("dialog[open]").count())
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, width)
        settle(page)
        found = page.evaluate("async () => (await axe.run()).violations.map((v) => [v.id, v.nodes.map((n) => n.html)])")
        assert found == [], (name, scheme)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")


def test_an_account_that_was_made_is_in_the_list(profile: BrowserContext, site: Site, account: str, root: str) -> None:
    page, new = profile.new_page(), f"made-{account}"
    signed_in(page, site, root, f"/admin?q={new}")
    expect(page.locator("#count")).to_have_text("Nobody matches.")
    page.get_by_role("button", name="New account").click()
    form = page.get_by_role("dialog", name="New account")
    form.get_by_label("E-mail").fill(new)
    form.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("dialog", name=new, exact=True)).to_contain_text(f"{new} has an account.")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name=f"Manage {new}", exact=True)).to_be_visible()


def test_an_account_is_made_verified_changed_back_and_deleted(
    profile: BrowserContext, site: Site, account: str, root: str
) -> None:
    page = profile.new_page()
    page.add_init_script(AXE)
    signed_in(page, site, root, "/admin")
    new = f"new-{account}"
    page.get_by_role("button", name="New account").click()
    form = page.get_by_role("dialog", name="New account")
    form.get_by_label("E-mail").fill(account)
    form.get_by_role("button", name="Create account").click()
    expect(form.locator(".problem:visible")).to_have_count(1)  # it is taken
    form.get_by_label("E-mail").fill(new)
    form.get_by_label("Name").fill("Grace")
    pictures(page, "admin-new")
    form.get_by_role("button", name="Create account").click()

    dialog = page.get_by_role("dialog", name="Grace", exact=True)
    expect(dialog).to_contain_text(f"{new} has an account.")
    change_and_undo(page, dialog)

    dialog.get_by_role("button", name="Delete account").click()
    question = page.get_by_role("dialog", name="Delete Grace?")
    question.get_by_label("Type their e-mail address").fill("grace")
    question.get_by_role("button", name="Delete account").click()
    expect(question.locator(".problem:visible")).to_have_text("Type the e-mail address exactly as above.")
    pictures(page, "admin-delete")
    question.get_by_label("Type their e-mail address").fill(new)
    question.get_by_role("button", name="Delete account").click()
    expect(page.get_by_text("The account of Grace is deleted.")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.wait_for_url(f"{site.url}/admin")
    expect(page.get_by_role("link", name=f"Manage {new}", exact=True)).to_have_count(0)
    expect(page.locator("#users a:focus")).to_have_count(1)  # of the row beside it


def change_and_undo(page: Page, dialog: Locator) -> None:
    dialog.get_by_role("button", name="Mark as verified").click()
    expect(dialog).to_contain_text("The address of Grace is verified.")
    expect(dialog.locator('.facts [data-slot="verified"]')).not_to_have_text("no")
    page.get_by_role("button", name="Undo").click()
    expect(dialog).to_contain_text("Taken back.")
    expect(dialog.locator('.facts [data-slot="verified"]')).to_have_text("no")

    dialog.get_by_label("Role").select_option("staff")
    dialog.get_by_role("button", name="Save role").click()
    page.get_by_role("button", name="Make them staff").click()
    expect(dialog).to_contain_text("Grace is now staff.")
    pictures(page, "admin-undo")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(dialog).to_contain_text("Taken back.")
    expect(dialog.get_by_label("Role")).to_have_value("user")
    expect(dialog.get_by_role("heading", name="Grace")).to_be_focused()

    dialog.get_by_role("button", name="Disable account").click()
    page.get_by_role("dialog", name="Disable Grace?").get_by_role("button", name="Disable account").click()
    expect(dialog.locator(".badge").first).to_have_text("Disabled")
    page.get_by_role("button", name="Undo").click()
    expect(dialog.locator(".badge").first).to_have_text("Active")


@pytest.mark.needs("api_keys")
def test_who_never_signed_in_is_found_and_keys_of_a_person_end(
    profile: BrowserContext, site: Site, account: str, root: str
) -> None:
    columns = "id, user_id, name, secret_hash, scopes, created_at"
    run_sql(
        site,
        f"INSERT INTO api_keys ({columns}) SELECT lower(hex(randomblob(16))), id, 'Backup script', 'x', '', "  # noqa: S608
        f"'2026-01-01 00:00:00.000000' FROM users WHERE email = '{account}'",
    )
    run_sql(site, f"UPDATE users SET last_sign_in_at = NULL WHERE email = '{account}'")  # noqa: S608
    page = profile.new_page()
    page.add_init_script(AXE)
    signed_in(page, site, root, "/admin")
    row = page.get_by_role("link", name=f"Manage {account}", exact=True)
    page.get_by_label("Name or e-mail").fill(account)
    page.get_by_label("Last sign-in").select_option("Never")
    expect(row).to_be_visible()
    expect(page.locator("#count")).to_have_text("1 user")
    page.wait_for_url("**/admin?q=*&signed_in=never")
    pictures(page, "admin-list")
    run_sql(site, f"UPDATE users SET last_sign_in_at = '2026-01-01 00:00:00.000000' WHERE email = '{account}'")  # noqa: S608
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#count")).to_have_text("Nobody matches.")
    page.get_by_label("Last sign-in").select_option("Not for 90 days")
    expect(row).to_be_visible()

    row.click()
    dialog = page.get_by_role("dialog", name="Ada", exact=True)
    keys = dialog.locator("#person-keys li")
    expect(keys).to_contain_text(["Backup script"])
    keys.get_by_role("button", name="Revoke Backup script").scroll_into_view_if_needed()
    pictures(page, "admin-keys")
    keys.get_by_role("button", name="Revoke Backup script").click()
    page.get_by_role("dialog", name="Revoke “Backup script”?").get_by_role("button", name="Revoke key").click()
    expect(keys).to_have_count(0)
    expect(dialog).to_contain_text("They have no keys.")
