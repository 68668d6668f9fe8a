import type { Metadata } from "next";
import type { ReactNode } from "react";
import "./style.css";

export const metadata: Metadata = { title: "Notes: Next.js and Flaskport", icons: "data:," };

/** Asks nobody who is there: a layout stays as it is while people go from page to page. Each page asks. */
export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <main>{children}</main>
      </body>
    </html>
  );
}
