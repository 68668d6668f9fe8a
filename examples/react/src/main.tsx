import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createClient } from "flaskport";
import { FlaskportProvider } from "flaskport/react";
import { App } from "./App";
import "./style.css";

const client = createClient(); // one for the whole page; it speaks to this page's own origin

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <FlaskportProvider client={client}>
      <App />
    </FlaskportProvider>
  </StrictMode>,
);
