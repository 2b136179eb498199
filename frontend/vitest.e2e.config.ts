import { defineConfig } from "vitest/config";

// One file after another: on a small machine two would only slow each other down.
export default defineConfig({
  test: {
    include: ["e2e/**/*.e2e.ts"],
    globalSetup: ["e2e/chromium.ts"],
    fileParallelism: false,
    testTimeout: 120_000, // each wait has its own, shorter limit: this one is for a busy machine
    hookTimeout: 60_000,
    // what passed in a line, what failed in full
    reporters: ["dot"],
  },
});
