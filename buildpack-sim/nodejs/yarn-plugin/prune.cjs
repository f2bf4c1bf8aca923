/**
 * `yarn heroku prune`, for Yarn 2 and later: takes devDependencies out of an installed project, whichever linker it uses,
 * and out of the cache in its folder. buildpack-nodejs.md A6. Yarn loads it by YARN_PLUGINS; package.json and yarn.lock
 * stay as they are.
 */
module.exports = {
  name: "@dynosim/plugin-prune",
  factory: (require) => {
    const { Cache, Configuration, Project, StreamReport } = require("@yarnpkg/core");
    const { Command } = require("clipanion");

    class PruneCommand extends Command {
      async execute() {
        const configuration = await Configuration.find(this.context.cwd, this.context.plugins);
        const { project } = await Project.find(configuration, this.context.cwd);
        const cache = await Cache.find(configuration);
        await project.restoreInstallState({ restoreResolutions: false });
        for (const { manifest } of project.workspaces) manifest.devDependencies.clear();
        const report = await StreamReport.start(
          { configuration, stdout: this.context.stdout, includeLogs: true },
          async (report) => {
            await project.install({ cache, report, persistProject: false });
            await project.cacheCleanup({ cache, report });
            await project.persistInstallStateFile();
          },
        );
        return report.exitCode();
      }
    }
    // Yarn 2 and 3 have a Clipanion that asks a method for the paths, later ones a field.
    PruneCommand.paths = [["heroku", "prune"]];
    if (typeof Command.Path === "function")
      Command.Path("heroku", "prune")(PruneCommand.prototype, "execute");
    return { commands: [PruneCommand] };
  },
};
