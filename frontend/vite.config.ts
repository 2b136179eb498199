import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const engine = process.env.CARBON_NEXUS_URL ?? "http://127.0.0.1:8000";
const API =
  "^/(emissions|hotspots|alerts|rules|recommendations|targets|simulate|simulations|scenarios|forecasts|data-quality|" +
  "audit|api|documents|measures|silences|mute-timings|receivers|deliveries|baselines|calendar|predictions|" +
  "calibrations|entities|settings|factors|grid-regions|health|trigger-analysis|docs|openapi.json)";

export default defineConfig({
  base: "/app/",
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../src/carbon_nexus/web/dist",
    emptyOutDir: true,
    // every asset as a file: the page's policy allows no data: scripts or styles
    assetsInlineLimit: 0,
    // the libraries in the page and their licences, which have to go along with it
    license: { fileName: "licences.md" },
  },
  server: { proxy: { [API]: engine, "/ws": { target: engine.replace("http", "ws"), ws: true } } },
  test: {
    environment: "jsdom",
    // one page for all files of a worker: making one takes longer than most tests
    pool: "vmThreads",
    setupFiles: ["src/testing/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    testTimeout: 30_000,
    restoreMocks: true,
  },
});
