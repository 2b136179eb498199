// Starts the dashboard.
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { apiKey } from "./api/key";
import { makeQueryClient } from "./api/queries";
import { applyTheme } from "./lib/theme";
import { LiveFeed, openSocket } from "./live/feed";
import { Providers } from "./Providers";
import { makeRouter } from "./router";
import "./styles.css";

applyTheme();
const feed = new LiveFeed(() => openSocket(apiKey()));
const queries = makeQueryClient(() => feed.state === "reconnecting");
const router = makeRouter();
const place = document.getElementById("root");
if (place === null) throw new Error("index.html has no #root");

createRoot(place).render(
  <StrictMode>
    <Providers feed={feed} queries={queries}>
      <RouterProvider router={router} />
    </Providers>
  </StrictMode>,
);
feed.start();
