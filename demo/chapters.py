"""What happened to some: keys, second factors, posts, invitations, roles, and those who are kept out."""

from __future__ import annotations

from demo import deeds, devices, factors
from demo.company import ADMIN, ADMINS, CHANGED_PASSWORD, EXAMPLE, PROVIDERS, STAFF, STAFFERS, USER
from demo.story import DAY, HOUR, MINUTE, Plot

BANNED = (
    ("dmitri.shcherbakov@example.com", "Sold invitations to strangers.", None),
    ("lorenzo.battaglia@example.com", "Posted the same advertisement forty times.", 21),
)
DISABLED = ("hugo.steinmetz@example.com", "nizhoni.begaye@example.com")
PROMOTED = ("mette.ostergard@example.com", "lerato.mokoena@example.com", "aarti.deshpande@example.com")
INVITED = (
    ("robin.ashdown@example.com", "user", 5 * HOUR),
    ("yuki.tanabe@example.com", "user", 26 * HOUR),
    ("carla.benedetti@example.org", "staff", 2.2 * DAY),
    ("ifeoma.balogun@example.com", "user", 4.1 * DAY),
    ("dag.solheim@example.net", "user", 5.9 * DAY),
)
LAPSED = (("marek.hlavac@example.org", "user", 24 * DAY), ("june.pellegrino@example.com", "staff", 41 * DAY))
TAKEN_BACK = ("old.contractor@example.net", "staff", 33 * DAY)
WITH_APP = (
    *(EXAMPLE, ADMINS[1], ADMINS[2], *STAFFERS[2:8]),
    *("zoe.mueller@example.com", "thinh.tran@example.com", "layla.alhaddad@example.com"),
)
WITH_PASSKEYS = {
    EXAMPLE: ("Noor’s phone", "Noor’s laptop"),
    ADMINS[2]: ("工作电脑",),
    "emile.lefevre@example.com": ("Portable d’Émile",),
    "grace.oconnor@example.com": ("Grace’s iPhone",),
    "kim.minseo@example.com": ("민서의 휴대폰",),
    "thais.brandao@example.com": ("Chave de segurança azul",),
}
KEYS = (
    (EXAMPLE, "Nightly export", 90, ("users:read",), 71 * DAY),
    (EXAMPLE, "Website, publishes announcements", None, (), 40 * DAY),
    (EXAMPLE, "Laptop script", 30, ("users:read",), 9 * DAY),
    (ADMIN, "Provisioning", 180, ("users:read", "users:write"), 88 * DAY),
    (ADMINS[2], "监控", 90, ("users:read",), 20 * DAY),
    (STAFF, "Moderation bot", None, ("posts:moderate",), 55 * DAY),
    (USER, "Backup of my posts", 90, (), 12 * DAY),
    ("thinh.tran@example.com", "CI", 60, (), 18 * DAY),
    (
        "sibusiso.mthembu@example.com",
        "Home automation that nobody remembers the purpose of any more",
        366,
        (),
        50 * DAY,
    ),
    ("emily.carter@example.com", "Zap", 90, (), 33 * DAY),
)
POSTS = (
    ("The canteen has a new menu", "From Monday on there is a vegetarian and a vegan dish each day."),
    ("Who has a spare monitor?", "Mine flickers since the storm. Anything from 24 inches on is fine."),
    ("Minutes of the all-hands", "Quarter results, the move to the second floor, and questions from the floor."),
    ("Fahrgemeinschaft nach Köln", "Ich fahre dienstags und donnerstags, zwei Plätze sind frei."),
    ("Réunion déplacée à 15 h", "La salle bleue est prise le matin."),
    ("社内勉強会のお知らせ", "来週の金曜日、テーマは「読みやすいコード」です。"),
    ("دعوة لورشة عمل", "يوم الثلاثاء القادم في القاعة الكبيرة."),
    ("Lost: one green umbrella", "Last seen near the printers. Sentimental value."),
    ("Draft: travel policy", "To be reviewed with finance before it is published."),
    ("Release 4.2 is out", "Thanks to everybody who tested on the weekend."),
    ("Book club: next title", "Vote until Thursday; the two novels with the most votes go into the final."),
    ("Plants for the second floor", "Three ferns and a fig have arrived. Who waters them in August?"),
)


def write(plot: Plot) -> None:
    for chapter in (second_factors, keys, posts, identities, open_invitations, roles, kept_out, mishaps, last_days):
        chapter(plot)


def second_factors(plot: Plot) -> None:
    for email in dict.fromkeys((*WITH_APP, *WITH_PASSKEYS)):
        person = plot.cast[email]
        began, desk = min(person.joined * 0.6, person.joined - HOUR), person.devices[0]
        if email in WITH_APP:
            plot.at(began, factors.set_up_app, email, desk)
        if email in WITH_APP[:4]:
            plot.at(began - MINUTE, factors.write_down_codes, email, desk)
        for number, name in enumerate(WITH_PASSKEYS.get(email, ())):
            plot.at(began - (3 + number) * MINUTE, factors.add_passkey, email, desk, name)


def keys(plot: Plot) -> None:
    for email, name, days, scopes, ago in KEYS:
        since = min(ago, plot.cast[email].joined - HOUR)
        plot.at(since, deeds.make_key, email, plot.cast[email].devices[0], name, days, scopes)
        plot.at(min(since * 0.5, 3 * HOUR + plot.up_to(DAY)), deeds.use_key, email, name, devices.program(plot.rng))


def posts(plot: Plot) -> None:
    writers = [person for person in plot.cast.values() if person.email not in DISABLED]
    for round_ in range(4):
        for title, body in POSTS if round_ == 0 else POSTS[:-2]:
            writer = plot.rng.choice(writers)
            ago = writer.joined * plot.rng.uniform(0.1, 0.9)
            plot.at(ago, deeds.post, writer.email, writer.devices[0], title if round_ == 0 else f"Re: {title}", body)


def identities(plot: Plot) -> None:
    """Some connected an account at a provider later, and one has both."""
    own = [person for person in plot.cast.values() if person.way == "sign up"]
    for person in plot.rng.sample(own, 12):
        plot.at(person.joined * 0.5, deeds.connect, plot.rng.choice(PROVIDERS), *_who(plot, person.email))
    for provider in PROVIDERS:
        plot.at(60 * DAY, deeds.connect, provider, *_who(plot, EXAMPLE))
    plot.at(50 * DAY, deeds.connect, PROVIDERS[0], *_who(plot, USER))


def _who(plot: Plot, email: str) -> tuple[str, str, devices.Device]:
    person = plot.cast[email]
    return email, person.name, person.devices[0]


def open_invitations(plot: Plot) -> None:
    desk = plot.cast[ADMIN].devices[0]
    for email, role, ago in (*INVITED, *LAPSED, TAKEN_BACK):
        plot.at(ago, deeds.invite, ADMIN, desk, email, role)
    plot.at(TAKEN_BACK[2] - 2 * HOUR, deeds.take_back, ADMIN, desk, TAKEN_BACK[0])


def roles(plot: Plot) -> None:
    for number, email in enumerate(PROMOTED):
        ago = plot.cast[email].joined * 0.4 + number * HOUR
        plot.at(ago, deeds.give_role, ADMIN, plot.cast[ADMIN].devices[0], email, "staff")


def kept_out(plot: Plot) -> None:
    desk = plot.cast[ADMIN].devices[0]
    for (email, reason, days), ago in zip(BANNED, (19 * DAY, 4 * DAY), strict=True):
        plot.at(ago, deeds.ban, ADMIN, desk, email, reason, days)
    for email, ago in zip(DISABLED, (15 * DAY, 2 * DAY), strict=True):
        plot.at(ago, deeds.disable, ADMIN, desk, email)


def mishaps(plot: Plot) -> None:
    """Wrong passwords, forgotten ones, and changed ones."""
    typing = plot.rng.sample([person for person in plot.cast.values() if person.way == "sign up"], 8)
    for person in typing:
        plot.at(plot.up_to(min(9 * DAY, person.joined * 0.9)), deeds.mistype, person.email, person.devices[-1])
    for email in CHANGED_PASSWORD:
        person = plot.cast[email]
        plot.at(person.joined * 0.07, deeds.change_password, email, person.devices[0])


def last_days(plot: Plot) -> None:
    """What is to be seen first: of the one who has a bit of everything, and in the mailbox."""
    noor = plot.cast[EXAMPLE]
    phone, desk = noor.devices[1], noor.devices[0]
    plot.at(3 * DAY + 2 * HOUR, deeds.trust_device, EXAMPLE, desk)
    plot.at(2 * DAY + 5 * HOUR, deeds.mistype, EXAMPLE, phone)
    plot.at(2 * DAY + 5 * HOUR - MINUTE, deeds.sign_in, EXAMPLE, phone)
    plot.at(DAY + 3 * HOUR, deeds.post, EXAMPLE, desk, "Fire drill on Thursday", "At ten, all floors. Take the stairs.")
    plot.at(21 * HOUR, deeds.revoke_key, EXAMPLE, "Laptop script", desk)
    plot.at(
        HOUR + 20 * MINUTE,
        deeds.ask_for_reset,
        "emily.carter@example.com",
        plot.cast["emily.carter@example.com"].devices[0],
    )
    plot.at(40 * MINUTE, deeds.sign_in, EXAMPLE, noor.devices[2])
