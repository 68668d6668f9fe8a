import type { NextConfig } from "next";

const flaskport = process.env["FLASKPORT_URL"] ?? "http://localhost:8000";

/** What Flaskport answers: the API, and its pages for a second step with all that they load. `next build` fixes where. */
const paths = ["auth/:path*", "api/:path*", "static/:path*", "second-factor", "verify", "unknown-device"];

const config: NextConfig = {
  rewrites: async () => paths.map((path) => ({ source: `/${path}`, destination: `${flaskport}/${path}` })),
  // Where those pages lead back to for signing in: here that is any page.
  redirects: async () => [{ source: "/sign-in", destination: "/", permanent: false }],
  poweredByHeader: false,
};

export default config;
