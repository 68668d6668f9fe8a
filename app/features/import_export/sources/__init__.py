"""The systems that people come from: how each writes them down."""

from app.features.import_export.sources import (
    auth0,
    better_auth,
    django,
    firebase,
    flaskport,
    keycloak,
    passport,
    supabase,
    werkzeug,
)
from app.features.import_export.sources.source import Source

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        passport.SOURCE,
        django.SOURCE,
        werkzeug.SOURCE,
        supabase.SOURCE,
        firebase.SOURCE,
        auth0.SOURCE,
        keycloak.SOURCE,
        better_auth.SOURCE,
        flaskport.SOURCE,
    )
}
