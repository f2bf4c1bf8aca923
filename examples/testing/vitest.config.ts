import { defineConfig } from "vitest/config";

// A first build takes minutes; one test at a time has the folder of an app.
export default defineConfig({ test: { testTimeout: 600_000, fileParallelism: false } });
