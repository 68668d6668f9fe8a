// Swagger UI on this server's own document. "Try it out" uses the browser's session: cookies, and the CSRF header.
// Dark where the reader's system is: Swagger UI has the colours, and leaves it to the page to ask for them.
(() => {
  "use strict";

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  follow();
  dark.addEventListener("change", follow);

  const SAFE = ["GET", "HEAD", "OPTIONS"];
  const place = document.getElementById("docs");

  // The server names the value: several cookies may look like it, left from another mode or of another product.
  const csrfToken = async () => {
    const session = new URL("auth/session", new URL(place.dataset.openapi, location.href));
    return (await fetch(session, { credentials: "include" })).headers.get("X-CSRF-TOKEN");
  };

  const show = () => window.SwaggerUIBundle({
    domNode: place,
    url: place.dataset.openapi,
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: "none",
    filter: true,
    defaultModelsExpandDepth: 0,
    tryItOutEnabled: true,
    validatorUrl: null,
    requestInterceptor: async (request) => {
      const ours = new URL(request.url, location.href).origin === location.origin;
      const safe = SAFE.includes((request.method || "GET").toUpperCase());
      const token = ours && !safe && !request.headers.Authorization ? await csrfToken() : null;
      if (token) request.headers["X-CSRF-TOKEN"] = token;
      return request;
    },
  });

  // This script is first, so that nothing is light for a moment; the other is 1.7 MB.
  document.addEventListener("DOMContentLoaded", show);
})();
