"use client";

/** Flaskport does not answer the server that renders the page, or is too busy. */
export default function Unreachable({ retry }: { retry: () => void }) {
  return (
    <>
      <h1>Notes</h1>
      <p role="alert">The server does not answer. Try again in a moment.</p>
      <p>
        <button onClick={() => retry()}>Try again</button>
      </p>
    </>
  );
}
