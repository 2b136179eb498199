import { defineConfig } from "vitest/config";

// One browser after another: on a small machine two would only slow each other down.
export default defineConfig({
  test: { include: ["e2e/**/*.e2e.ts"], fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000 },
});
