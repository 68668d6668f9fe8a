import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const flaskport = process.env["FLASKPORT_URL"] ?? "http://localhost:8000";

export default defineConfig({
  plugins: [react()],
  server: {
    port: Number(process.env["PORT"] ?? 5173),
    strictPort: true, // on another port than you expect it would be another origin
    // What Flaskport answers: the API, and its pages for a second step with all that they load. To the browser it is one
    // origin, so cookies need no setting. Written long, because the short form would replace the header Host.
    proxy: { "^/(auth|api|trpc|static)/|^/(second-factor|verify|unknown-device)\\b": { target: flaskport } },
  },
});
