import type { NextConfig } from "next";

const flaskport = process.env["FLASKPORT_URL"] ?? "http://localhost:8000";

const config: NextConfig = {
  // Whatever Next has no page for is Flaskport's: the API, its own pages, where a second step or a link in a mail leads to,
  // and those of your features. `next build` fixes where that is.
  rewrites: async () => ({ fallback: [{ source: "/:path*", destination: `${flaskport}/:path*` }] }),
  // Where its pages lead back to for signing in: here that is any page.
  redirects: async () => [{ source: "/sign-in", destination: "/", permanent: false }],
  poweredByHeader: false,
};

export default config;
