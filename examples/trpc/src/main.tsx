import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { QueryClientProvider } from "@tanstack/react-query";
import { FlaskportProvider } from "flaskport/react";
import { App } from "./App";
import { client, queryClient } from "./trpc";
import "./style.css";

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <FlaskportProvider client={client}>
      <QueryClientProvider client={queryClient}>
        <App />
      </QueryClientProvider>
    </FlaskportProvider>
  </StrictMode>,
);
