import { defineConfig, type TestProjectInlineConfiguration, type ViteUserConfig } from "vitest/config";
import { filesOnProcesses, filesUnconfined } from "./test/journey/journeys.ts";

/** Everything that starts a process or a container waits on what it observes; this only ends what hangs. */
const PATIENCE = 600_000;
/** As long as a machine that is busy with other things may take for what takes an instant. */
const BUSY = 30_000;

/** The same journeys, with dynos that are processes of this machine. */
function onProcesses(
  name: string,
  include: readonly string[],
  env: Readonly<Record<string, string>>,
): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      include: [...include],
      testTimeout: PATIENCE,
      hookTimeout: PATIENCE,
      setupFiles: ["test/journey/own-temp.ts"],
      env: { DYNOSIM_ENGINE: "process", ...env },
    },
  };
}

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/contract/**", "test/wire/**", "test/journey/**", "test/buildpack/**"],
          // many start git, tar, a shell or dynosim itself
          testTimeout: 2 * BUSY,
          hookTimeout: 2 * BUSY,
          expect: { poll: { timeout: BUSY } },
        },
      },
      {
        test: {
          name: "contract",
          include: ["test/contract/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      { test: { name: "wire", include: ["test/wire/**/*.test.ts"], testTimeout: 60_000 } },
      {
        test: {
          name: "buildpack",
          include: ["test/buildpack/**/*.test.ts"],
          testTimeout: PATIENCE,
          hookTimeout: PATIENCE,
        },
      },
      {
        test: {
          name: "journey",
          include: ["test/journey/**/*.test.ts"],
          testTimeout: PATIENCE,
          hookTimeout: PATIENCE,
          fileParallelism: false,
          env: { DYNOSIM_ENGINE: "docker" },
        },
      },
      onProcesses("journey-process", filesOnProcesses(), {}),
      onProcesses("journey-unconfined", filesUnconfined(), { DYNOSIM_CONFINEMENT: "none" }),
    ],
  },
});
export default config;
