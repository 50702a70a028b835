import { defineConfig, type ViteUserConfig } from "vitest/config"

/** `unit` runs files side by side and touches no network; `live` talks to real services, and mostly waits for them: two files at a time. */
const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{packages,apps}/*/src/**/*.test.ts", "scripts/**/*.test.ts"],
          exclude: ["**/*.live.test.ts", "**/node_modules/**"],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "live",
          include: ["{packages,apps}/*/src/**/*.live.test.ts"],
          exclude: ["**/node_modules/**"],
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 600_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})

export default config
