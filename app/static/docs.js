// Swagger UI on this server's own document. "Try it out" uses the browser's session: cookies, and the CSRF header.
(() => {
  "use strict";

  const SAFE = ["GET", "HEAD", "OPTIONS"];
  const place = document.getElementById("docs");

  // The server names the value: several cookies may look like it, left from another mode or of another product.
  const csrfToken = async () => {
    const session = new URL("auth/session", new URL(place.dataset.openapi, location.href));
    return (await fetch(session, { credentials: "include" })).headers.get("X-CSRF-TOKEN");
  };

  window.SwaggerUIBundle({
    domNode: place,
    url: place.dataset.openapi,
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: "list",
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
})();
