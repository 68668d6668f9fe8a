// Swagger UI on this server's own document. "Try it out" uses the browser's session: cookies, and the CSRF header.
(() => {
  "use strict";

  const SAFE = ["GET", "HEAD", "OPTIONS"];
  const place = document.getElementById("docs");

  const csrfToken = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrf_(?:access|refresh)_token=([^;]*)/)?.[1];

  window.SwaggerUIBundle({
    domNode: place,
    url: place.dataset.openapi,
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    tryItOutEnabled: true,
    validatorUrl: null,
    requestInterceptor: (request) => {
      const token = csrfToken();
      const ours = new URL(request.url, location.href).origin === location.origin;
      if (ours && token && !SAFE.includes((request.method || "GET").toUpperCase()) && !request.headers.Authorization) {
        request.headers["X-CSRF-TOKEN"] = token;
      }
      return request;
    },
  });
})();
