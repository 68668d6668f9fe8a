from tests.client import Browser


def test_smoke(browser: Browser) -> None:
    browser.register()
    browser.sign_in()
    assert browser.get("/api/profile").status_code == 200
