"""Hashes of one password as other systems wrote them, at costs below their defaults."""

from __future__ import annotations

PASSWORD = "korrekt-pferd-ä-1984"

DJANGO = {
    "pbkdf2_sha256": "pbkdf2_sha256$1000$FJuhYVmxpuXLbejJ8ElYht$Ip0BYECEk0sywjxb1UFYV3g8r7CBTHMHAKe1TidDhZE=",
    "pbkdf2_sha1": "pbkdf2_sha1$1000$qyOTapsksF684KWJrybKKN$ye+Jk2WdzitCn/56KEX6YzbubZo=",
    "argon2": (
        "argon2$argon2id$v=19$m=64,t=1,p=2$M0RTZFU0TDFqTGFlZ1h6a3QyQ3JZYQ$TW9+uc/3cnZylH1lZMVdXPsIcDOffr4mVe0GORgQDEg"
    ),
    "bcrypt_sha256": "bcrypt_sha256$$2b$04$jTPcXp86igCdV.AatXJGhOKL535TdRs0Qu.2Dv3pXGL.FJWuLrrX2",
    "bcrypt": "bcrypt$$2b$04$gyrBOV6YsDf5eJdP8r486OHPPS6YmLjAkFBRx0cQALQxb6G/6S7pm",
    "scrypt": (
        "scrypt$16$nK8xZPEVIMKziO3JpWfktt$8$5$l3XjTSxebiZpztsTJEfI83VknaDyxAgnl4hAaV79NX3CjKy/4eS4nuY03eLZNZLSwgDxDg0OIRi"
        "OnQSD2huW/A=="
    ),
}
"""By the hashers of Django 5.2.19."""

DJANGO_MD5 = "md5$5PgDhMvrysWQrH9o9PtfQ1$094b27b0b866485e2786f6af97aabdad"
DJANGO_UNUSABLE = "!fcC9wGNO0BnPA4vGPwAwQ5fezN74n8t9VhhnJAA9"

FIREBASE_PASSWORD = "user1password"
FIREBASE_SIGNER_KEY = "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=="
FIREBASE = (
    "$f_scrypt$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=="
    "$42xEC+ixf3L2lw==$m=14$r=8$s=Bw=="
)
"""The sample in the README of github.com/firebase/scrypt."""
